"""What else than an unknown answer is chased: who is not assessed, what was told since, what was put off, reviews. As the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from sentinel.cases.models import Case
from sentinel.cases.operations import end_role
from sentinel.reminders.sweep import Swept
from sentinel.risk.models import Deferral
from sentinel.risk.supervision.operations import record_review
from tests.cases.making import a_case, a_party
from tests.reminders.sweeping import COLIN, DAY, PRIYA, told
from tests.risk.answers import assessed, assessed_as
from tests.support import NOW, acting, signed_in, user


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


def test_a_witness_is_chased_until_assessed_or_no_witness_any_more(
    swept: Callable[..., Swept], decisions: Callable[..., Any]
) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA))
        assessed(priya, case, a_party(priya, case))
        ada, ben = (a_party(priya, case, name, "witness") for name in ("Ada Osei", "Ben Moss"))
        role = ben.roles.get()
    swept(3)
    assert told(decisions(), "unassessed_person") == [(1, "lead", PRIYA)] * 2
    page = signed_in(PRIYA).get("/work/reminders").content.decode()
    assert f"/cases/{case.reference}/people/{ada.id}/assess/witness" in page
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed_as(priya, case, "witness", ada, now=NOW + 3.5 * DAY)
        end_role(actor=priya, now=NOW + 3.5 * DAY, role=role, reason="She saw nothing.")
    swept(4)
    assert [one for one in decisions(live=True) if one.rule.key == "unassessed_person"] == []


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
