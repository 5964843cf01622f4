"""Whether two incidents were told of the same occurrence: time, place, kind and people, weighed, with the reasons in words. Pure.

Nothing is the same until a person says so. What is shown is a proposal with its reasons; a number is never shown.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sentinel.places.rules import distance_words

VERY_LIKELY: Final = "very likely"
MAY_BE: Final = "may be"
NO: Final = ""
# How much a moment of this precision may be off, on either side.
SLACK: Final = {
    "minute": timedelta(minutes=5), "hour": timedelta(hours=1), "day": timedelta(hours=12), "month": timedelta(days=16),
    "unknown": timedelta(days=1),
}  # fmt: skip
HOUR: Final = timedelta(hours=1)
NEAR_METRES, CLOSE_METRES, AROUND_METRES = 120, 300, 700
# What somebody is in an incident, for the scorer and in words.
PERPETRATOR, VICTIM, REPORTER = "alleged_perpetrator", "victim", "reporter"
_WORDS_OF_ROLE: Final = {
    PERPETRATOR: ("perpetrator", "the same person is complained of"),
    VICTIM: ("victim", "it happened to the same person"),
    REPORTER: ("reporter", "the same person told of it"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a telling says of an occurrence, as far as it does. Moments are UTC; `place` is the id of the place that is kept of those that
    are one; `persons` are pairs of a person's id and a role. Nothing is inferred from the words."""

    told_at: datetime
    begins: datetime | None = None
    ends: datetime | None = None
    precision: str = "unknown"
    series: bool = False
    place: uuid.UUID | None = None
    building: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    category: str = ""
    national_type: str = ""
    persons: frozenset[tuple[uuid.UUID, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the four says: how far the two agree (a level of the weights file), what it weighs, and the reason in words."""

    field: str
    level: str
    bits: float
    words: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """Two tellings compared: "very likely", "may be" or "" (no), with the parts that say why."""

    band: str
    bits: float
    parts: tuple[Part, ...] = ()
    metres: int | None = None

    @property
    def reasons(self) -> list[str]:
        """The reasons in words, time first, also those that speak against it."""
        return [part.words for part in self.parts if part.words]


@dataclass(frozen=True, slots=True)
class OccurrenceWeights:
    """The bundled weights: bits by field and level, and where the bands begin."""

    bits: Mapping[str, Mapping[str, float]]
    bands: Mapping[str, float] = field(default_factory=dict)

    def band(self, bits: float, parts: Iterable[Part]) -> str:
        """The band of a sum: very likely only where time and place both speak for it, may be only where neither speaks against it."""
        levels = {part.field: part.bits for part in parts}
        if (
            levels.get("time", 0) <= self.bits["time"]["apart"]
            or levels.get("place", 0) <= self.bits["place"]["apart"]
        ):
            return NO
        both = levels.get("time", 0) > 1 and levels.get("place", 0) >= self.bits["place"]["close"]
        if bits >= self.bands["very_likely"] and both:
            return VERY_LIKELY
        return MAY_BE if bits >= self.bands["may_be"] and "place" in levels else NO


@cache
def occurrence_weights() -> OccurrenceWeights:
    """The bundled file, read once for a process."""
    text = (files("sentinel.matching") / "weights" / "occurrence-1.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return OccurrenceWeights(found["bits"], found["bands"])


def _span(told: Told) -> tuple[datetime, datetime] | None:
    """From when to when it may have been, with what its precision leaves open. Nobody tells of what has not begun."""
    if told.begins is None:
        return None
    slack = SLACK.get(told.precision, SLACK["unknown"])
    return told.begins - slack, min((told.ends or told.begins) + slack, max(told.told_at, told.begins))


def _duration(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if minutes < 60:
        return f"{max(minutes, 1)} minute{'' if minutes <= 1 else 's'}"
    hours = round(minutes / 60)
    if hours < 36:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{round(hours / 24)} days"


def compare_times(one: Told, other: Told) -> tuple[str, str]:
    """The level and words of when the two say that it was."""
    mine, theirs = _span(one), _span(other)
    if mine is None or theirs is None:
        apart = abs(one.told_at - other.told_at)
        known, teller = (mine, other) if mine else (theirs, one)
        if known is not None:
            # Whoever does not say when told of it after it had begun.
            late = teller.told_at - known[0]
            if late < timedelta(0):
                return "apart", "it was told of before the other began"
            apart = max(timedelta(0), teller.told_at - known[1])
            words = f"one was told {_duration(apart)} after the other happened"
            at_once = "one was told as the other happened"
        else:
            words, at_once = f"told {_duration(apart)} apart", "told at the same time"
        if apart <= 2 * HOUR:
            return "told_together", words if apart >= timedelta(minutes=2) else at_once
        if apart <= 24 * HOUR:
            return "told_same_day", words
        return ("told_later" if apart <= 7 * 24 * HOUR else "apart"), words
    (begin, end), (other_begin, other_end) = mine, theirs
    gap = max(begin, other_begin) - min(end, other_end)
    if one.series or other.series:
        return (
            ("series", "one of them goes on for longer, and the other is in that time")
            if gap <= timedelta(0)
            else ("apart", "")
        )
    exact = abs((one.begins or begin) - (other.begins or other_begin))
    if gap <= timedelta(0):
        wide = max(SLACK.get(told.precision, SLACK["unknown"]) for told in (one, other))
        if wide <= HOUR:
            return "overlaps", "at the same time" if exact <= timedelta(
                minutes=2
            ) else f"{_duration(exact)} apart"
        return (
            ("three_hours", "on the same day")
            if wide <= 24 * HOUR
            else ("half_day", "perhaps at the same time")
        )
    for level, most in (
        ("quarter", HOUR / 4),
        ("hour", HOUR),
        ("three_hours", 3 * HOUR),
        ("half_day", 12 * HOUR),
        ("day", 36 * HOUR),
    ):
        if gap <= most:
            return level, f"{_duration(max(gap, exact))} apart"
    return "apart", f"{_duration(gap)} apart"


def compare_places(one: Told, other: Told) -> tuple[str, str, int | None]:
    """The level, words and metres between where the two say that it was."""
    metres = metres_between(one, other)
    far = distance_words(metres) if metres is not None else ""
    if one.place is not None and one.place == other.place:
        return "same", "at the same place", 0
    if one.building and one.building == other.building:
        return "building", "in the same building", metres
    if one.street and one.street == other.street and metres is not None and metres <= AROUND_METRES:
        return "street", "in the same street", metres
    if metres is None:
        return "", "", None
    if metres <= NEAR_METRES:
        return "near", f"{far} apart", metres
    if metres <= CLOSE_METRES:
        return "close", f"{far} apart", metres
    return ("around" if metres <= AROUND_METRES else "apart"), f"{far} apart", metres


def metres_between(one: Told, other: Told) -> int | None:
    """How far the two are apart, on a flat earth; None where one has no point."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return None
    across = math.radians(one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return round(6_371_000 * math.hypot(across, math.radians(one.latitude - other.latitude)))


def compare_kinds(one: Told, other: Told) -> tuple[str, str]:
    """The level and words of what the two say that it was."""
    if one.national_type and one.national_type == other.national_type:
        return "same_type", "the same kind of behaviour"
    if not one.category or not other.category:
        return "", ""
    return ("same_category", "") if one.category == other.category else ("other", "another kind of behaviour")


def compare_people(one: Told, other: Told) -> list[tuple[str, str]]:
    """The levels and words of who is in both. Only persons who were told apart by somebody are: two strangers never agree."""
    both = one.persons & other.persons
    found = [
        _WORDS_OF_ROLE[role] for role in (PERPETRATOR, VICTIM, REPORTER) if any(role == of for _, of in both)
    ]
    named = [{who for who, role in told.persons if role == PERPETRATOR} for told in (one, other)]
    if named[0] and named[1] and not named[0] & named[1]:
        found.append(("other_perpetrator", "somebody else is complained of"))
    return found


def weigh(one: Told, other: Told) -> Weighed:
    """Compare two tellings. Symmetric: it does not matter which was first."""
    weights = occurrence_weights()
    parts: list[Part] = []

    def add(name: str, level: str, words: str) -> None:
        if level:
            parts.append(Part(name, level, weights.bits[name][level], words))

    add("time", *compare_times(one, other))
    level, words, metres = compare_places(one, other)
    add("place", level, words)
    add("kind", *compare_kinds(one, other))
    for person_level, person_words in compare_people(one, other):
        add("people", person_level, person_words)
    bits = sum(part.bits for part in parts)
    return Weighed(weights.band(bits, parts), bits, tuple(parts), metres)


def once(happened: Collection[tuple[uuid.UUID, Any]]) -> list[Any]:
    """Of values with the occurrence that each tells of, the first of every occurrence: what was told twice counts once."""
    found: dict[uuid.UUID, Any] = {}
    for occurrence, value in happened:
        found.setdefault(occurrence, value)
    return list(found.values())
