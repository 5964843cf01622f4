"""Moments and periods. Everything is kept in UTC and shown in Europe/London; nothing here asks what time it is.

The one clock that does ask lives in the foundation; rules and operations are handed `now`.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from sentinel.kernel.errors import Invalid

LONDON: Final = ZoneInfo("Europe/London")
_DAY: Final = timedelta(days=1)


def utc(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return the aware UTC moment of these numbers."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def as_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC. A naive one is a mistake of the caller and raises `ValueError`."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("A moment must say its time zone.")
    return moment.astimezone(UTC)


def read_moment(text: str) -> datetime:
    """Return the UTC moment that `isoformat` wrote. Raises `ValueError` for anything else: no zone, or no such moment."""
    try:
        return as_utc(datetime.fromisoformat(text))
    except OverflowError as error:
        raise ValueError("There is no such moment.") from error


def to_london(moment: datetime) -> datetime:
    """Return `moment` as a clock in London shows it. Raises `ValueError` where it is naive."""
    return as_utc(moment).astimezone(LONDON)


def london_date(moment: datetime) -> date:
    """Return the date in London at `moment`: what people here call the day it happened."""
    return to_london(moment).date()


def exists_in_london(day: date, at: time) -> bool:
    """Say whether a London clock ever showed `at` on `day` (an hour is skipped each March)."""
    local = datetime.combine(day, at, tzinfo=LONDON)
    return local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == local.replace(tzinfo=None)


def from_london(day: date, at: time = time(0), *, second_time: bool = False) -> datetime:
    """Return the UTC moment at which a London clock shows `at` on `day`.

    The hour that comes twice each October means the first, unless `second_time`. A time skipped each March
    becomes the moment an hour later on the clock, as a wall clock would have been put forward.
    """
    return datetime.combine(day, at.replace(fold=int(second_time)), tzinfo=LONDON).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Return the UTC moment at which `day` begins in London."""
    return from_london(day)


def end_of_day(day: date) -> datetime:
    """Return the UTC moment at which the day after `day` begins in London (the end, not included)."""
    return from_london(day + _DAY)


class Precision(Enum):
    """How exactly somebody knows when it happened."""

    EXACT = "exact"
    ABOUT = "about"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """When something happened: from `start` to `end` (both UTC), known to `precision`.

    A moment has `end == start`. For a day, month or year, `end` is the moment at which the next one begins.
    Raises `Invalid` (field "end") where it ends before it begins and `ValueError` for a naive moment.
    """

    start: datetime
    end: datetime
    precision: Precision = Precision.EXACT

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", as_utc(self.start))
        object.__setattr__(self, "end", as_utc(self.end))
        if self.end < self.start:
            raise Invalid.of("end", "The end must be after the start.")

    @classmethod
    def of_days(cls, first: date, last: date) -> Period:
        """Return the days from `first` to `last`, both included."""
        return cls(start_of_day(first), end_of_day(last), Precision.DAY)


def show_date(day: date) -> str:
    """Return "3 April 2026"."""
    return f"{day.day} {day:%B} {day.year}"


def show_time(moment: datetime) -> str:
    """Return the London time as "9:30pm", "9pm", "midday" or "midnight"."""
    local = to_london(moment)
    if (local.hour, local.minute) == (0, 0):
        return "midnight"
    if (local.hour, local.minute) == (12, 0):
        return "midday"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{(local.hour + 11) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def show_moment(moment: datetime) -> str:
    """Return "3 April 2026 at 9:30pm"."""
    return f"{show_date(london_date(moment))} at {show_time(moment)}"


def show_period(period: Period) -> str:
    """Return the words for a period, as exact as it is known and no more."""
    first = to_london(period.start).date()
    if period.precision is Precision.YEAR:
        return str(first.year)
    if period.precision is Precision.MONTH:
        return f"{first:%B} {first.year}"
    if period.precision is Precision.DAY:
        last = london_date(period.end - timedelta(microseconds=1)) if period.end > period.start else first
        return show_date(first) if last == first else f"{show_date(first)} to {show_date(last)}"
    about = "about " if period.precision is Precision.ABOUT else ""
    if period.start == period.end:
        return f"{show_date(first)} at {about}{show_time(period.start)}"
    last = london_date(period.end)
    if last == first:
        return f"{show_date(first)}, {about}{show_time(period.start)} to {show_time(period.end)}"
    return f"{about}{show_moment(period.start)} to {show_moment(period.end)}"


def months_before(now: datetime, months: int) -> datetime:
    """The beginning, in London, of the day so many months ago; the last of a month that has no such day (UTC)."""
    today = london_date(now)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    day = min(today.day, monthrange(year, month + 1)[1])
    return from_london(date(year, month + 1, day), time())
