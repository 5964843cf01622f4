"""Past weeks: worked out once, from the records as they stood; never changed, also not by what is done later."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import Error
from hypothesis import given
from hypothesis import strategies as st

from sentinel.cases.models import Case
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.insight.chart import trend_of
from sentinel.insight.matters import figures_by_team
from sentinel.insight.models import WeekFigures
from sentinel.insight.operations import keep_all
from sentinel.insight.rules import FEWEST, Figures, total, without_small
from sentinel.insight.weeks import WEEK, figures_at, own_weeks, partnership_weeks, take_weeks, weeks_to_take
from sentinel.kernel.clock import from_london, start_of_day
from tests.cases.making import a_case, a_party
from tests.insight.test_figures import BETH, DAY, something
from tests.risk.answers import assessed
from tests.support import NOW, PRIYA, acting

NADIA = "nadia.byrne@county.example"
MONDAY = date(2026, 11, 16)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [5, 6])
def test_the_figures_of_a_moment_are_those_that_were_counted_at_it(seed: int) -> None:
    """Two statements: one counts what triggers keep, the other what the dates in the records say of any moment."""
    pick = random.Random(seed)
    priya = acting(PRIYA)
    cases = [a_case(priya, now=NOW - 40 * DAY) for _ in range(4)]
    seen: dict[datetime, Figures] = {}
    for step in range(40):
        at = NOW - timedelta(hours=900 - step * 22)
        something(pick, PRIYA, pick.choice(cases), at)
        seen[at] = total(figures_by_team(acting(PRIYA), at).values())
        assert total(one.figures for one in figures_at(at).values()) == seen[at]
    assert {at: total(one.figures for one in figures_at(at).values()) for at in seen} == seen, (
        "also looking back"
    )
    assert len(set(seen.values())) > 5


@pytest.mark.django_db
def test_a_case_counts_for_the_weeks_in_which_it_was_open() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, now=NOW - 20 * DAY)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW - 10 * DAY)
    assert [sum(one.open_cases for one in figures_at(NOW - days * DAY).values()) for days in (21, 15, 5)] == [
        0,
        1,
        0,
    ]


@pytest.mark.parametrize(
    ("last", "today", "wanted"),
    [
        (None, date(2026, 11, 18), [date(2026, 11, 9)]),
        (date(2026, 11, 9), date(2026, 11, 22), []),
        (date(2026, 11, 9), date(2026, 11, 23), [MONDAY]),
        (
            date(2026, 10, 19),
            date(2026, 11, 23),
            [date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9), MONDAY],
        ),
    ],
)
def test_every_week_that_is_over_is_due_once(last: date | None, today: date, wanted: list[date]) -> None:
    assert weeks_to_take(last, today) == wanted


def test_a_week_stays_as_it_was_and_a_missed_one_is_made_up_for(as_worker) -> None:
    monday = from_london(MONDAY + WEEK)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=monday - 3 * DAY)
        margaret = a_party(priya, case, now=monday - 3 * DAY)
    with as_worker():
        assert take_weeks(now=monday + timedelta(minutes=7)) == 1
        assert take_weeks(now=monday + timedelta(hours=1)) == 0, "once"
    with transaction.atomic():
        # What is done later, dated into that week or not, changes nothing of it.
        priya = acting(PRIYA)
        assessed(priya, case, margaret, now=monday - DAY)
    with as_worker():
        assert take_weeks(now=monday + 3 * WEEK - 2 * DAY) == 2
        with transaction.atomic():
            state_actor(SYSTEM)
            whole = list(WeekFigures.objects.filter(agency_id__isnull=True).order_by("week"))
        assert [(one.cases, one.taken_late) for one in whole] == [(1, False), (0, True), (0, True)]
    with transaction.atomic():
        priya = acting(PRIYA)
        weeks = own_weeks(priya.agency, MONDAY)
        assert [(one.open_cases, one.figures.cases, one.share) for one in weeks] == [
            (1, 1, 100.0), (1, 0, 0.0), (1, 0, 0.0),
        ]  # fmt: skip
        assert own_weeks(acting(BETH).agency, MONDAY) == []
        assert own_weeks(priya.agency, MONDAY) == [], (
            "another agency's reader is told nothing, whatever is asked"
        )
    for statement in ("UPDATE insight_weekfigures SET cases = 0", "DELETE FROM insight_weekfigures"):
        refused = pytest.raises(Error, match="permission denied")
        with as_worker(), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_whole_partnership_is_for_who_governs_and_a_check_finds_what_went_past(
    as_worker, database_urls
) -> None:
    monday = start_of_day(MONDAY + WEEK)
    with transaction.atomic():
        priya = acting(PRIYA)
        a_party(priya, a_case(priya, now=monday - DAY), now=monday - DAY)
    with as_worker():
        take_weeks(now=monday)
        assert (keep_all(now=monday).differed, keep_all(now=monday).cases) == (0, 1)
    with transaction.atomic():
        acting(NADIA)
        found = partnership_weeks(MONDAY)
        assert found[None][0].figures.cases == found[priya.agency][0].figures.cases == 1
    with transaction.atomic():
        acting(PRIYA)
        assert partnership_weeks(MONDAY) == {}
    with psycopg.connect(database_urls["postgres"]) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM insight_matter")
    with as_worker():
        assert keep_all(now=monday).differed == 1


@given(st.lists(st.integers(0, 40), max_size=12))
def test_small_numbers_are_not_told_nor_one_found_by_subtraction(numbers: list[int]) -> None:
    told = without_small(numbers)
    assert all(number is None or number == 0 or number >= FEWEST for number in told)
    assert told.count(None) != 1 or len(numbers) == 1
    assert all(one is None or one == number for one, number in zip(told, numbers, strict=True))


def test_the_picture_has_a_point_for_each_week_and_a_line_to_compare_with() -> None:
    weeks = [
        (date(2026, 11, 1) + timedelta(days=7 * at), figure, at == 1)
        for at, figure in enumerate((3.0, 0.0, 14.0))
    ]
    chart = trend_of("Cases", weeks, across=12.4, across_words="12.4 on average")
    assert chart is not None
    first, second, third = chart.points
    assert second.y == chart.base > first.y > chart.across.at > third.y
    assert [one.late for one in chart.points] == [False, True, False]
    assert "worked out late" in second.words
    assert "14 in the week to 15 Nov" in chart.summary
    assert trend_of("Cases", [], across=1, across_words="") is None
