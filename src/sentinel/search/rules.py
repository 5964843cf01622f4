"""What somebody may mean by what they type in the box, and how near a name comes to it: pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

import jellyfish

from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import given_forms, normalise_name, sounds
from sentinel.kernel.phones import parse_phone

_One = TypeVar("_One")

LONGEST: Final = 200
MOST_WORDS: Final = 4
# The marks between which a text is highlighted: of the private range, which stands for nothing anywhere.
MARK_BEGINS: Final = "\ue000"
MARK_ENDS: Final = "\ue001"
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,7})")
_FAR: Final = 3
_SOUNDS: Final = 2
A_LETTER: Final = 10
_NOT_IT: Final = A_LETTER * _FAR


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What was typed, as each way of searching takes it.

    `names` are the words of a name as they are compared, at most four. `contacts` telephone numbers and email addresses in their normal
    forms. `others` what another system may call something. `numbers` of references. `prose` words for the full text, "" where
    nothing but numbers was typed.
    """

    typed: str
    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    prose: str = ""


def read(typed: str) -> Meant:
    """What may be meant by `typed`. Raises Invalid (field q) in plain words where there is nothing to look for."""
    text = typed.strip()
    signs = [character for character in text if character.isalnum()]
    if len(text) > LONGEST:
        raise Invalid.of("q", f"Use at most {LONGEST} characters: a name, a few words or a number.")
    if not signs:
        raise Invalid.of("q", "Type a name, a few words, an address or a number. Signs alone find nothing.")
    if len(signs) == 1:
        raise Invalid.of("q", "Type two letters or digits at least.")
    words = normalise_name(text).split()
    contacts = tuple(_phones(text) + [one.lower() for one in _EMAIL.findall(text)])
    squeezed = "".join(signs)
    digits = any(character.isdigit() for character in squeezed)
    number = _NUMBER.fullmatch(text)
    return Meant(
        typed=text,
        names=() if contacts else tuple(word for word in words[:MOST_WORDS] if not word.isdigit()),
        contacts=contacts,
        others=(squeezed,) if digits and len(squeezed) >= 3 else (),
        numbers=(number[1],) if number else (),
        prose="" if contacts else text,
    )


def _phones(text: str) -> list[str]:
    try:
        return [parse_phone(text).e164]
    except Invalid:
        return []


def other_forms(words: Sequence[str], at: int) -> list[str]:
    """The short and other spellings of the word at a place of a name ("peggy", "margaret"), at most eight."""
    return sorted(given_forms(words[at]) - {words[at]})[:8]


@lru_cache(8192)
def _apart(one: str, other: str) -> int:
    """How many letters two words are apart; two that sound alike are never far, and others soon are."""
    if one == other:
        return 0
    letters: int = jellyfish.damerau_levenshtein_distance(one, other)
    if letters > 1 and sounds(one) & sounds(other):
        return min(letters, _SOUNDS)
    # In a short word every letter counts for more.
    if letters <= (1 if min(len(one), len(other)) < 6 else 2):
        return letters
    return _FAR + letters


def distance(asked: Sequence[str], name: Sequence[str]) -> int:
    """How far a name is from the words asked for, in any order: 0 where each of them stands in it and nothing else does.

    A letter counts ten, another form of a given name five, a word of the name that was not asked for one.
    """
    left = list(name)
    total = 0
    for word in asked:
        if not left:
            return total + _NOT_IT
        forms = given_forms(word)
        nearest = min(left, key=lambda held: (_apart(word, held), held not in forms))
        apart = A_LETTER * _apart(word, nearest)
        form = next((held for held in left if held in forms and held != word), None)
        if apart > 5 and form is not None:
            nearest, apart = form, 5
        if apart < _NOT_IT:
            left.remove(nearest)
        total += min(apart, _NOT_IT)
    return total + len(left)


def nearest(word: str, name: Sequence[str]) -> str:
    """The word of a name that comes nearest to one that was typed. `name` has one at least."""
    return min(name, key=lambda held: _apart(word, held))


def each_first(ranked: Sequence[_One], words: Sequence[str]) -> list[_One]:
    """The same in another order: the first of each word, then the second of each, and so on; among those as they were.

    `words` are those of `ranked`, one for one.
    """
    turn: dict[str, int] = {}
    keys = []
    for word in words:
        keys.append(turn.get(word, 0))
        turn[word] = keys[-1] + 1
    return [one for _, one in sorted(zip(keys, ranked, strict=True), key=lambda pair: pair[0])]


def is_near(asked: Sequence[str], far: int) -> bool:
    """Whether a name that is `far` away is worth showing: one of the words at least is in it, or nearly."""
    return far < _NOT_IT * len(asked)


def may_be_name(word: str) -> bool:
    """Whether a word that stands among others is looked for among names: fewer letters are too often something else."""
    return len(word) >= 4


def may_be_one(word: str, name: Sequence[str]) -> bool:
    """Whether a word that `may_be_name` is one of a name: but for a letter, and of four letters none."""
    return any(_apart(word, held) <= (1 if len(word) > 4 else 0) for held in name)


def pieces(marked: str) -> list[tuple[str, bool]]:
    """A highlighted text as pieces, each with whether it is marked."""
    found = []
    for part in marked.split(MARK_BEGINS):
        hit, ends, rest = part.partition(MARK_ENDS)
        if ends:
            found.append((hit, True))
            found.append((rest, False))
        else:
            found.append((part, False))
    return [(words, hit) for words, hit in found if words]
