"""The sweep decides what is due, for whom, once; it ends what stands no longer. As the worker, over real commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import Absence, RoleHeld, Team, User
from sentinel.cases.models import Case, Party, PartyRole
from sentinel.reminders.models import Decision, ReminderRule
from sentinel.reminders.sweep import Swept, sweep
from sentinel.risk.models import Deferral
from sentinel.risk.queries import current_assessments
from sentinel.risk.supervision.operations import record_review
from tests.cases.making import a_case, a_party, agency
from tests.risk.answers import assessed
from tests.support import NOW, acting, actor, signed_in, user

PRIYA, COLIN, DAWN = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "dawn.ashby@charnwood.example",
)
DAY = timedelta(days=1)


@pytest.fixture
def swept(as_worker: Callable[[], Any]) -> Callable[..., Swept]:
    """Sweep so many days after NOW. The team has one supervisor, so that what is counted is easily read."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(days: float, since: datetime = NOW) -> Swept:
        with as_worker():
            return sweep(now=since + days * DAY)

    return run


@pytest.fixture
def decisions(as_worker: Callable[[], Any]) -> Callable[..., list[Decision]]:
    def read(**given: Any) -> list[Decision]:
        with as_worker(), transaction.atomic():
            return list(Decision.objects.filter(**given).order_by("created_at", "who").select_related("rule"))

    return read


def an_unknown(**changed: Any) -> tuple[Case, Party]:
    """A case of Priya's with one victim, of whom it is not known whether they are vulnerable."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), **{"team": user(PRIYA).team, **changed})
        margaret = a_party(priya, case)
        assessed(priya, case, margaret, vulnerable="unknown")
    return case, margaret


def told(found: list[Decision], key: str = "unknown_answer") -> list[tuple[int, str, str]]:
    names = dict(User.objects.values_list("pk", "email"))
    return [(one.step, one.who, names.get(one.recipient_id, "desk")) for one in found if one.rule.key == key]


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


def test_a_victim_nobody_assessed_is_chased_in_the_agencys_business_days(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    # NOW is a Friday evening: Monday is the first business day after it.
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA))
        margaret = a_party(priya, case)
    assert [swept(day).decided for day in range(6)] == [0, 0, 0, 1, 2, 2]
    assert told(decisions(), "unassessed_person")[:1] == [(1, "lead", PRIYA)]
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed(priya, Case.objects.get(pk=case.pk), margaret, now=NOW + 6 * DAY)
    swept(6)
    assert [one for one in decisions(live=True) if one.rule.key == "unassessed_person"] == []


def test_a_report_newer_than_the_assessment_asks_for_another_look(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA))
        assessed(priya, case, a_party(priya, case))
        from sentinel.cases.models import Incident

        Incident.objects.create(
            case=case, record_id=case.id, origin_agency_id=priya.agency, created_at=NOW + DAY, category="personal",
            national_type="rowdy_or_nuisance_neighbours", words="He shouted at her again.",
        )  # fmt: skip
    swept(3)
    assert told(decisions(), "new_report") == [(1, "lead", PRIYA)]


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


def test_a_case_without_a_victim_is_chased_itself(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), lead=user(PRIYA), team=user(PRIYA).team)
    swept(3)
    found = [one for one in decisions() if one.rule.key == "unassessed_person"]
    assert [(one.subject_id, one.detail, one.step) for one in found] == [(case.pk, "case", 1)]
    page = signed_in(PRIYA).get("/work/reminders").content.decode()
    assert f"/cases/{case.reference}/assess/case" in page


def test_what_is_put_off_is_not_chased_until_the_time_runs_out_and_then_at_once(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        margaret = a_party(priya, case)
        Deferral.objects.create(
            case=case, subject="victim", party=margaret, category="personal", reason="She is in hospital.",
            deferred_at=NOW, until=NOW + 4 * DAY, record_id=case.id, origin_agency_id=priya.agency, created_at=NOW,
        )  # fmt: skip
    assert swept(3).decided == 0
    # The day on which it runs out: the lead and the supervisor are told of that, before it has.
    assert swept(3.5).decided == 2
    assert {one.rule.key for one in decisions()} == {"deferral_over"}
    swept(4.1)
    found = [one for one in decisions(live=True) if one.rule.key == "unassessed_person"]
    assert {(one.step, one.who) for one in found} == {(3, "lead"), (3, "supervisor")}
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed(priya, Case.objects.get(pk=case.pk), margaret, now=NOW + 5 * DAY)
    swept(5)
    assert decisions(live=True) == []


def test_a_review_is_due_by_the_days_of_the_band(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        assessed(priya, case, a_party(priya, case), "medium")
    assert swept(27).decided == 0
    assert swept(27.5).decided == 1, "from the beginning of the day in London"
    assert told(decisions(), "review_due") == [(1, "lead", PRIYA)]
    assert swept(31).decided == 3, "the lead and the supervisor of this, the supervisor of their own review"


def test_a_supervisor_is_reminded_of_a_late_review_until_it_is_recorded(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        assessed(priya, case, a_party(priya, case), "high")
    swept(14)
    assert told(decisions(), "supervision_review_due") == []
    swept(15)
    assert told(decisions(), "supervision_review_due") == [(1, "supervisor", COLIN)]
    swept(15.2)
    assert len(told(decisions(), "supervision_review_due")) == 1
    with transaction.atomic():
        record_review(
            actor=acting(COLIN), now=NOW + 15.5 * DAY, case=Case.objects.get(pk=case.pk), looked_at="The plan", decision="carry_on",
            reason="It works", next_on=(NOW + 20 * DAY).date(),
        )  # fmt: skip
    swept(16)
    assert told(decisions(live=True), "supervision_review_due") == []
    swept(21)
    late = [one for one in decisions(live=True) if one.rule.key == "supervision_review_due"]
    assert [one.started_at.date() for one in late] == [(NOW + 21 * DAY).date()], (
        "the day that the reviewer set has passed"
    )
    page = signed_in(COLIN).get("/work/reminders").content.decode()
    assert f"/cases/{case.reference}/reviews" in page
