"""The few weights of the check that are set by hand, from a versioned file of their own that says so and why: how far an age fits, and
that a title is another. Everything else is learnt (rules.weights)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sentinel.kernel.errors import Invalid

FORMAT: Final = 1
BY_HAND: Final = "online-by-hand-1.json"


@dataclass(frozen=True)
class ByHand:
    """What is set by hand, in bits but for two. Ages are spread over `lifetime` years, and an age that was said is right in the share
    `age_right`; one up to two years off weighs `age_off`, any other `age_unfit`; a title of the other sex `other_title`."""

    version: str
    source: str
    lifetime: float
    age_right: float
    age_off: float
    age_unfit: float
    other_title: float


def read_by_hand(text: str) -> ByHand:
    """What a versioned file holds. Raises `Invalid` for another format, or where something is missing."""
    try:
        data: dict[str, Any] = json.loads(text)
        if data["format"] != FORMAT:
            raise Invalid(f"The weights set by hand are of format {data['format']}, and {FORMAT} is read.")
        age = data["age"]
        return ByHand(
            str(data["version"]),
            str(data["source"]),
            float(age["lifetime_years"]),
            float(age["right"]),
            float(age["two_years_off_bits"]),
            float(age["unfit_bits"]),
            float(data["title"]["different_bits"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"The file of weights set by hand cannot be read: {error}.") from error


@cache
def by_hand() -> ByHand:
    """The file that comes with Sentinel, read once for a process."""
    return read_by_hand(files("sentinel.matching").joinpath("weights", BY_HAND).read_text(encoding="utf-8"))
