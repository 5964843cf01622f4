"""UK postcodes by their shape. Whether one exists is a question for the places room, which has the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sentinel.kernel.errors import Invalid

# The six shapes of an outward code, with the letters that Royal Mail allows at each place, and the inward code.
_OUTWARD: Final = (
    r"(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKPSTUW]"
    r"|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])"
)
_INWARD: Final = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_WHOLE: Final = re.compile(rf"({_OUTWARD})({_INWARD})")
_OUTWARD_ONLY: Final = re.compile(_OUTWARD)
_IN_TEXT: Final = re.compile(rf"(?<![A-Z0-9])({_OUTWARD})[ \t]{{0,2}}({_INWARD})(?![A-Z0-9])", re.IGNORECASE)
_NOISE: Final = re.compile(r"[\s.,\-_/]+")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A whole postcode. `str()` gives it as it is written: "LE11 0ZZ"."""

    outward: str
    inward: str

    @property
    def area(self) -> str:
        """The letters at its beginning: "LE"."""
        return self.outward[: 2 if self.outward[1].isalpha() else 1]

    @property
    def sector(self) -> str:
        """The outward code and the first digit of the inward one: "LE11 0"."""
        return f"{self.outward} {self.inward[0]}"

    def __str__(self) -> str:
        return f"{self.outward} {self.inward}"


def _readings(squeezed: str) -> Iterator[str]:
    """Yield what was typed, then with O for 0 and I or L for 1 where only a digit can stand."""
    yield squeezed
    if len(squeezed) < 5:
        return
    digit = {"O": "0", "I": "1", "L": "1"}
    outward, first, rest = squeezed[:-3], squeezed[-3], squeezed[-2:]
    first = digit.get(first, first)
    yield outward + first + rest
    for letters in (1, 2):
        head, tail = outward[:letters], outward[letters:]
        yield head + "".join(digit.get(character, character) for character in tail) + first + rest


def parse_postcode(text: str) -> Postcode:
    """Read a postcode as people type it: lower case, no space, dots, O for 0 and I for 1.

    Raises `Invalid` (field "") where it has not the shape of a UK postcode; an outward code alone is told so.
    """
    if len(text) <= 40 and "\x00" not in text:
        squeezed = _NOISE.sub("", text.upper())
        for reading in _readings(squeezed):
            found = _WHOLE.fullmatch(reading)
            if found:
                return Postcode(found.group(1), found.group(2))
        if _OUTWARD_ONLY.fullmatch(squeezed):
            raise Invalid(
                f"{squeezed} is only the first half of a postcode. Enter all of it, or the street instead."
            )
    raise Invalid("Enter a whole UK postcode, like LE1 1AA.")


def normalise_postcode(text: str) -> str:
    """Return "LE11 0ZZ" for "le11 0zz". Raises `Invalid` as `parse_postcode` does."""
    return str(parse_postcode(text))


def is_outward(text: str) -> bool:
    """Say whether `text` is an outward code by itself ("LE11"), as one searches for a district."""
    return _OUTWARD_ONLY.fullmatch(_NOISE.sub("", text.upper())) is not None


def find_in(text: str) -> list[Postcode]:
    """Return the postcodes written in a text, in order, each once. Only exact shapes, with at most two spaces."""
    found = (Postcode(outward.upper(), inward.upper()) for outward, inward in _IN_TEXT.findall(text))
    return list(dict.fromkeys(found))
