"""What the extract holds of a person: a few rows of normalised values, "faces". Pure.

Somebody known by two names or at two homes has as many faces as it takes for each value to stand in one, four at most. What two
backends would work out differently (how a name sounds, its short forms) is worked out here, so that the model is the same
for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeVar

import jellyfish

from sentinel.kernel.names import given_forms, is_listed_given_name, split_name
from sentinel.matching.rules.values import address_of, email_of, name_of, postcode_of

MOST: Final = 4
_CACHED: Final = 200_000
# Of each face, in this order; every column is text, empty cells are null. No title, sex, note, line of an address or reference.
COLUMNS: Final = (
    "given", "given_forms", "given_sound", "family", "family_sound", "both_sounds", "born", "born_key", "born_year",
    "postcode", "district", "home", "phone", "email",
)  # fmt: skip
Face = tuple[str | None, ...]
T = TypeVar("T")
_metaphone = lru_cache(_CACHED)(jellyfish.metaphone)


@dataclass
class Told:
    """The facts of a person that a run may use, newest first: names (given, family, whole), births as "YYYY-MM-DD" or "YYYY", homes
    (line, postcode), telephones and email addresses in their normal form."""

    names: list[tuple[str, str, str]] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    homes: list[tuple[str, str]] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)


def faces(told: Told) -> list[Face]:
    """The rows of a person: none for one of whom no name is known."""
    names = list(dict.fromkeys(one for name in told.names if (one := _name(*name)) is not None))
    if not names:
        return []
    births = list(dict.fromkeys(_birth(one) for one in told.births)) or [(None, None, None)]
    homes = list(dict.fromkeys(_home(*one) for one in told.homes if any(one))) or [(None, None, None)]
    phones: list[str | None] = list(dict.fromkeys(told.phones)) or [None]
    emails: list[str | None] = list(dict.fromkeys(email_of(one) for one in told.emails)) or [None]
    many = min(max(len(names), len(births), len(homes), len(phones), len(emails)), MOST)
    # Whose list is shorter says its newest again.
    return [
        (*_at(names, at), *_at(births, at), *_at(homes, at), _at(phones, at), _at(emails, at))
        for at in range(many)
    ]


def _at(values: Sequence[T], at: int) -> T:
    return values[at] if at < len(values) else values[0]


def sound_of(word: str) -> str:
    """How a word sounds; one in another script than Latin, or too short, stands for itself."""
    return (_metaphone(word) if word.isascii() else "") or f"={word}"


@lru_cache(_CACHED)
def _forms(word: str) -> str | None:
    forms = given_forms(word) - {word}
    return f"|{'|'.join(sorted(forms))}|" if forms else None


def _name(given: str, family: str, full: str) -> tuple[str | None, ...] | None:
    if not given and not family:
        parts = split_name(full)
        given, family = parts.given, parts.family
    name = name_of([given], [family])
    if name is None:
        return None
    first, last = (name.given[0] if name.given else ""), " ".join(name.family)
    # Typed the wrong way round, as far as the lists of given names can tell.
    if first and last and is_listed_given_name(last) and not is_listed_given_name(first):
        first, last = last, first
    sounds = [sound_of(part) for part in (first, last) if part]
    return (
        first or None, _forms(first) if first else None, sound_of(first) if first else None, last or None,
        sound_of(last) if last else None, "|".join(sorted(sounds)) if len(sounds) == 2 else None,
    )  # fmt: skip


def _birth(born: str) -> tuple[str | None, ...]:
    """The day, the day with day and month in either order, the year."""
    if len(born) < 10:
        return None, None, born[:4] or None
    year, month, day = born[:4], born[5:7], born[8:10]
    return born, f"{year}-{min(month, day)}-{max(month, day)}", year


def _home(line: str, postcode: str) -> tuple[str | None, ...]:
    """The postcode, its sector, and the home: postcode with the numbers of the line. The line itself is left out."""
    code = postcode_of(postcode)
    if not code:
        return None, None, None
    numbers = [word for word in address_of(line).split() if word[0].isdecimal() and word != code]
    return code, code[:-2] if len(code) >= 5 else code, f"{code} {' '.join(numbers)}" if numbers else None
