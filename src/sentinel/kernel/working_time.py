"""Business days and working hours of an agency: its bank holidays and its hours for each day of the week.

A **business day** is a day with hours that is no holiday. Standards count from when the agency was told. All
moments are aware and come back in UTC; opening hours are times on a London clock, so that nine o'clock is nine
o'clock in summer and winter. Every function is pure: a deadline is worked out again from the events whenever it
is asked for, and is never a counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from sentinel.kernel.bank_holidays import england_bank_holidays
from sentinel.kernel.clock import as_utc, end_of_day, from_london, london_date, to_london

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours on a London clock. `closes` at 00:00 is the midnight at the end of the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise ValueError("Hours must close after they open; hours over midnight belong to two days.")

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return opening and closing on `day`, in UTC."""
        closes = end_of_day(day) if self.closes == time(0) else from_london(day, self.closes)
        return from_london(day, self.opens), closes


OFFICE_HOURS: Final[Mapping[int, Hours]] = MappingProxyType(
    {weekday: Hours(time(9), time(17)) for weekday in range(5)}
)
ALWAYS: Final[Mapping[int, Hours]] = MappingProxyType(
    {weekday: Hours(time(0), time(0)) for weekday in range(7)}
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When an agency works: `hours` for each weekday (0 is Monday; absent is closed) and its `holidays`.

    Raises `ValueError` where no day of the week has hours, since then no deadline could ever be reached.
    """

    hours: Mapping[int, Hours] = field(default_factory=lambda: OFFICE_HOURS)
    holidays: frozenset[date] = field(default_factory=england_bank_holidays)

    def __post_init__(self) -> None:
        if not self.hours or not set(self.hours) <= set(range(7)):
            raise ValueError("A calendar needs hours on at least one day, numbered 0 (Monday) to 6 (Sunday).")

    def is_business_day(self, day: date) -> bool:
        """Say whether the agency works on `day`."""
        return day.weekday() in self.hours and day not in self.holidays

    def open_on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return opening and closing on `day` in UTC, or None where it is closed."""
        return self.hours[day.weekday()].on(day) if self.is_business_day(day) else None

    def spells(self, since: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the openings and closings from `since` on, without end."""
        day = since
        while True:
            opening = self.open_on(day)
            if opening is not None:
                yield opening
            day += _DAY


def add_business_days(start: date, days: int, calendar: Calendar) -> date:
    """Return the business day that is `days` business days after `start` (before it, where negative).

    `start` itself is not counted. With 0: `start`, or the next business day where it is none.
    """
    step = _DAY if days >= 0 else -_DAY
    day, left = start, abs(days)
    if left == 0:
        while not calendar.is_business_day(day):
            day += _DAY
        return day
    while left:
        day += step
        left -= calendar.is_business_day(day)
    return day


def business_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many business days lie after `start` up to and including `end` (negative the other way)."""
    if end < start:
        return -business_days_between(end - _DAY, start - _DAY, calendar)
    weeks, rest = divmod((end - start).days, 7)
    of_the_week = weeks * len(calendar.hours)
    of_the_week += sum((start + _DAY * step).weekday() in calendar.hours for step in range(1, rest + 1))
    return of_the_week - sum(
        start < holiday <= end and holiday.weekday() in calendar.hours for holiday in calendar.holidays
    )


def next_working_moment(moment: datetime, calendar: Calendar) -> datetime:
    """Return `moment` where the agency is at work then, else its next opening, in UTC."""
    moment = as_utc(moment)
    for opens, closes in calendar.spells(london_date(moment)):
        if moment < closes:
            return max(moment, opens)
    raise AssertionError("A calendar never ends.")


def deadline(told: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the moment (UTC) by which something due within `days` business days of `told` must be done.

    It is the closing time of that day. What is told outside working hours counts as told at the next opening.
    """
    first = london_date(next_working_moment(told, calendar))
    opening = calendar.open_on(add_business_days(first, days, calendar))
    assert opening is not None  # noqa: S101 - add_business_days lands on a business day (its tested property)
    return opening[1]


def last_minute(due: datetime) -> datetime:
    """Return the last minute before `due` where that is midnight in London, else `due`.

    An agency that never closes ends its day at midnight; "by Mon 23 Nov, 00:00" is heard as Monday, a day too late.
    """
    return due - timedelta(minutes=1) if to_london(due).time() == time(0) else due


def add_working_hours(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """Return the moment (UTC) at which `length` of working time has passed since `start`.

    A length that is used up exactly at closing ends then, not at the next opening. Raises `ValueError` for a
    negative length.
    """
    if length < timedelta(0):
        raise ValueError("Working time cannot be negative.")
    start, left = as_utc(start), length
    if not left:
        return next_working_moment(start, calendar)
    for opens, closes in calendar.spells(london_date(start)):
        begun = max(start, opens)
        if begun >= closes:
            continue
        if left <= closes - begun:
            return begun + left
        left -= closes - begun
    raise AssertionError("A calendar never ends.")
