"""A marker that the control room refuses, or does not answer in time, comes to the lead and the supervisors of the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.cases.next import what_is_next
from sentinel.cases.queries import get_case
from sentinel.cases.queries.timeline import timeline
from sentinel.desk.work.counts import waiting
from sentinel.foundation.clock import now
from sentinel.reminders.conditions.high_risk import unshown_past
from sentinel.reminders.models import Decision
from sentinel.reminders.sweep import sweep
from sentinel.risk.high.operations import (
    acknowledge,
    answer_marker,
    propose_again,
    take_marker_off,
)
from sentinel.risk.high.reviewing import review_marker
from sentinel.risk.high.telling import say_unanswered
from sentinel.risk.models import HighRisk, Marker
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.risk.answers import THREAT, matrix
from tests.support import PRIYA, acting, signed_in, user

pytestmark = pytest.mark.usefixtures("transactional_db")
COLIN, HELEN, NADIA = (
    "colin.webb@charnwood.example",
    "helen.brook@police.example",
    "nadia.khan@police.example",
)
BETH = "beth.carr@three-oaks.example"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
REFUSED = "Decide what follows: the marker was refused"
UNANSWERED = "Ring the control room: the marker is not answered"


def a_marker(began: timedelta = timedelta()) -> tuple[Case, Marker]:
    """A case of Priya's that became high `began` ago, in which everybody told has acknowledged."""
    at = now() - began
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team, now=at)
        party = a_party(priya, case, now=at)
        assess(actor=priya, now=at, case=case, party=party, version=matrix(), answers=THREAT)
        row = HighRisk.objects.get(case=case)
        marker = Marker.objects.get(high_risk=row)
    for email in ("tom.marsh@police.example", HELEN, COLIN):
        with transaction.atomic():
            acknowledge(actor=acting(email), now=at + MINUTE, high_risk_id=row.id)
    return case, marker


def answered(marker: Marker, *, accepts: bool, refusal: str = "") -> Marker:
    with transaction.atomic():
        nadia = acting(NADIA)
        return answer_marker(
            actor=nadia,
            now=now(),
            marker_id=marker.id,
            version=marker.version,
            accepts=accepts,
            refusal=refusal,
        )


def work_of(email: str) -> tuple[str, int]:
    page = signed_in(email).get("/").content.decode()
    with transaction.atomic():
        return page, waiting(acting(email))


def next_of(email: str, case: Case) -> list[str]:
    with transaction.atomic():
        actor = acting(email)
        found = get_case(actor, case.reference)
        return [one.words + one.rest for one in what_is_next(actor, found, now())]


def told_in(case: Case, email: str = PRIYA) -> list[str]:
    """The loud words of the timeline of a case, the newest first."""
    with transaction.atomic():
        actor = acting(email)
        entries = timeline(actor, get_case(actor, case.reference), group="risk").entries
    return [str(one.told.parts[0].value) for one in entries if not one.quiet]


def test_a_refusal_stands_on_the_work_of_lead_and_supervisor_until_another_marker_is_proposed() -> None:
    case, marker = a_marker()
    before = {email: work_of(email)[1] for email in (PRIYA, COLIN)}
    answered(marker, accepts=False, refusal="No such house number.")
    for email in (PRIYA, COLIN):
        page, count = work_of(email)
        assert REFUSED in page
        assert "No such house number." in page
        assert count == before[email] + 1, "beside My work on every page too"
    assert REFUSED not in work_of(BETH)[0]
    assert any("was refused: No such house number." in one for one in next_of(PRIYA, case))
    assert f"{REFUSED}" not in work_of(NADIA)[0]
    with transaction.atomic():
        propose_again(actor=acting(COLIN), now=now(), case=case, high_risk_id=marker.high_risk_id)
    assert REFUSED not in work_of(PRIYA)[0]
    assert not any("refused" in one for one in next_of(PRIYA, case))


def test_one_that_is_not_answered_in_time_is_late_everywhere() -> None:
    case, marker = a_marker(began=timedelta(hours=2))
    for email in (PRIYA, COLIN):
        assert UNANSWERED in work_of(email)[0]
    assert any("is not answered" in one for one in next_of(COLIN, case))
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/high-risk").content.decode()
    assert "The control room has not answered; it was due" in page
    assert "the control room answers by" not in page
    answered(marker, accepts=True)
    assert UNANSWERED not in work_of(PRIYA)[0]
    assert not any("is not answered" in one for one in next_of(COLIN, case))


def test_one_that_may_still_be_answered_in_time_is_nobodys_work_yet() -> None:
    case, _ = a_marker()
    assert UNANSWERED not in work_of(PRIYA)[0]
    assert not any("marker" in one for one in next_of(PRIYA, case))


def test_the_timeline_tells_what_those_did_who_may_not_read_the_case(as_worker: Callable[[], Any]) -> None:
    case, marker = a_marker(began=timedelta(hours=2))
    for _ in range(2):
        with as_worker(), transaction.atomic():
            say_unanswered(now=now())
    answered(marker, accepts=False, refusal="No such house number.")
    assert told_in(case)[:3] == ["Marker refused", "Marker not answered in time", "High risk acknowledged"]
    assert told_in(case).count("High risk acknowledged") == 3
    page = signed_in(PRIYA).get(f"/cases/{case.reference}/timeline?group=risk").content.decode()
    assert "No such house number." in page
    with transaction.atomic():
        again = propose_again(actor=acting(COLIN), now=now(), case=case, high_risk_id=marker.high_risk_id)
    shown = answered(again, accepts=True)
    with transaction.atomic():
        review_marker(
            actor=acting(NADIA), now=now(), marker_id=shown.id, version=shown.version, stays=False, reason="Moved."
        )  # fmt: skip
    with transaction.atomic():
        take_marker_off(actor=acting(NADIA), now=now(), marker_id=shown.id, version=shown.version + 1)
    assert told_in(case)[:3] == ["Marker taken off", "Marker reviewed", "Marker accepted"]


def test_lead_and_supervisor_are_reminded_of_both(as_worker: Callable[[], Any]) -> None:
    _, marker = a_marker()

    def standing(at: Any) -> set[tuple[int, str]]:
        with as_worker():
            sweep(now=at)
            with transaction.atomic():
                rows = Decision.objects.filter(live=True, rule__key="marker_unshown")
                return set(rows.values_list("step", "who"))

    assert standing(marker.answer_due - MINUTE) == set()
    assert standing(marker.answer_due + MINUTE) == {(1, "lead"), (1, "supervisor")}
    assert standing(marker.answer_due + MINUTE + DAY) == {(2, "lead"), (2, "supervisor")}
    refused = answered(marker, accepts=False, refusal="No such house number.")
    assert refused.answered_at is not None
    assert standing(refused.answered_at + DAY + MINUTE) == {(2, "lead"), (2, "supervisor")}
    with as_worker(), transaction.atomic():
        acting(NADIA)
        [open_still] = unshown_past(now() - DAY, now() + 99 * DAY)
    assert (open_still.started_at, open_still.ended_at) == (refused.answered_at, None)
    with transaction.atomic():
        case = Case.objects.get(pk=marker.high_risk.case_id) if acting(COLIN) else None
        assert case is not None
        propose_again(actor=acting(COLIN), now=now(), case=case, high_risk_id=marker.high_risk_id)
    assert standing(now() + MINUTE) == set()
