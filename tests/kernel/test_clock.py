"""Moments are UTC, shown in London, and periods know how exactly they are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.clock import (
    LONDON,
    Period,
    Precision,
    as_utc,
    end_of_day,
    exists_in_london,
    from_london,
    london_date,
    read_moment,
    show_date,
    show_moment,
    show_period,
    show_time,
    start_of_day,
    to_london,
    utc,
)
from sentinel.kernel.errors import Invalid

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
moments = st.datetimes(
    datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2037-12-31"), timezones=st.just(UTC)
)
days = st.dates(date(1972, 1, 1), date(2037, 12, 31))


def test_a_utc_moment_is_aware() -> None:
    assert utc(2026, 4, 3, 20, 30) == datetime(2026, 4, 3, 20, 30, tzinfo=UTC)
    assert utc(2026).tzinfo is UTC


@pytest.mark.parametrize("ask", [as_utc, to_london, london_date, show_time, show_moment])
def test_a_naive_moment_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 4, 3, 20, 30))  # noqa: DTZ001


def test_another_zone_is_brought_to_utc() -> None:
    there = datetime(2026, 4, 3, 22, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert as_utc(there) == utc(2026, 4, 3, 16, 30)
    assert as_utc(there).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "hour"), [(utc(2026, 1, 15, 12), 12), (utc(2026, 7, 15, 12), 13), (utc(2026, 3, 29, 1), 2)]
)
def test_london_is_an_hour_ahead_in_summer(moment: datetime, hour: int) -> None:
    assert to_london(moment).hour == hour


def test_the_day_in_london_is_another_than_in_utc_on_a_summer_night() -> None:
    assert london_date(utc(2026, 7, 1, 23, 30)) == date(2026, 7, 2)
    assert london_date(utc(2026, 1, 1, 23, 30)) == date(2026, 1, 1)


@given(moments)
def test_a_moment_comes_back_from_london_unchanged(moment: datetime) -> None:
    local = to_london(moment)
    assert local.tzinfo is LONDON
    assert from_london(local.date(), local.time(), second_time=bool(local.fold)) == moment


@pytest.mark.parametrize(
    ("day", "at", "exists"),
    [
        (SPRING, time(0, 59), True),
        (SPRING, time(1, 0), False),
        (SPRING, time(1, 59), False),
        (SPRING, time(2, 0), True),
        (AUTUMN, time(1, 30), True),
    ],
)
def test_an_hour_is_skipped_in_march(day: date, at: time, exists: bool) -> None:
    assert exists_in_london(day, at) is exists


def test_a_skipped_time_is_put_forward() -> None:
    assert from_london(SPRING, time(1, 30)) == from_london(SPRING, time(2, 30)) == utc(2026, 3, 29, 1, 30)


def test_the_hour_that_comes_twice_means_the_first_unless_said() -> None:
    assert from_london(AUTUMN, time(1, 30)) == utc(2026, 10, 25, 0, 30)
    assert from_london(AUTUMN, time(1, 30), second_time=True) == utc(2026, 10, 25, 1, 30)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_it_has(day: date, hours: int) -> None:
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


@given(days)
def test_a_day_begins_where_the_one_before_ends(day: date) -> None:
    assert end_of_day(day - timedelta(days=1)) == start_of_day(day)
    assert london_date(start_of_day(day)) == day


@given(moments, moments)
def test_a_period_never_ends_before_it_begins(one: datetime, other: datetime) -> None:
    if other >= one:
        assert (Period(one, other).start, Period(one, other).end) == (one, other)
    else:
        with pytest.raises(Invalid) as caught:
            Period(one, other)
        assert list(caught.value.errors) == ["end"]


def test_a_period_is_kept_in_utc() -> None:
    local = datetime(2026, 7, 1, 10, 0, tzinfo=LONDON)
    period = Period(local, local)
    assert (period.start.tzinfo, period.start) == (UTC, utc(2026, 7, 1, 9))


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (utc(2026, 1, 5, 21, 30), "9:30pm"),
        (utc(2026, 1, 5, 9), "9am"),
        (utc(2026, 7, 5, 23), "midnight"),
        (utc(2026, 1, 5, 12), "midday"),
        (utc(2026, 1, 5, 12, 5), "12:05pm"),
        (utc(2026, 1, 5, 0, 5), "12:05am"),
    ],
)
def test_times_are_shown_as_people_say_them(moment: datetime, shown: str) -> None:
    assert show_time(moment) == shown


def test_dates_and_moments_are_shown_in_words() -> None:
    assert show_date(date(2026, 4, 3)) == "3 April 2026"
    assert show_moment(utc(2026, 4, 3, 20, 30)) == "3 April 2026 at 9:30pm"


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        (Period(start_of_day(date(2026, 1, 1)), end_of_day(date(2026, 12, 31)), Precision.YEAR), "2026"),
        (
            Period(start_of_day(date(2026, 4, 1)), end_of_day(date(2026, 4, 30)), Precision.MONTH),
            "April 2026",
        ),
        (Period.of_days(date(2026, 4, 3), date(2026, 4, 3)), "3 April 2026"),
        (Period.of_days(SPRING, SPRING), "29 March 2026"),
        (Period.of_days(date(2026, 4, 3), date(2026, 4, 5)), "3 April 2026 to 5 April 2026"),
        (Period(utc(2026, 4, 3, 20), utc(2026, 4, 3, 20)), "3 April 2026 at 9pm"),
        (Period(utc(2026, 4, 3, 20), utc(2026, 4, 3, 20), Precision.ABOUT), "3 April 2026 at about 9pm"),
        (Period(utc(2026, 4, 3, 20), utc(2026, 4, 3, 21)), "3 April 2026, 9pm to 10pm"),
        (
            Period(utc(2026, 4, 3, 21), utc(2026, 4, 4, 1), Precision.ABOUT),
            "about 3 April 2026 at 10pm to 4 April 2026 at 2am",
        ),
    ],
)
def test_a_period_is_shown_no_more_exactly_than_it_is_known(period: Period, shown: str) -> None:
    assert show_period(period) == shown


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-11-21", "2026-11-21T10:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
     "2026-11-21T10:00:00+99:00"],
)  # fmt: skip
def test_what_names_no_moment_is_a_value_error_and_nothing_else(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text)


def test_a_moment_that_was_written_is_read_back_in_utc() -> None:
    written = from_london(date(2026, 7, 1), time(10, 30))
    assert read_moment(written.isoformat()) == read_moment("2026-07-01T10:30:00+01:00") == written
    assert read_moment("2026-07-01T10:30:00+01:00").utcoffset() == timedelta(0)
