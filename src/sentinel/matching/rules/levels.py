"""How far two values of one kind agree: a level each, from "different" to "exact". Pure, and shared by the check while a call
is taken and by linkage of whole files.

A level is a place in the kind's own tuple of levels (`LEVELS`), the last of which is always "exact", the first always "different"; UNKNOWN
(-1) is that one side says nothing, which is evidence of nothing. Which level weighs how much is not said here but learnt
(rules.weights); here only what may be seen. Values come normalised (rules.values).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, cast

import jellyfish

from sentinel.kernel.names import given_forms, is_listed_given_name, same_family_name

UNKNOWN: Final = -1
_CACHED: Final = 500_000


class Kind(StrEnum):
    """What a field holds, which says how two values of it are compared."""

    NAME = "name"
    BIRTH = "birth"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    TEXT = "text"
    NUMBER = "number"
    CATEGORY = "category"
    IDENTIFIER = "identifier"


class Name(NamedTuple):
    """The words of a name, normalised: given names and family names as they were said to be, which may be the wrong way round."""

    given: tuple[str, ...]
    family: tuple[str, ...]


class Day(NamedTuple):
    """A date of birth as four, two and two characters, which need not be a real day: "1962", "13", "40". Empty where unknown."""

    year: str
    month: str
    day: str


class Seen(NamedTuple):
    """How far one part of a field agrees, and the value that both have where they have one (how rare it is counts). Of a name also the
    two `words` that were held against each other, so that whoever tells why tells it of these."""

    level: int
    value: str = ""
    words: tuple[str, str] = ("", "")


_NOTHING: Final = Seen(UNKNOWN)
WORD_LEVELS: Final = ("different", "alike", "sounds", "near", "initial", "variant", "exact")
BIRTH_LEVELS: Final = (
    "different", "near_year", "year", "two_parts", "two_digits", "one_digit", "swapped", "partial", "exact"
)  # fmt: skip
POSTCODE_LEVELS: Final = ("different", "area", "district", "near", "exact")
TEXT_LEVELS: Final = ("different", "shares_word", "alike", "near", "exact")
ADDRESS_LEVELS: Final = ("different", "shares_word", "same_street", "near", "exact")
EMAIL_LEVELS: Final = ("different", "alike", "near", "same_local_part", "exact")
NUMBER_LEVELS: Final = ("different", "near", "exact")
CATEGORY_LEVELS: Final = ("different", "exact")

# The parts of each kind, with their levels. Only a name has two.
PARTS: Final[Mapping[Kind, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    Kind.NAME: (("given", WORD_LEVELS), ("family", WORD_LEVELS)),
    Kind.BIRTH: (("", BIRTH_LEVELS),),
    Kind.POSTCODE: (("", POSTCODE_LEVELS),),
    Kind.PHONE: (("", NUMBER_LEVELS),),
    Kind.EMAIL: (("", EMAIL_LEVELS),),
    Kind.ADDRESS: (("", ADDRESS_LEVELS),),
    Kind.TEXT: (("", TEXT_LEVELS),),
    Kind.NUMBER: (("", NUMBER_LEVELS),),
    Kind.CATEGORY: (("", CATEGORY_LEVELS),),
    Kind.IDENTIFIER: (("", NUMBER_LEVELS),),
}

# Only for choosing which word of one name stands against which of the other: roughly how much each level tells.
_TELLS: Final = (-3.0, 0.0, 3.0, 5.0, 2.5, 5.5, 7.0)
_CROSSED: Final = 1.0

edits = jellyfish.damerau_levenshtein_distance
_metaphone = lru_cache(_CACHED)(jellyfish.metaphone)
_forms = lru_cache(_CACHED)(given_forms)


@lru_cache(_CACHED)
def word_level(one: str, other: str) -> int:
    """How far two words of names agree, in any order of the two: a level of WORD_LEVELS."""
    if one == other:
        return 6
    if len(one) == 1 or len(other) == 1:
        return 4 if one[0] == other[0] else 0
    if other in _forms(one) or same_family_name(one, other):
        return 5
    distance, longer = edits(one, other), max(len(one), len(other))
    if (distance <= 1 and longer >= 4) or (distance <= 2 and longer >= 8):
        return 3
    if one.isascii() and other.isascii() and _metaphone(one) == _metaphone(other) != "":
        return 2
    likeness = jellyfish.jaro_winkler_similarity(one, other)
    if likeness >= 0.92:
        return 3
    begins = min(len(one), len(other)) >= 3 and (one.startswith(other) or other.startswith(one))
    return 1 if likeness >= 0.82 or begins or sorted(one) == sorted(other) else 0


def are_two_names(one: str, other: str) -> bool:
    """Whether two words are given names of the lists that are no forms of one another: two names, however alike they are spelt (Kasia and
    Basia). A word that is in no list may be a slip."""
    listed = is_listed_given_name(one) and is_listed_given_name(other)
    return listed and other not in _forms(one) and one not in _forms(other)


def _best(some: tuple[str, ...], others: tuple[str, ...]) -> Seen:
    """The best that any word of one shows with any of the other; an initial counts only where it stands alone."""
    best = _NOTHING
    for one in _whole(some):
        for other in _whole(others):
            level = word_level(one, other)
            if best.level == UNKNOWN or _TELLS[level] > _TELLS[best.level]:
                best = Seen(level, one if level == 6 else "", (one, other))
    return best


def _whole(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(words) == 1:
        return words
    return tuple(word for word in words if len(word) > 1) or words


def compare_names(one: Name, other: Name) -> tuple[Seen, Seen]:
    """How far given and family names agree. Given and family may be the wrong way round in either; a name of one part is held
    against whichever part of the other it is likest to, and says nothing of the other part."""
    if one.given and one.family and other.given and other.family:
        straight = (_best(one.given, other.given), _best(one.family, other.family))
        crossed = (_best(one.given, other.family), _best(one.family, other.given))
        if _tells(crossed) - _CROSSED > _tells(straight):
            return _given_first(one, other, crossed)
        return straight
    found = [
        (_TELLS[seen.level] - (_CROSSED / 2 if family != other_family else 0), family or other_family, seen)
        for family, words in enumerate(one)
        for other_family, other_words in enumerate(other)
        if words and other_words and (seen := _best(words, other_words)).level != UNKNOWN
    ]
    if not found:
        return _NOTHING, _NOTHING
    _, family, seen = max(found)
    return (_NOTHING, seen) if family else (seen, _NOTHING)


def _given_first(one: Name, other: Name, crossed: tuple[Seen, Seen]) -> tuple[Seen, Seen]:
    """Which of two parts that agree crosswise is the given name: the one that is listed as such, else the one that agrees less."""
    first = is_listed_given_name(one.given[0]) or is_listed_given_name(other.family[0])
    second = is_listed_given_name(one.family[0]) or is_listed_given_name(other.given[0])
    if first != second:
        return crossed if first else (crossed[1], crossed[0])
    return min(crossed), max(crossed)


def _tells(parts: tuple[Seen, Seen]) -> float:
    return sum(_TELLS[part.level] for part in parts)


def birth_level(one: Day, other: Day) -> int:
    """How far two dates of birth agree: a level of BIRTH_LEVELS. Day and month may be swapped, digits wrong, parts unknown."""
    if one == other:
        return 8 if all(one) else 7
    if not (all(one) and all(other)):
        known = [a == b for a, b in zip(one, other, strict=True) if a and b]
        if known and all(known):
            return 7
        return 2 if one.year == other.year else (1 if _years_apart(one, other) <= 1 else 0)
    if one.year == other.year and one.month == other.day and one.day == other.month:
        return 6
    distance = edits("".join(one), "".join(other))
    if distance <= 2:
        return 5 if distance == 1 else 4
    if sum(a == b for a, b in zip(one, other, strict=True)) == 2:
        return 3
    if one.year == other.year:
        return 2
    return 1 if distance <= 3 or _years_apart(one, other) <= 1 else 0


def _years_apart(one: Day, other: Day) -> int:
    if not (one.year.isdecimal() and other.year.isdecimal()):
        return 99
    return abs(int(one.year) - int(other.year))


def postcode_level(one: str, other: str) -> int:
    """How far two postcodes without their space agree; those of other countries by their first digits."""
    if one == other:
        return 4
    if min(len(one), len(other)) >= 5 and edits(one, other) == 1:
        return 3
    if one.isdecimal() and other.isdecimal():
        return 2 if sorted(one) == sorted(other) or edits(one, other) == 1 else int(one[:2] == other[:2])
    if min(len(one), len(other)) >= 5 and one[:-3] == other[:-3]:
        return 2
    return 1 if _area(one) and _area(one) == _area(other) else 0


def _area(postcode: str) -> str:
    return postcode[: 2 if postcode[1:2].isalpha() else 1] if postcode[:1].isalpha() else ""


def text_level(one: str, other: str) -> int:
    """How far two short texts (a town, an occupation) agree: a level of TEXT_LEVELS."""
    if one == other:
        return 4
    distance, longer = edits(one, other), max(len(one), len(other))
    if (distance <= 1 and longer >= 4) or (distance <= 2 and longer >= 7):
        return 3
    if jellyfish.jaro_winkler_similarity(one, other) >= 0.9:
        return 2
    return 1 if set(one.split()) & set(other.split()) else 0


def address_level(one: str, other: str) -> int:
    """How far two addresses agree: a level of ADDRESS_LEVELS. Numbers must agree exactly, words may be misspelt or left out."""
    if one == other:
        return 4
    (numbers, words), (other_numbers, other_words) = _parted(one), _parted(other)
    shared = words & other_words
    alike = bool(shared) and (
        words <= other_words or other_words <= words or text_level(_joined(words), _joined(other_words)) >= 2
    )
    alike = alike or text_level(_joined(words), _joined(other_words)) == 3
    if alike:
        return 3 if numbers == other_numbers and numbers else 2
    return 1 if shared else 0


@lru_cache(_CACHED)
def _parted(address: str) -> tuple[frozenset[str], frozenset[str]]:
    words = frozenset(address.split())
    numbers = frozenset(word for word in words if any(character.isdecimal() for character in word))
    return numbers, words - numbers


def _joined(words: frozenset[str]) -> str:
    return " ".join(sorted(words))


def email_level(one: str, other: str) -> int:
    """How far two email addresses agree: a level of EMAIL_LEVELS."""
    if one == other:
        return 4
    if one.partition("@")[0] == other.partition("@")[0]:
        return 3
    if edits(one, other) <= 2:
        return 2
    return 1 if jellyfish.jaro_winkler_similarity(one, other) >= 0.9 else 0


def number_level(one: str, other: str) -> int:
    """How far two numbers (of a house, a telephone, a register) agree: the same, or one character wrong, missing or moved."""
    return 2 if one == other else int(edits(one, other) <= 1)


def category_level(one: str, other: str) -> int:
    """Whether two words of a short list are the same."""
    return int(one == other)


_LEVEL_OF: Final[Mapping[Kind, Callable[[str, str], int]]] = {
    Kind.POSTCODE: postcode_level,
    Kind.PHONE: number_level,
    Kind.EMAIL: email_level,
    Kind.ADDRESS: address_level,
    Kind.TEXT: text_level,
    Kind.NUMBER: number_level,
    Kind.CATEGORY: category_level,
    Kind.IDENTIFIER: number_level,
}
Value = Name | Day | tuple[str, ...] | None


def compare_values(kind: Kind, one: Value, other: Value) -> tuple[Seen, ...]:
    """How far two values of a kind agree, a `Seen` for each part of the kind (PARTS).

    A name is a `Name`, a birth a `Day`, anything else a tuple of strings, of which the best pair counts (somebody may have
    two telephones). None, or empty, is unknown.
    """
    if isinstance(one, Name) and isinstance(other, Name):
        return compare_names(one, other)
    if not one or not other:
        return tuple(_NOTHING for _ in PARTS[kind])
    if isinstance(one, Day) and isinstance(other, Day):
        level = birth_level(one, other)
        return (Seen(level, "-".join(one) if level == len(BIRTH_LEVELS) - 1 else ""),)
    compare = _LEVEL_OF[kind]
    exact = len(PARTS[kind][0][1]) - 1
    best = _NOTHING
    for a in cast(tuple[str, ...], one):
        for b in cast(tuple[str, ...], other):
            level = compare(a, b)
            if level > best.level:
                best = Seen(level, a if level == exact else "")
    return (best,)
