"""How well matching works, as it was last measured: the figures that `make bench-linkage` wrote down, with the day and the command.

Nothing here is worked out from live persons.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

FIGURES: Final = "linkage.json"
# What a set of records is, for who has not heard of it. Sets that are not named here are not shown.
SETS: Final = {
    "historical": (
        "Historical people",
        "People of the 16th to 20th century from an open encyclopaedia, with mistakes and gaps put in. The hardest of these sets.",
    ),
    "fake 20,000": ("Invented, 20,000", "Invented records with many gaps."),
    "FEBRL 4": ("FEBRL 4", "10,000 invented Australian records, each person twice."),
    "FEBRL 2": ("FEBRL 2", "5,000 invented Australian records, with many copies of some."),
    "FEBRL 1": ("FEBRL 1", "1,000 invented Australian records."),
}
ORIGINS: Final = {
    "english": "English and Irish", "south_asian": "South Asian", "polish": "Polish", "arabic": "Arabic", "somali": "Somali",
    "other_or_unknown": "Any other, or none in our lists",
}  # fmt: skip
# On no record of ours, but in some of the open files, and compared there.
NO_SEX: Final = "No sex (a column of this file, and of none of our records)"
PARTS: Final = {
    "given": "No first name", "family": "No surname", "dob": "No birth date", "birth": "No birth date", "postcode": "No postcode",
    "date_of_birth": "No birth date", "phone": "No telephone number", "email": "No email address", "address": "No address",
    "birth_place": "No place of birth", "occupation": "No occupation", "gender": NO_SEX, "sex": NO_SEX,
    "postcode_fake": "No postcode", "city": "No town",
}  # fmt: skip
PEERS: Final = {
    "splink_default": "Splink, as it comes",
    "splink_tuned": "Splink, tuned with the answers at hand",
    "recordlinkage": "recordlinkage",
}
FEWEST: Final = 40


@dataclass(frozen=True)
class Rate:
    """In 100, rounded down to a tenth: of the pairs that were put together how many rightly, and of those that belong together how many
    were. `pairs` belong together."""

    words: str
    right: float
    found: float
    pairs: int


@dataclass(frozen=True)
class Measured:
    """One set of records: what it is, how it went, beside whom, and for whom less well (the worst first)."""

    name: str
    words: str
    records: int
    people: int
    whole: Rate
    peers: tuple[Rate, ...]
    by_origin: tuple[Rate, ...]
    by_missing: tuple[Rate, ...]


@dataclass(frozen=True)
class Figures:
    """Everything that was measured, on a day, by a command."""

    measured_on: date
    command: str
    sets: tuple[Measured, ...]


def _rate(words: str, found: Mapping[str, Any]) -> Rate:
    right, all_found = (int(1000 * (found[key] or 0)) / 10 for key in ("precision", "recall"))
    return Rate(words, right, all_found, int(found["true_pairs"]))


def _worst(some: Mapping[str, Mapping[str, Any]], words: Mapping[str, str]) -> tuple[Rate, ...]:
    rates = [_rate(words.get(name, f"No {name.replace('_', ' ')}"), one) for name, one in some.items()]
    # Of too few pairs a share says nothing.
    return tuple(sorted((one for one in rates if one.pairs >= FEWEST), key=lambda one: one.found))


def figures_of(data: Mapping[str, Any]) -> Figures:
    """The figures of a file that the bench wrote."""
    sets = []
    for key, (name, words) in SETS.items():
        one = data["sets"].get(key)
        if one is None:
            continue
        clusters = one["clusters"]
        peers = [
            _rate(PEERS[peer], found["clusters"])
            for peer, found in one.get("peers", {}).items()
            if "clusters" in found
        ]
        sets.append(
            Measured(
                name, words, one["records"], one["people"], _rate("Sentinel", clusters), tuple(peers),
                _worst(clusters["by_name_origin"], ORIGINS), _worst(clusters["by_missing_field"], PARTS),
            )
        )  # fmt: skip
    return Figures(date.fromisoformat(data["measured_on"]), data["command"], tuple(sets))


@cache
def figures() -> Figures:
    """What was measured last, from the file that comes with Sentinel."""
    text = files("sentinel.matching").joinpath("figures", FIGURES).read_text(encoding="utf-8")
    return figures_of(json.loads(text))
