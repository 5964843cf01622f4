"""Past weeks: worked out once, from the records as they stood; never changed, also not by what is done later."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import product

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import Error
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.cases.models import Case, StatusChange
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.insight.chart import trend_of
from sentinel.insight.matters import figures_by_team
from sentinel.insight.models import WeekFigures
from sentinel.insight.operations import keep_all
from sentinel.insight.rules import FEWEST, Figures, total, total_without_small, without_small
from sentinel.insight.weeks import WEEK, figures_at, own_weeks, partnership_weeks, take_weeks, weeks_to_take
from sentinel.kernel.clock import from_london, start_of_day
from sentinel.risk.high.operations import acknowledge, pass_on
from sentinel.risk.models import HighRisk
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.insight.test_figures import BETH, DAY, something
from tests.risk.answers import THREAT, assessed, matrix
from tests.support import NOW, PRIYA, acting, signed_in

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


@pytest.mark.django_db
def test_a_case_that_was_closed_and_opened_again_since_counts_for_no_week_between() -> None:
    priya = acting(PRIYA)
    case = a_case(priya, now=NOW - 30 * DAY)
    for days, status in ((20, "closed"), (10, "active")):
        StatusChange.objects.create(
            case=case, status=status, at=NOW - days * DAY, reason="x",
            **provenance(actor=priya, now=NOW - days * DAY, record_id=case.id),
        )  # fmt: skip
    counted = [sum(one.open_cases for one in figures_at(NOW - days * DAY).values()) for days in (25, 15, 5)]
    assert counted == [1, 0, 1]


@pytest.mark.django_db
def test_what_a_later_step_has_acknowledged_is_late_no_more_at_any_moment_since() -> None:
    priya = acting(PRIYA)
    case = a_case(priya)
    assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    row = HighRisk.objects.get()
    for email in ("colin.webb@charnwood.example", "helen.brook@police.example"):
        acknowledge(actor=acting(email), now=NOW, high_risk_id=row.id)
    acting(PRIYA)
    pass_on(now=NOW + timedelta(hours=2))
    acknowledge(actor=acting("helen.brook@police.example"), now=NOW + timedelta(hours=3), high_risk_id=row.id)
    acting(PRIYA)
    hours = (0, 1, 2, 3, 4)
    found = [figures_at(NOW + timedelta(hours=hour)) for hour in hours]
    assert [sum(one.figures.late for one in held.values()) for held in found] == [0, 1, 1, 0, 0]
    assert total(figures_by_team(acting(PRIYA), NOW + timedelta(hours=4)).values()).late == 0


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
@example([1, 1, 7])
@example([6, 6, 4])
@example([1, 1, 0])
@example([3])
def test_small_numbers_are_not_told_and_what_is_left_of_the_sum_is_not_small(numbers: list[int]) -> None:
    told = without_small(numbers)
    assert all(number is None or number == 0 or number >= FEWEST for number in told)
    assert all(one is None or one == number for one, number in zip(told, numbers, strict=True))
    hidden = [number for one, number in zip(told, numbers, strict=True) if one is None]
    assert len(hidden) != 1 or len(numbers) == 1
    assert sum(hidden) >= FEWEST * len(hidden) or len(hidden) == len(numbers), (
        "or nothing but the sum is told"
    )
    assert bool(hidden) == any(0 < number < FEWEST for number in numbers), "nothing is kept back for nothing"
    whole = total_without_small(numbers)
    assert whole == (None if hidden and len(numbers) == 1 else sum(numbers))


@pytest.mark.parametrize(("agencies", "most"), [(2, 24), (3, 18), (4, 11)])
def test_whoever_knows_the_rule_and_the_sum_cannot_work_a_number_out(agencies: int, most: int) -> None:
    """Everything that could stand behind what is told, looked through: of no number that is not told is there one alone."""
    behind: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in product(range(most + 1), repeat=agencies):
        if sum(numbers) <= most:
            behind[*without_small(numbers), sum(numbers)].append(numbers)
    kept_back = 0
    for (*told, _), all_of_them in behind.items():
        for at in (at for at, one in enumerate(told) if one is None):
            kept_back += 1
            assert len({numbers[at] for numbers in all_of_them}) > 1, all_of_them
    assert kept_back > 10


def test_of_one_agency_a_small_number_is_not_told_as_that_of_the_partnership(as_worker) -> None:
    """Neither in the line of the partnership, nor in its weeks."""
    with transaction.atomic():
        priya = acting(PRIYA)
        a_party(priya, a_case(priya, now=now() - 8 * DAY), now=now() - 8 * DAY)
    with as_worker():
        take_weeks(now=now())
    page = signed_in(NADIA).get("/compliance").content.decode()
    row = page.split("The whole partnership</th>")[1].split("</tr>")[0]
    assert [words.split("</td>")[0] for words in row.split('<td class="s-number">')[1:]] == [
        "not shown", "not shown", "0", "0", "0", "0",
    ]  # fmt: skip
    assert "No week is shown" in page.split("By week")[1]
    assert "Week to" not in page


def test_the_picture_has_a_point_for_each_week_and_a_line_to_compare_with() -> None:
    weeks = [
        (date(2026, 11, 1) + timedelta(days=7 * at), figure, at == 1)
        for at, figure in enumerate((3.0, 0.0, 14.0))
    ]
    chart = trend_of("Cases", weeks, across=(12.4, "12.4 on average"))
    assert chart is not None
    assert chart.across
    first, second, third = chart.points
    assert second.y == chart.base > first.y > chart.across.at > third.y
    assert [one.late for one in chart.points] == [False, True, False]
    assert "worked out late" in second.words
    assert "14 in the week to 15 Nov" in chart.summary
    assert trend_of("Cases", [], across=None) is None
    alone = trend_of("Cases", weeks, across=None)
    assert alone is not None
    assert alone.across is None
    assert alone.summary.endswith("14 in the week to 15 Nov.")
