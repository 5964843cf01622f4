"""Short references that are read aloud, with a check letter.

A case is `LLR-26-04172-B` and a report `LLR-26-R04172-F`: the partnership's prefix, the year, a number of at
least five digits and a check letter. A report's number begins with the letter R, so that one who reads it out
says "R"; leaving the R out, or putting one in, always makes the check letter wrong.

**The check letter** is that of a pure system as ISO/IEC 7064 describes it, with modulus 23 and radix 5: every
character has a value and a place, the sum of value x 5^place is 0 modulo 23, and the check letter is at place 0.

* 23 is prime and each character that may stand at one place has its own value modulo 23: every single wrong
  character is caught.
* 5 is a primitive root of 23, so all places have different weights: every swap of two different characters,
  neighbours or not, is caught.
* The check letter is always a letter and the number always digits: a reference whose check letter was left off
  is refused, not read as a shorter number with a lucky last digit.

The letters are the alphabet without I and O (taken for 1 and 0) and without U (taken for V): 23 of them.
A prefix is three of the same letters: were its length free, a digit of the year read as a letter could move every
other character to another place (found by a property test). Places are fixed from the right, so zeros before the
number change nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from sentinel.kernel.errors import Invalid

LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXYZ"
MODULUS: Final = len(LETTERS)
RADIX: Final = 5

_NUMBER_PLACE, _KIND_PLACE, _YEAR_PLACE, _PREFIX_PLACE = 1, 9, 10, 12
MAX_NUMBER: Final = 99_999_999
_VALUE: Final = {**{letter: at for at, letter in enumerate(LETTERS)}, **{str(d): d for d in range(10)}}
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—−_./\\]+")
_TYPED: Final = re.compile(rf"([{LETTERS}]{{3}})([0-9OIL]{{2}})(R?)([0-9OIL]{{5,8}})([A-Z0-9])")
_LOOKALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Kind(Enum):
    """What a reference names. The value is the letter before the number."""

    CASE = ""
    REPORT = "R"


# The weight of "this is a report". Chosen so that no digit in the R's place can stand in for it (tested).
_KIND_VALUE: Final = {Kind.CASE: 0, Kind.REPORT: 8}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference taken apart. `year` has four digits; `str()` gives the form that is printed."""

    prefix: str
    year: int
    number: int
    kind: Kind = Kind.CASE

    @property
    def check(self) -> str:
        """The check letter."""
        total = _KIND_VALUE[self.kind] * pow(RADIX, _KIND_PLACE, MODULUS)
        for start, characters in (
            (_NUMBER_PLACE, str(self.number)),
            (_YEAR_PLACE, f"{self.year % 100:02d}"),
            (_PREFIX_PLACE, self.prefix),
        ):
            for place, character in enumerate(reversed(characters), start):
                total += _VALUE[character] * pow(RADIX, place, MODULUS)
        return LETTERS[-total % MODULUS]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year % 100:02d}-{self.kind.value}{self.number:05d}-{self.check}"


def make(prefix: str, year: int, number: int, kind: Kind = Kind.CASE) -> str:
    """Return the reference as printed.

    `prefix`: three capital letters other than I, O and U; `year`: 2000 to 2099; `number`: 1 to
    99,999,999 (the caller counts them, one row of numbers for each prefix, year and kind).
    Raises `ValueError`: these come from configuration and a sequence, not from a person.
    """
    if not re.fullmatch(rf"[{LETTERS}]{{3}}", prefix):
        raise ValueError("A prefix is three capital letters without I, O and U.")
    if not 2000 <= year <= 2099:
        raise ValueError("The year must be from 2000 to 2099.")
    if not 1 <= number <= MAX_NUMBER:
        raise ValueError(f"The number must be from 1 to {MAX_NUMBER}.")
    return str(Reference(prefix, year, number, kind))


def _squeeze(text: str) -> str:
    if "\x00" in text or len(text) > 60:
        return ""
    return _SEPARATORS.sub("", text.upper())


def _read(squeezed: str) -> tuple[Reference, str] | None:
    """Return the reference whose shape `squeezed` has, with the check character typed, or None."""
    found = _TYPED.fullmatch(squeezed)
    if found is None:
        return None
    prefix, year, kind, number, check = found.groups()
    digits = number.translate(_LOOKALIKE)
    if int(digits) == 0:
        return None
    return Reference(prefix, 2000 + int(year.translate(_LOOKALIKE)), int(digits), Kind(kind)), check


def parse(text: str) -> Reference:
    """Read a reference as people type it: spaces or no dashes, lower case, O for 0, I or l for 1.

    Raises `Invalid` (field "") in plain words, saying whether it does not look like a reference at all or has a
    character wrong. It does not say whether such a record exists.
    """
    read = _read(_squeeze(text))
    if read is None:
        example = make("LLR", 2026, 4172)
        raise Invalid(f"Enter a reference with its letter at the end, like {example}.")
    reference, check = read
    if check != reference.check:
        raise Invalid(
            "That reference has a character wrong. Check it against the letter or ask for it again."
        )
    return reference


def correct(text: str, *, prefix: str | None = None) -> list[str]:
    """Return the references that `text` may have been meant as, if it has one mistake.

    One mistake is one wrong character, two neighbours swapped, or a report's R left out or put in. A text that
    is right already gives itself alone. With `prefix`, only that partnership's references are offered.
    Sorted, without duplicates, at most about twenty: they are offered to a person to choose from, never opened unasked.
    """
    squeezed = _squeeze(text)
    read = _read(squeezed)
    if read is not None and read[1] == read[0].check:
        return [str(read[0])]
    attempts = {
        squeezed[:at] + other + squeezed[at + 1 :]
        for at in range(min(len(squeezed), 20))
        for other in LETTERS + "0123456789"
    } | {
        squeezed[:at] + squeezed[at + 1] + squeezed[at] + squeezed[at + 2 :]
        for at in range(min(len(squeezed), 20) - 1)
    }
    meant = [_read(attempt) for attempt in attempts]
    if read is not None:
        other_kind = Kind.REPORT if read[0].kind is Kind.CASE else Kind.CASE
        meant.append((replace(read[0], kind=other_kind), read[1]))
    return sorted(
        {
            str(reference)
            for reference, check in filter(None, meant)
            if check == reference.check and prefix in (None, reference.prefix)
        }
    )
