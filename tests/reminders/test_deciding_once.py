"""The sweep decides what is due, for whom, once; it ends what stands no longer. As the worker, over real commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import Absence, Team, User
from sentinel.cases.models import Case, PartyRole
from sentinel.reminders.models import Decision, ReminderRule
from sentinel.reminders.sweep import Swept
from sentinel.risk.queries import current_assessments
from tests.cases.making import a_party, agency
from tests.reminders.sweeping import COLIN, DAWN, DAY, PRIYA, an_unknown, told
from tests.risk.answers import assessed
from tests.support import NOW, acting, actor, user


def test_an_unknown_is_chased_at_4_7_10_14_and_21_days_and_the_supervisor_from_the_third(
    swept: Callable[..., Swept], decisions: Callable[..., list[Decision]]
) -> None:
    an_unknown()
    by_day = [swept(day).decided for day in range(22)]
    assert [day for day, many in enumerate(by_day) if many] == [4, 7, 10, 14, 21]
    assert told(decisions()) == [
        (1, "lead", PRIYA), (2, "lead", PRIYA), (3, "lead", PRIYA), (3, "supervisor", COLIN),
        (4, "lead", PRIYA), (4, "supervisor", COLIN), (5, "lead", PRIYA), (5, "supervisor", COLIN),
    ]  # fmt: skip
    assert [one.step for one in decisions(live=True)] == [5, 5], "a later one takes the place of those before"


def test_sweeping_again_decides_nothing_again(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    an_unknown()
    assert swept(4).decided == 1
    assert [swept(4 + hour / 24).decided for hour in range(12)] == [0] * 12
    assert len(decisions()) == 1


def test_a_worker_that_stood_still_sends_one_and_no_burst(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    an_unknown()
    swept(30)
    assert told(decisions()) == [(6, "lead", PRIYA), (6, "supervisor", COLIN)]


def test_the_answer_stops_it_and_ends_what_stood(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, margaret = an_unknown()
    swept(7)
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed(priya, Case.objects.get(pk=case.pk), margaret, now=NOW + 8 * DAY)
    assert swept(8).ended == 1
    assert swept(40) == Swept()
    assert [one.ended_why for one in decisions()] == ["over"]


def test_saying_unknown_again_never_restarts_the_clock(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, margaret = an_unknown()
    swept(4)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = Case.objects.get(pk=case.pk)
        assessed(priya, case, margaret, now=NOW + 5 * DAY, vulnerable="unknown")
        assessed(priya, case, margaret, now=NOW + 6 * DAY, vulnerable="unknown", support="her sister calls")
    assert swept(7).decided == 1
    assert {one.started_at for one in decisions()} == {NOW}
    assert [one.step for one in decisions()] == [1, 2]


def test_unknown_again_after_it_was_known_begins_anew(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, margaret = an_unknown()
    swept(4)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = Case.objects.get(pk=case.pk)
        assessed(priya, case, margaret, now=NOW + 5 * DAY)
        assessed(priya, case, margaret, now=NOW + 6 * DAY, vulnerable="unknown")
    assert swept(9).decided == 0
    assert swept(10).decided == 1
    assert [(one.step, one.started_at) for one in decisions(live=True)] == [(1, NOW + 6 * DAY)]


def test_the_sweep_finds_what_the_page_shows_as_unknown_since_the_same_moment(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, margaret = an_unknown()
    with transaction.atomic():
        priya = acting(PRIYA)
        case = Case.objects.get(pk=case.pk)
        assessed(priya, case, margaret, now=NOW + DAY, vulnerable="unknown", suicide="unknown")
        joan = a_party(priya, case, "Joan Ellis", now=NOW + DAY)
        assessed(
            priya, case, joan, now=NOW + 2 * DAY, violence="unknown", weapon="yes", weapon__why="A knife."
        )
        shown = current_assessments(priya, Case.objects.get(pk=case.pk))
    wanted = {
        (party, f"victim.{one.key}", one.since)
        for party, standing in shown.items()
        if standing
        for one in standing.unknown
    }
    assert len(wanted) >= 3
    swept(20)
    found = {
        (one.subject_id, one.detail, one.started_at)
        for one in decisions()
        if one.rule.key == "unknown_answer"
    }
    assert found == wanted


def test_a_closed_case_is_chased_no_more_and_a_reopened_one_not_told_the_same_again(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, _ = an_unknown()
    swept(4)
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW + 5 * DAY)
    assert swept(5).ended == 1
    assert swept(8) == Swept()
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(status="active", closed_at=None)
    assert swept(5).decided == 0
    assert [one.live for one in decisions()] == [True]
    assert swept(8).decided == 1


def test_a_person_who_is_no_victim_any_more_is_chased_no_more(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    _, margaret = an_unknown()
    assert swept(4).decided == 1
    with transaction.atomic():
        acting(PRIYA)
        PartyRole.objects.filter(party=margaret).update(until=NOW + 5 * DAY)
    assert swept(6).ended == 1
    assert [one.rule.key for one in decisions(live=True)] == ["unassessed_person"] * 2, "the case itself now"


def test_an_absent_leads_reminder_goes_to_the_deputy_and_comes_back_with_the_lead(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    an_unknown()
    first = (NOW + 4 * DAY).date()
    Absence.objects.create(
        user=user(PRIYA), deputy=user(DAWN), first_day=first, last_day=first + 2 * DAY, entered_at=NOW
    )
    swept(4)
    assert told(decisions(live=True)) == [(1, "lead", DAWN)]
    swept(7)
    assert told(decisions(live=True)) == [(2, "lead", PRIYA)]


@pytest.mark.parametrize("how", ["no lead", "suspended", "away with a deputy who is away"])
def test_where_nobody_leads_or_stands_in_the_supervisor_is_told(
    swept: Callable[..., Swept], decisions: Callable[..., Any], how: str
) -> None:
    case, _ = an_unknown()
    with transaction.atomic():
        acting(PRIYA)
        if how == "no lead":
            Case.objects.filter(pk=case.pk).update(lead=None)
        elif how == "suspended":
            User.objects.filter(email=PRIYA).update(is_active=False)
        else:
            days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 12, 31), "entered_at": NOW}
            Absence.objects.create(user=user(PRIYA), deputy=user(DAWN), **days)
            Absence.objects.create(user=user(DAWN), deputy=user(PRIYA), **days)
    swept(4)
    assert told(decisions()) == [(1, "supervisor", COLIN)]


def test_a_new_lead_is_told_at_once_and_the_old_one_no_more(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, _ = an_unknown()
    swept(4)
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(lead=user(DAWN))
    swept(5)
    assert told(decisions(live=True)) == [(1, "lead", DAWN)]


def test_a_rule_of_a_later_day_takes_the_place_of_the_one_before(
    swept: Callable[..., Swept], decisions: Callable[..., Any], as_worker: Callable[[], Any]
) -> None:
    an_unknown()
    swept(4)
    old = ReminderRule.objects.get(key="unknown_answer")
    ReminderRule.objects.create(
        key=old.key, content={**old.content, "after": [1, 2]}, source="A test", effective_from=(NOW + 6 * DAY).date(),
        made_at=NOW, released_at=NOW,
    )  # fmt: skip
    assert swept(5) == Swept(due=1)
    swept(6)
    assert [one.ended_why for one in decisions(live=False)] == ["rule"]
    assert [one.step for one in decisions(live=True)] == [2]
    ReminderRule.objects.create(
        key=old.key, content=old.content, source="A test", effective_from=(NOW + 7 * DAY).date(), made_at=NOW,
        released_at=NOW, active=False,
    )  # fmt: skip
    swept(8)
    assert decisions(live=True) == []


def test_nobody_of_another_agency_sees_a_decision(swept: Callable[..., Swept]) -> None:
    an_unknown()
    swept(4)
    with transaction.atomic():
        acting(PRIYA)
        assert Decision.objects.count() == 1
    with transaction.atomic():
        acting("beth.carr@three-oaks.example")
        assert Decision.objects.count() == 0


def test_a_case_without_a_team_is_told_to_the_agencys_supervisors(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    case, _ = an_unknown()
    with transaction.atomic():
        acting(PRIYA)
        Case.objects.filter(pk=case.pk).update(team=None)
    swept(10)
    assert (3, "supervisor", COLIN) in told(decisions())
    assert Team.objects.filter(agency=agency("charnwood")).exists()
    assert actor(COLIN).may("see_team")
