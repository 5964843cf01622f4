"""Steps fall on days in London, whatever the clock does; one that was missed is not made up for by a burst."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.kernel.clock import from_london, london_date, start_of_day, to_london
from sentinel.kernel.working_time import ALWAYS, Calendar, add_business_days
from sentinel.reminders.rules import Rule, due_day, due_steps, marks, step_reached
from tests.reminders.making import OFFICE, a_rule

STARTED = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)
# Hypothesis takes naive bounds and gives aware moments.
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CALENDARS = st.sampled_from([OFFICE, Calendar(hours=ALWAYS), Calendar(hours={1: ALWAYS[1], 3: ALWAYS[3]})])


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    after = draw(st.lists(st.integers(0, 40), min_size=1, max_size=5, unique=True).map(sorted))
    return a_rule(
        days=draw(st.sampled_from(["calendar", "business"])),
        after=tuple(after),
        then_every=draw(st.sampled_from([0, 1, 2, 7, 30])),
    )


def at(day: date, hour: int = 9) -> datetime:
    return start_of_day(day) + timedelta(hours=hour)


def test_the_founding_document_has_4_7_10_14_and_then_every_week() -> None:
    days = [due_day(a_rule(), STARTED, step, OFFICE) for step in range(1, 8)]
    assert [(day - date(2026, 11, 3)).days for day in days if day] == [4, 7, 10, 14, 21, 28, 35]


def test_a_rule_that_does_not_go_on_has_no_further_step() -> None:
    assert due_day(a_rule(then_every=0), STARTED, 5, OFFICE) is None
    assert step_reached(a_rule(then_every=0), STARTED, OFFICE, STARTED + timedelta(days=900)) == 4


def test_nothing_is_due_before_the_day_and_it_is_from_its_first_moment() -> None:
    morning = start_of_day(date(2026, 11, 7))
    assert step_reached(a_rule(), STARTED, OFFICE, morning - timedelta(microseconds=1)) == 0
    assert step_reached(a_rule(), STARTED, OFFICE, morning) == 1


@pytest.mark.parametrize("changes", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_change_of_the_clock_moves_no_step_to_another_day(changes: date) -> None:
    for hour in (0, 1, 12, 23):
        started = from_london(changes - timedelta(days=2)) + timedelta(hours=hour)
        assert due_day(a_rule(), started, 1, OFFICE) == changes + timedelta(days=2)
        due = start_of_day(changes + timedelta(days=2))
        assert step_reached(a_rule(), started, OFFICE, due - timedelta(seconds=1)) == 0
        assert step_reached(a_rule(), started, OFFICE, due) == 1
        assert to_london(due).hour == 0


def test_business_days_pass_over_easter_and_weekends() -> None:
    rule = a_rule(days="business", after=(1, 2, 3), then_every=0)
    maundy_thursday = at(date(2026, 4, 2))
    assert [due_day(rule, maundy_thursday, step, OFFICE) for step in (1, 2, 3)] == [
        date(2026, 4, 7), date(2026, 4, 8), date(2026, 4, 9),
    ]  # fmt: skip
    assert step_reached(rule, maundy_thursday, OFFICE, at(date(2026, 4, 6), 23)) == 0
    assert step_reached(rule, maundy_thursday, OFFICE, at(date(2026, 4, 7), 0)) == 1


def test_calendar_days_do_not_pass_over_easter() -> None:
    assert due_day(a_rule(), at(date(2026, 4, 2)), 1, OFFICE) == date(2026, 4, 6)


def test_day_nought_of_a_start_on_a_closed_day_is_the_next_business_day() -> None:
    rule = a_rule(days="business", after=(0, 1))
    saturday = date(2026, 11, 7)
    assert step_reached(rule, at(saturday), OFFICE, at(saturday, 23)) == 0
    assert step_reached(rule, at(saturday), OFFICE, at(date(2026, 11, 9), 0)) >= 1
    assert step_reached(rule, at(date(2026, 11, 6)), OFFICE, at(saturday)) == 1


def test_of_steps_that_were_missed_one_reminder_goes_for_the_last() -> None:
    stopped_until = STARTED + timedelta(days=11)
    assert due_steps(a_rule(), STARTED, [], OFFICE, stopped_until) == [3]
    assert due_steps(a_rule(), STARTED, [1], OFFICE, stopped_until) == [3]


def test_a_clock_that_went_back_decides_nothing_again() -> None:
    assert due_steps(a_rule(), STARTED, [3], OFFICE, STARTED + timedelta(days=8)) == []


@given(rules(), MOMENTS, CALENDARS, st.integers(1, 8))
def test_a_step_is_reached_from_the_first_moment_of_its_day_and_not_before(
    rule: Rule, started: datetime, calendar: Calendar, step: int
) -> None:
    day = due_day(rule, started, step, calendar)
    if day is None:
        return
    assert step_reached(rule, started, calendar, max(started, start_of_day(day))) >= step
    before = start_of_day(day) - timedelta(microseconds=1)
    assert step_reached(rule, started, calendar, before) < step


@given(rules(), MOMENTS, CALENDARS, st.lists(st.integers(0, 200), max_size=12).map(sorted))
def test_however_sweeps_fall_each_step_is_decided_at_most_once_and_the_last_always(
    rule: Rule, started: datetime, calendar: Calendar, sweeps: list[int]
) -> None:
    decided: list[int] = []
    for day in sweeps:
        now = started + timedelta(days=day)
        found = due_steps(rule, started, decided, calendar, now)
        assert len(found) <= 1, "no burst"
        decided += found
        assert due_steps(rule, started, decided, calendar, now) == [], "a second sweep decides nothing"
        assert max(decided, default=0) == step_reached(rule, started, calendar, now)
    assert decided == sorted(set(decided))


# New Year's Day is closed: day 0 and the first business day after it are both 2 January.
@example(a_rule(days="business", after=(0, 1), then_every=0), datetime(2024, 1, 1, tzinfo=UTC), OFFICE)
@given(rules(), MOMENTS, CALENDARS)
def test_sweeping_every_day_decides_every_step_and_of_two_on_one_day_the_last(
    rule: Rule, started: datetime, calendar: Calendar
) -> None:
    decided: list[int] = []
    for day in range(60):
        decided += due_steps(rule, started, decided, calendar, started + timedelta(days=day))
    reached = step_reached(rule, started, calendar, started + timedelta(days=59))
    last_of_its_day = {due_day(rule, started, step, calendar): step for step in range(1, reached + 1)}
    assert decided == list(last_of_its_day.values())


@given(rules(), CALENDARS, MOMENTS, st.integers(-3, 900), st.integers(0, 86_399))
def test_the_marks_count_what_the_function_says(
    rule: Rule, calendar: Calendar, now: datetime, days: int, seconds: int
) -> None:
    started = now - timedelta(days=days, seconds=seconds)
    moments = marks(rule, calendar, now)
    assert moments == sorted(moments)
    assert sum(moment > started for moment in moments) == step_reached(rule, started, calendar, now)


@given(MOMENTS, st.integers(0, 60))
def test_business_steps_are_those_of_the_kernel(started: datetime, days: int) -> None:
    rule = a_rule(days="business", after=(days,), then_every=0)
    assert due_day(rule, started, 1, OFFICE) == add_business_days(london_date(started), days, OFFICE)
