"""Deadlines count an agency's own days and hours, over Easter, Christmas and the changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.kernel.clock import from_london, london_date, to_london, utc
from sentinel.kernel.working_time import (
    ALWAYS,
    OFFICE_HOURS,
    Calendar,
    Hours,
    add_business_days,
    add_working_hours,
    business_days_between,
    deadline,
    last_minute,
    next_working_moment,
)

OFFICE = Calendar()
ROUND_THE_CLOCK = Calendar(ALWAYS, frozenset())
SATURDAYS = Calendar({**OFFICE_HOURS, 5: Hours(time(10), time(13))})
LATE = Calendar({weekday: Hours(time(14), time(0)) for weekday in range(7)}, frozenset())
ONLY_SUNDAY = Calendar({6: Hours(time(1), time(3))}, frozenset())

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
moments = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-12-31"), timezones=st.just(UTC)
)
counts = st.integers(0, 60)
lengths = st.timedeltas(timedelta(0), timedelta(hours=100))
calendars = st.sampled_from([OFFICE, ROUND_THE_CLOCK, SATURDAYS, LATE, ONLY_SUNDAY])


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return from_london(day, time(hour, minute))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 4, 1), 1, date(2026, 4, 2)),  # Maundy Thursday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday and Easter Monday
        (date(2026, 4, 3), 1, date(2026, 4, 7)),  # told on Good Friday
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # Boxing Day on a Saturday: Monday 28th in its stead
        (date(2026, 12, 24), 4, date(2027, 1, 4)),
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the state funeral
        (date(2026, 11, 20), 10, date(2026, 12, 4)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 23)),
        (date(2026, 4, 7), -1, date(2026, 4, 2)),
    ],
)
def test_business_days_step_over_weekends_and_holidays(start: date, count: int, end: date) -> None:
    assert add_business_days(start, count, OFFICE) == end


@given(days, st.integers(-60, 60), calendars)
def test_it_never_lands_on_a_closed_day(start: date, count: int, calendar: Calendar) -> None:
    assert calendar.is_business_day(add_business_days(start, count, calendar))


@given(days, days, counts, calendars)
def test_a_later_start_is_never_due_earlier(one: date, other: date, count: int, calendar: Calendar) -> None:
    first, second = sorted((one, other))
    assert add_business_days(first, count, calendar) <= add_business_days(second, count, calendar)


@given(days, counts, calendars)
def test_one_more_day_is_always_later(start: date, count: int, calendar: Calendar) -> None:
    assert add_business_days(start, count, calendar) < add_business_days(start, count + 1, calendar) or (
        count == 0 and not calendar.is_business_day(start)
    )


@given(days, counts, counts, calendars)
def test_days_added_in_two_steps_are_days_added_at_once(
    start: date, one: int, two: int, calendar: Calendar
) -> None:
    middle = add_business_days(start, one + 1, calendar)
    assert add_business_days(middle, two, calendar) == add_business_days(start, one + 1 + two, calendar)


@given(days, st.integers(1, 60), calendars)
def test_counting_between_undoes_adding(start: date, count: int, calendar: Calendar) -> None:
    end = add_business_days(start, count, calendar)
    assert business_days_between(start, end, calendar) == count


@given(days, st.integers(1, 60), calendars)
def test_going_back_undoes_going_on(start: date, count: int, calendar: Calendar) -> None:
    begun = add_business_days(start, 0, calendar)
    assert add_business_days(add_business_days(begun, count, calendar), -count, calendar) == begun


@settings(max_examples=40)
@given(days, days, days, calendars)
def test_counting_adds_up(one: date, two: date, three: date, calendar: Calendar) -> None:
    one, two, three = sorted((one, two, three))
    whole = business_days_between(one, three, calendar)
    assert whole == business_days_between(one, two, calendar) + business_days_between(two, three, calendar)


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        (london(date(2026, 11, 20), 8), london(date(2026, 11, 20), 9)),
        (london(date(2026, 11, 20), 9), london(date(2026, 11, 20), 9)),
        (london(date(2026, 11, 20), 16, 59), london(date(2026, 11, 20), 16, 59)),
        (london(date(2026, 11, 20), 17), london(date(2026, 11, 23), 9)),
        (london(date(2026, 4, 2), 21), london(date(2026, 4, 7), 9)),
    ],
)
def test_the_next_working_moment(moment: datetime, following: datetime) -> None:
    assert next_working_moment(moment, OFFICE) == following


def test_nine_in_the_morning_is_nine_in_summer_and_winter() -> None:
    winter = next_working_moment(utc(2026, 3, 27, 18), OFFICE)
    summer = next_working_moment(utc(2026, 7, 3, 18), OFFICE)
    assert (winter, summer) == (utc(2026, 3, 30, 8), utc(2026, 7, 6, 8))
    assert next_working_moment(utc(2026, 1, 9, 18), OFFICE) == utc(2026, 1, 12, 9)
    assert {to_london(moment).hour for moment in (winter, summer)} == {9}


@given(moments, calendars)
def test_the_next_working_moment_is_open_and_is_its_own_next(moment: datetime, calendar: Calendar) -> None:
    found = next_working_moment(moment, calendar)
    assert found >= moment
    opening = calendar.open_on(london_date(found))
    assert opening is not None
    assert opening[0] <= found < opening[1]
    assert next_working_moment(found, calendar) == found


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (london(date(2026, 11, 20), 16), 2, london(date(2026, 11, 23), 10)),
        (london(date(2026, 11, 20), 9), 8, london(date(2026, 11, 20), 17)),
        (london(date(2026, 11, 21), 3), 1, london(date(2026, 11, 23), 10)),
        (london(date(2026, 4, 2), 16), 1.5, london(date(2026, 4, 7), 9, 30)),
        (london(date(2026, 10, 23), 16), 2, london(date(2026, 10, 26), 10)),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(
    start: datetime, hours: float, end: datetime
) -> None:
    assert add_working_hours(start, timedelta(hours=hours), OFFICE) == end


def test_round_the_clock_an_hour_is_an_hour_when_the_clocks_change() -> None:
    before = utc(2026, 3, 28, 23)
    assert add_working_hours(before, timedelta(hours=4), ROUND_THE_CLOCK) == utc(2026, 3, 29, 3)
    before = utc(2026, 10, 24, 22)
    assert add_working_hours(before, timedelta(hours=30), ROUND_THE_CLOCK) == utc(2026, 10, 26, 4)


@given(moments, lengths, lengths, calendars)
def test_more_time_is_never_earlier(
    start: datetime, one: timedelta, two: timedelta, calendar: Calendar
) -> None:
    short, long = sorted((one, two))
    if short:
        assert add_working_hours(start, short, calendar) <= add_working_hours(start, long, calendar)


def test_negative_working_time_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_hours(utc(2026), timedelta(hours=-1), OFFICE)


def test_the_short_sunday_of_march_has_one_hour_less() -> None:
    opening = ONLY_SUNDAY.open_on(date(2026, 3, 29))
    assert opening is not None
    assert opening[1] - opening[0] == timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "count", "due"),
    [
        (london(date(2026, 11, 20), 10), 1, london(date(2026, 11, 23), 17)),
        (london(date(2026, 11, 20), 21, 52), 1, london(date(2026, 11, 24), 17)),
        (london(date(2026, 4, 2), 16), 1, london(date(2026, 4, 7), 17)),
        (london(date(2026, 4, 3), 12), 1, london(date(2026, 4, 8), 17)),
        (london(date(2026, 11, 20), 10), 0, london(date(2026, 11, 20), 17)),
    ],
)
def test_what_is_told_after_hours_counts_from_the_next_opening(
    told: datetime, count: int, due: datetime
) -> None:
    assert deadline(told, count, OFFICE) == due


@given(moments, counts, calendars)
def test_a_deadline_is_never_before_it_was_told(told: datetime, count: int, calendar: Calendar) -> None:
    assert deadline(told, count, calendar) > told


@given(moments, moments, counts, calendars)
def test_what_is_told_later_is_never_due_earlier(
    one: datetime, other: datetime, count: int, calendar: Calendar
) -> None:
    assert deadline(min(one, other), count, calendar) <= deadline(max(one, other), count, calendar)


def test_an_agency_that_works_on_saturday_counts_it() -> None:
    assert add_business_days(date(2026, 11, 20), 1, SATURDAYS) == date(2026, 11, 21)
    assert deadline(london(date(2026, 11, 20), 10), 1, SATURDAYS) == london(date(2026, 11, 21), 13)


def test_hours_until_midnight_end_with_the_day() -> None:
    opening = LATE.open_on(date(2026, 7, 1))
    assert opening == (utc(2026, 7, 1, 13), utc(2026, 7, 1, 23))


def test_what_is_due_at_midnight_is_due_on_the_day_that_ends() -> None:
    saturday = london(date(2026, 11, 21), 16)
    due = deadline(saturday, 1, ROUND_THE_CLOCK)
    assert last_minute(due) == london(date(2026, 11, 22), 23, 59)
    assert last_minute(deadline(saturday, 1, OFFICE)) == deadline(saturday, 1, OFFICE)
    summer = deadline(london(date(2026, 7, 1), 16), 1, ROUND_THE_CLOCK)
    assert last_minute(summer) == london(date(2026, 7, 2), 23, 59)


@pytest.mark.parametrize(("opens", "closes"), [(time(17), time(9)), (time(9), time(9))])
def test_hours_that_close_before_they_open_are_refused(opens: time, closes: time) -> None:
    with pytest.raises(ValueError, match="close after"):
        Hours(opens, closes)


def test_a_calendar_that_is_never_open_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        Calendar({})
    with pytest.raises(ValueError, match="numbered"):
        Calendar({7: Hours(time(9), time(17))})
