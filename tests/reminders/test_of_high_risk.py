"""What high risk leaves open: a duty role that has not acknowledged in time, and a marker that is to be looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import RoleHeld, User
from sentinel.cases.models import Case
from sentinel.desk.work.counts import waiting
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.insight.matters import figures_by_team
from sentinel.insight.rules import total
from sentinel.reminders.conditions.high_risk import marker_past, unacknowledged_past
from sentinel.reminders.models import Decision
from sentinel.reminders.sweep import Swept, sweep
from sentinel.risk.high.operations import acknowledge, answer_marker, pass_on
from sentinel.risk.high.reviewing import review_marker
from sentinel.risk.models import HighRisk, Marker, ToldOfHighRisk
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, THREAT, matrix
from tests.support import NOW, PRIYA, acting, signed_in, user

COLIN, TOM, HELEN = "colin.webb@charnwood.example", "tom.marsh@police.example", "helen.brook@police.example"
NADIA = "nadia.khan@police.example"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def swept(as_worker: Callable[[], Any]) -> Callable[..., Swept]:
    """Sweep at a moment. The team has one supervisor, so that what is counted is easily read."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(at: datetime) -> Swept:
        with as_worker():
            return sweep(now=at)

    return run


@pytest.fixture
def live(as_worker: Callable[[], Any]) -> Callable[[str], list[tuple[int, str, str]]]:
    """Step, who and whom of what stands under a rule."""

    def read(key: str) -> list[tuple[int, str, str]]:
        with as_worker(), transaction.atomic():
            found = list(Decision.objects.filter(live=True, rule__key=key).order_by("who"))
            names = dict(User.objects.values_list("pk", "email"))
        return [(one.step, one.who, names[one.recipient_id]) for one in found]

    return read


def a_high_case() -> Case:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        assess(actor=priya, now=NOW, case=case, party=a_party(priya, case), version=matrix(), answers=THREAT)
    return case


def all_but(*emails: str) -> None:
    """Everybody who was told acknowledges, but these."""
    for email in {COLIN, TOM, HELEN} - set(emails):
        with transaction.atomic():
            someone = acting(email)
            acknowledge(actor=someone, now=NOW + MINUTE, high_risk_id=HighRisk.objects.get().id)


def test_who_owns_the_case_is_told_that_nobody_has_acknowledged(
    swept: Callable[..., Swept], live: Callable[[str], Any]
) -> None:
    a_high_case()
    all_but(HELEN)
    assert swept(NOW + 59 * MINUTE).decided == 0
    swept(NOW + 61 * MINUTE)
    assert live("high_risk_unacknowledged") == [(1, "lead", PRIYA), (1, "supervisor", COLIN)]
    swept(NOW + 61 * MINUTE + DAY)
    assert [step for step, _, _ in live("high_risk_unacknowledged")] == [2, 2]
    with transaction.atomic():
        helen = acting(HELEN)
        acknowledge(actor=helen, now=NOW + 2 * DAY, high_risk_id=HighRisk.objects.get().id)
    swept(NOW + 2 * DAY)
    assert live("high_risk_unacknowledged") == []


def test_one_of_a_role_is_enough_and_the_end_of_the_risk_ends_it(
    swept: Callable[..., Swept], live: Callable[[str], Any]
) -> None:
    case = a_high_case()
    all_but(TOM)
    swept(NOW + 61 * MINUTE)
    assert len(live("high_risk_unacknowledged")) == 2
    with transaction.atomic():
        colin = acting(COLIN)
        party = HighRisk.objects.get().party
        assess(actor=colin, now=NOW + 2 * DAY, case=Case.objects.get(pk=case.pk), party=party, version=matrix(), answers=CALM,
               band="low")  # fmt: skip
    swept(NOW + 2 * DAY)
    assert live("high_risk_unacknowledged") == []


def waits_on_my_work(email: str) -> tuple[bool, int]:
    """Whether My work asks somebody to acknowledge, and the number beside it on the other pages."""
    page = signed_in(email).get("/").content.decode()
    with transaction.atomic():
        return "Acknowledge that there is high risk" in page, waiting(acting(email))


def late_by_compliance(at: datetime) -> int:
    """How many roles the figures of the case's own agency count as late."""
    with transaction.atomic():
        return total(figures_by_team(acting(PRIYA), at).values()).late


def test_what_was_late_and_passed_on_is_over_for_all_once_a_later_step_acknowledges(
    swept: Callable[..., Swept], live: Callable[[str], Any], as_worker: Callable[[], Any]
) -> None:
    a_high_case()
    all_but(TOM)
    passed = NOW + 61 * MINUTE
    with transaction.atomic():
        acting(TOM)
        assert pass_on(now=passed) == 1
    swept(passed)
    assert len(live("high_risk_unacknowledged")) == 2
    assert late_by_compliance(passed) == 1
    assert waits_on_my_work(TOM) == (True, 1), "it is passed on, and he has still not acknowledged"
    with transaction.atomic():
        inspector = acting(HELEN)
        acknowledge(actor=inspector, now=passed + MINUTE, high_risk_id=HighRisk.objects.get().id)
        assert ToldOfHighRisk.objects.get(step=2).acknowledged_at == passed + MINUTE
    swept(passed + 2 * MINUTE)
    assert live("high_risk_unacknowledged") == []
    assert late_by_compliance(passed + DAY) == 0
    assert waits_on_my_work(TOM) == (False, 0)
    with as_worker(), transaction.atomic():
        [late] = unacknowledged_past(NOW - DAY, NOW + 99 * DAY)
    assert (late.started_at, late.ended_at) == (NOW + 60 * MINUTE, passed + MINUTE)


def test_another_role_that_is_late_begins_nothing_anew_and_who_was_passed_over_waits_for_nothing(
    swept: Callable[..., Swept], as_worker: Callable[[], Any]
) -> None:
    a_high_case()
    all_but(TOM, COLIN)
    with transaction.atomic():
        acting(TOM)
        pass_on(now=NOW + 61 * MINUTE)
    swept(NOW + 61 * MINUTE)
    # The sergeant acknowledges two days late; by then the inspector of the next step is late too.
    with transaction.atomic():
        acknowledge(actor=acting(TOM), now=NOW + 2 * DAY, high_risk_id=HighRisk.objects.get().id)
    swept(NOW + 2 * DAY)
    with as_worker(), transaction.atomic():
        state_actor(SYSTEM)
        starts = set(Decision.objects.filter(live=True).values_list("started_at", flat=True))
    assert starts == {NOW + 60 * MINUTE}
    with transaction.atomic():
        acknowledge(actor=acting(HELEN), now=NOW + 2 * DAY, high_risk_id=HighRisk.objects.get().id)
        acting(TOM)
        pass_on(now=NOW + 9 * DAY)
    assert waits_on_my_work(COLIN)[0] is False, (
        "a later step has it in hands, though his own role was late too"
    )


def shown() -> Marker:
    with transaction.atomic():
        nadia = acting(NADIA)
        marker = Marker.objects.get()
        return answer_marker(actor=nadia, now=NOW, marker_id=marker.id, version=marker.version, accepts=True)


def test_a_marker_is_chased_from_its_day_until_it_is_looked_at(
    swept: Callable[..., Swept], live: Callable[[str], Any]
) -> None:
    a_high_case()
    all_but()
    marker = shown()
    swept(NOW + 27 * DAY)
    assert live("marker_review") == []
    day = datetime(marker.review_on.year, marker.review_on.month, marker.review_on.day, 0, 1, tzinfo=UTC)
    swept(day)
    assert live("marker_review") == [(1, "supervisor", COLIN)]
    swept(day + 3 * DAY)
    assert live("marker_review") == [(2, "lead", PRIYA), (2, "supervisor", COLIN)]
    with transaction.atomic():
        colin = acting(COLIN)
        review_marker(
            actor=colin,
            now=day + 3 * DAY,
            marker_id=marker.id,
            version=marker.version,
            stays=True,
            reason="He is back.",
        )
    swept(day + 3 * DAY + MINUTE)
    assert live("marker_review") == []
    swept(day + 31 * DAY + MINUTE)
    assert len(live("marker_review")) == 1, "the next day of it is another matter"


def test_a_marker_that_a_move_has_asked_for_is_chased_at_once(
    swept: Callable[..., Swept], live: Callable[[str], Any]
) -> None:
    a_high_case()
    all_but()
    marker = shown()
    with transaction.atomic():
        acting(NADIA)
        Marker.objects.filter(pk=marker.pk).update(review_asked_at=NOW, review_because="moved")
    swept(NOW + MINUTE)
    assert live("marker_review") == [(1, "supervisor", COLIN)]


def test_the_past_year_tells_how_often_it_would_have_been(as_worker: Callable[[], Any]) -> None:
    a_high_case()
    all_but(HELEN)
    marker = shown()
    with transaction.atomic():
        colin = acting(COLIN)
        review_marker(
            actor=colin,
            now=NOW + 30 * DAY,
            marker_id=marker.id,
            version=marker.version,
            stays=True,
            reason="He is back.",
        )
    with as_worker(), transaction.atomic():
        [late] = unacknowledged_past(NOW - DAY, NOW + 99 * DAY)
        markers = sorted(marker_past(NOW - DAY, NOW + 99 * DAY), key=lambda one: one.started_at)
    assert (late.started_at, late.ended_at) == (NOW + timedelta(hours=1), None)
    assert markers[0].ended_at == NOW + 30 * DAY
    assert [one.ended_at for one in markers[1:]] == [None]
