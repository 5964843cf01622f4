"""A referral that is opened and not sent, and one that is objected to and not decided on, is chased until somebody does either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import RoleHeld
from sentinel.cases.models import Case
from sentinel.foundation.models import Message
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals.at_risk import say_who
from sentinel.partnership.referrals.operations import decide_objection, do_not_send, open_referral, say_kind
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.handing_over import hand_over
from sentinel.reminders.models import Decision
from sentinel.reminders.sweep import sweep
from tests.cases.making import a_case, a_party
from tests.partnership.making import send
from tests.risk.answers import assessed_as
from tests.support import NOW, PRIYA, acting, user

COLIN = "colin.webb@charnwood.example"
DAY = timedelta(days=1)
OURS = ("safeguarding_unsent", "safeguarding_undecided", "referral_unsent", "referral_undecided")
Chased = Callable[..., set[tuple[str, str, int]]]


@pytest.fixture
def chased(as_worker: Callable[[], Any], transactional_db: None) -> Chased:
    """Sweep so many days after NOW: who is reminded now, by which rule, for the how-manieth time."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(days: float) -> set[tuple[str, str, int]]:
        with as_worker():
            sweep(now=NOW + days * DAY)
        with as_worker(), transaction.atomic():
            rows = Decision.objects.filter(live=True, rule__key__in=OURS)
            return {(one.rule.key, one.who, one.step) for one in rows.select_related("rule")}

    return run


def led() -> Case:
    return a_case(acting(PRIYA), lead=user(PRIYA), team=user(PRIYA).team)


def opened(kind: str) -> tuple[Case, Referral]:
    """A referral of a case of Priya's that nobody has sent."""
    with transaction.atomic():
        case = led()
        priya = acting(PRIYA)
        row = open_referral(actor=priya, now=NOW, case=case, kind=kind, party=a_party(priya, case))
        if row.kind == "safeguarding":
            row = say_kind(
                actor=priya, now=NOW, case=case, referral=row, version=row.version, kind="safeguarding_adult"
            )
        return case, row


def test_an_unsent_safeguarding_referral_is_told_the_lead_at_once_and_the_supervisor_the_next_day(
    chased: Chased,
) -> None:
    case, row = opened("safeguarding")
    assert chased(0) == {("safeguarding_unsent", "lead", 1)}
    assert chased(1) == {("safeguarding_unsent", "lead", 2), ("safeguarding_unsent", "supervisor", 2)}
    with transaction.atomic():
        priya = acting(PRIYA)
        do_not_send(
            actor=priya, now=NOW + DAY, case=case, referral=row, version=row.version, because="She is safe."
        )
    assert chased(2) == set()


def test_one_that_asks_who_is_at_risk_is_chased_also_when_it_is_said(chased: Chased) -> None:
    with transaction.atomic():
        case = led()
        priya = acting(PRIYA)
        dale = a_party(priya, case, "Dale Horton", "alleged_perpetrator")
        told = {"person_at_risk": "yes", "person_at_risk__why": "George next door."}
        assessment = assessed_as(priya, case, "perpetrator", dale, "low", **told)
        row = Referral.objects.get(told_in=assessment)
    assert ("safeguarding_unsent", "lead", 1) in chased(0)
    with transaction.atomic():
        priya = acting(PRIYA)
        say_who(actor=priya, now=NOW, case=case, referral=row, version=row.version, names=["George Pike"])
    assert ("safeguarding_unsent", "supervisor", 2) in chased(1)


def test_an_objection_to_a_safeguarding_referral_is_mailed_to_the_supervisor_at_once_until_it_is_decided(
    chased: Chased, as_worker: Callable[[], Any]
) -> None:
    case, row = opened("safeguarding")
    with transaction.atomic():
        row = send(acting(PRIYA), case, row, wish="objects")
    assert chased(0) == {("safeguarding_undecided", "supervisor", 1)}
    with as_worker():
        hand_over(now=NOW)
    with as_worker(), transaction.atomic():
        [letter] = Message.objects.filter(source="reminder", recipient=COLIN)
    assert "Ellis" not in letter.body
    assert chased(1) == {("safeguarding_undecided", "supervisor", 2), ("safeguarding_undecided", "lead", 2)}
    with transaction.atomic():
        decide_objection(
            actor=acting(COLIN), now=NOW + DAY, case=case, referral=row, version=row.version, sends=True, because="In danger."
        )  # fmt: skip
    assert chased(2) == set()


def test_victim_first_is_chased_in_working_days_and_an_objection_to_it_too(chased: Chased) -> None:
    case, row = opened("victim_first")
    assert chased(0) == set()
    assert chased(4) == {("referral_unsent", "lead", 1)}
    with transaction.atomic():
        send(acting(PRIYA), case, row, wish="objects", now=NOW + 4 * DAY)
    assert chased(5) == {("referral_undecided", "supervisor", 2), ("referral_undecided", "lead", 2)}


def test_what_a_rule_would_have_sent_counts_what_was_left(
    as_worker: Callable[[], Any], transactional_db: None
) -> None:
    case, row = opened("safeguarding")
    with transaction.atomic():
        send(acting(PRIYA), case, row, now=NOW + DAY, wish="objects")
    with as_worker(), transaction.atomic():
        [left] = CONDITIONS["safeguarding_unsent"].past(NOW, NOW + 9 * DAY)
        assert (left.started_at, left.ended_at) == (NOW, NOW + DAY)
        [waits] = CONDITIONS["safeguarding_undecided"].past(NOW, NOW + 9 * DAY)
        assert (waits.started_at, waits.ended_at) == (NOW + DAY, None)
        assert list(CONDITIONS["referral_unsent"].past(NOW, NOW + 9 * DAY)) == []
