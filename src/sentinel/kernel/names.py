"""Names: kept as typed, and brought to one form for sorting and for finding the person again.

What people typed is never changed by anything here. The normalised forms are for comparing and sorting alone and
are never shown. Two names that normalise alike may be two people: the matching room decides with more than names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import jellyfish

from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import clean_text

MAX_LENGTH: Final = 200


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES: Final = _set(
    "mr mrs ms miss mx master mstr dr doctor prof professor rev revd reverend sir dame lady lord cllr councillor "
    "pc pcso sgt sergeant insp inspector supt fr father sr sister imam rabbi pastor canon capt captain maj major col "
    "madam"
)
_SUFFIXES: Final = _set("jr jnr junior sr snr senior obe mbe cbe kc jp esq")
# Words that begin a family name when they stand inside a full name, never when they stand first.
_PARTICLES: Final = _set(
    "van von de der den la le da di du del della dos das do bin binti ibn al el ul ur st ter ten mac mc o ap"
)
# Beginnings written apart by some: "O Brien" and "Mc Donald" are the same names as "O'Brien" and "McDonald".
_JOINED: Final = frozenset({"o", "mc"})
_SIGNS: Final = re.compile(r"[^0-9a-z]+")
_APOSTROPHES: Final = re.compile("['’‘ʼʻ`´′＇]")
_SPACES: Final = re.compile(r"\s+")
# Where somebody lives within a building, written after their name by who has no box for it: a word and a number.
_UNIT: Final = re.compile(
    r"\b(?:flat|unit|room|apartment|apt)\b\.?\s{0,3}(?:no\.?|number)?\s{0,3}\d{1,4}[a-z]?\b", re.IGNORECASE
)
# Letters that no Unicode decomposition takes apart, in the spelling that people without the key type.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n"}
)
# Scripts whose combining marks are accents or optional vowel signs. In Indic scripts they are the vowels themselves.
_ACCENTED: Final = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")


@dataclass(frozen=True, slots=True)
class NameParts:
    """A full name taken apart, each part as typed and possibly empty."""

    title: str
    given: str
    family: str


def clean_name(text: str) -> str:
    """Return a name as it will be kept: one line, at most 200 characters, all else as typed.

    Raises `Invalid` (field "") for a NUL byte or a longer name.
    """
    return _SPACES.sub(" ", clean_text(text, MAX_LENGTH, one_line=True))


def _unaccented(text: str) -> Iterator[str]:
    base = ""
    for character in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(character)
        if category == "Cf":  # marks of direction and joiners say how to draw a name, not what it is
            continue
        if not category.startswith("M"):
            base = unicodedata.name(character, "") if category.startswith("L") else ""
        elif not base or (category == "Mn" and base.startswith(_ACCENTED)):
            continue
        yield character


def _folded(text: str) -> str:
    """Letters and digits of any script, folded; everything else as spaces."""
    folded = unicodedata.normalize("NFKC", "".join(_unaccented(text.casefold()))).casefold().translate(_PLAIN)
    # \w leaves out the vowel signs of Indic scripts (category Mc, Mn), so words are parted at separators only.
    return "".join(
        character if character.isalnum() or unicodedata.category(character).startswith("M") else " "
        for character in _APOSTROPHES.sub("", folded)
    )


def _folded_plain(text: str) -> str:
    """The same of a text in plain letters, ten times as fast: most names are, and a check reads some fifty."""
    return _SIGNS.sub(" ", _APOSTROPHES.sub("", text.lower()))


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in (_folded_plain(text) if text.isascii() else _folded(text)).split():
        if words and words[-1] in _JOINED:
            words[-1] += word
        else:
            words.append(word)
    return words


def normalise_name(text: str) -> str:
    """Return the form by which names are compared: "Mrs. O’Brien-Smith" gives "obrien smith".

    NFKC and case folded, accents and marks of direction dropped, apostrophes closed up, hyphens and dots parted,
    titles and suffixes left out (unless nothing else is there). Empty where the name has no letter or digit.
    """
    words = _words(text)
    without = [word for word in words if word not in _TITLES and word not in _SUFFIXES]
    return " ".join(without or words)


def without_unit(text: str) -> str:
    """Return a name without the flat, unit, room or apartment that stands in it ("Margaret Ellis, Flat 2"), unless nothing else is there."""
    left = _UNIT.sub(" ", text)
    return left.strip(" ,;:-") if left != text and _words(left) else text


def sort_name(family: str, given: str = "") -> str:
    """Return the key by which lists are sorted (`COLLATE "C"`): family name, then given name.

    Two spaces part them, so that every Smith comes before every Smith-Jones. A name without any letter sorts by
    what was typed.
    """
    parts = [" ".join(_words(part)) or part.strip().casefold() for part in (family, given)]
    return "  ".join(part for part in parts if part)


def split_name(text: str) -> NameParts:
    """Take a full name apart: "Mrs Ellis, Margaret", "Margaret Anne Ellis", "Mr Jan van der Berg".

    A guess to fill two boxes with, which a person then puts right. One word alone is taken for the family name. A flat that
    stands in it is no part of either (`without_unit`).
    Raises `Invalid` as `clean_name` does.
    """
    name = without_unit(clean_name(text))
    titles: list[str] = []

    def untitled(words: list[str]) -> list[str]:
        while words and len(words) > 1 and words[0].strip(".,").casefold() in _TITLES:
            titles.append(words.pop(0).strip(".,"))
        return words

    if "," in name:
        family, _, given = name.partition(",")
        family_words, given_words = untitled(family.split()), untitled(given.split())
        if given_words and all(word.strip(".").casefold() in _SUFFIXES for word in given_words):
            return split_name(family)
        return NameParts(" ".join(titles), " ".join(given_words), " ".join(family_words))
    words = untitled(name.split())
    while len(words) > 1 and words[-1].strip(".").casefold() in _SUFFIXES:
        words.pop()
    start = max(len(words) - 1, 0)
    if len(words) == 2 and words[0].casefold() in _JOINED:
        start = 0
    for at in range(1, len(words) - 1):
        if words[at].strip(".").casefold() in _PARTICLES:
            start = at
            break
    return NameParts(" ".join(titles), " ".join(words[:start]), " ".join(words[start:]))


def sounds(text: str) -> frozenset[str]:
    """Return phonetic keys: names that sound alike share at least one.

    Each word gives keys of three schemes, marked by their first letter: Metaphone ("M"), NYSIIS ("N") and, for its
    tolerance of vowels and double letters, Soundex ("S"). "-" joins a scheme to its code. A word in another script than Latin, or too
    short for a code, stands for itself ("="): it is still found when written the same. Order of words is ignored.
    """
    keys: set[str] = set()
    for word in normalise_name(text).split():
        if not (word.isascii() and word.isalpha()) or len(word) < 2:
            keys.add(f"={word}")
            continue
        spoken = _as_spoken(word)
        keys.update(
            f"{scheme}-{code}"
            for scheme, code in (
                ("M", jellyfish.metaphone(spoken)),
                ("N", jellyfish.nysiis(spoken)),
                # Soundex keeps the first letter as it is written, so that is spelt one way first.
                ("S", jellyfish.soundex(spoken[0].translate(_SAME_START) + spoken[1:])),
            )
            if code
        )
    return frozenset(keys)


_SILENT: Final = (
    *(("kn", "n"), ("gn", "n"), ("wr", "r"), ("ps", "s"), ("ph", "f"), ("wh", "w")),
    *(("mac", "mc"), ("thom", "tom")),
)
_SAME_START: Final = str.maketrans({"k": "c", "q": "c", "z": "s", "j": "g", "y": "i"})


def _as_spoken(word: str) -> str:
    """Return `word` without the letters that are written and not heard: "Wright", "Thompson", "MacDonald"."""
    for written, heard in _SILENT:
        if word.startswith(written):
            word = heard + word[len(written) :]
            break
    return word.replace("mps", "ms")


_LISTS: Final = ("english", "south_asian", "polish", "arabic", "somali")


def _related(*lists: str) -> dict[str, frozenset[str]]:
    """Return, for each name of these lists, every name that stands in one line with it."""
    related: dict[str, set[str]] = {}
    for list_ in lists:
        text = files("sentinel.kernel").joinpath(list_).read_text(encoding="utf-8")
        for line in text.splitlines():
            names = line.partition("#")[0].split()
            for name in names:
                related.setdefault(name, set()).update(names)
    return {name: frozenset(others) for name, others in related.items()}


@cache
def _families() -> dict[str, frozenset[str]]:
    """Return, for each given name of the lists, every name that may be the same person's."""
    return _related("given_names.txt", *(f"name_lists/given_{one}.txt" for one in _LISTS))


@cache
def _spellings() -> dict[str, frozenset[str]]:
    """Return, for each family name of the list, the spellings that are used for it."""
    return _related("name_lists/family_names.txt")


def given_forms(given: str) -> frozenset[str]:
    """Return the first given name, normalised, with its short and other spellings ("peggy" with "margaret").

    One step only: two short names of different names that share a third are not made one. Empty for no name.
    """
    words = normalise_name(given).split()
    if not words:
        return frozenset()
    return _families().get(words[0], frozenset()) | {words[0]}


def is_listed_given_name(word: str) -> bool:
    """Say whether a word, normalised, stands in the lists of given names."""
    return word in _families()


def same_family_name(one: str, other: str) -> bool:
    """Say whether two words, normalised, are spellings of one family name in the list ("hussain", "hossain")."""
    return one == other or other in _spellings().get(one, ())


def check_name(text: str, *, needed: bool = True) -> str:
    """Return `clean_name(text)`; raises `Invalid` (field "") where it is empty and `needed`."""
    name = clean_name(text)
    if needed and not name:
        raise Invalid("Enter a name.")
    return name
