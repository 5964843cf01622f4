"""A referral that nobody acknowledges in its hours is chased, to the lead and the supervisor, until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from sentinel.accounts.models import RoleHeld
from sentinel.cases.models import Case
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals.operations import (
    answer_referral,
    open_referral,
    say_kind,
    withdraw_referral,
)
from sentinel.partnership.referrals.queries import received
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import Decision
from sentinel.reminders.sweep import sweep
from tests.cases.making import a_case, a_party
from tests.partnership.making import ANA, send
from tests.support import NOW, PRIYA, acting, signed_in, user

COLIN, MEERA = "colin.webb@charnwood.example", "meera.joshi@county.example"
HOUR = timedelta(hours=1)


@pytest.fixture
def chased(as_worker: Callable[[], Any], transactional_db: None) -> Callable[..., set[tuple[str, str, int]]]:
    """Sweep so many hours after NOW: who is reminded now, of which kind, for the how-manieth time."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(hours: float) -> set[tuple[str, str, int]]:
        with as_worker():
            sweep(now=NOW + hours * HOUR)
        with as_worker(), transaction.atomic():
            rows = Decision.objects.filter(live=True, rule__key__in=("safeguarding_waits", "referral_waits"))
            return {(one.who, one.detail, one.step) for one in rows}

    return run


def referred(kind: str) -> tuple[Case, Referral]:
    """A case of Priya's whose victim has been referred, and nobody has answered."""
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        row = open_referral(actor=priya, now=NOW, case=case, kind=kind, party=a_party(priya, case))
        if row.kind == "safeguarding":
            row = say_kind(
                actor=priya, now=NOW, case=case, referral=row, version=row.version, kind="safeguarding_adult"
            )
        return case, send(priya, case, row)


def test_a_safeguarding_referral_is_chased_each_day_after_its_hours_until_it_is_acknowledged(
    chased: Callable[..., set[tuple[str, str, int]]],
) -> None:
    case, row = referred("safeguarding")
    kind = "safeguarding_adult"
    assert chased(23.9) == set()
    assert chased(24.1) == {("lead", kind, 1), ("supervisor", kind, 1)}
    assert chased(24.2) == {("lead", kind, 1), ("supervisor", kind, 1)}, "and once"
    assert chased(48) == {("lead", kind, 2), ("supervisor", kind, 2)}
    shown = signed_in(PRIYA).get("/work/reminders").content.decode()
    assert f"/cases/{case.reference}/referrals/{row.id}" in shown
    with transaction.atomic():
        meera = acting(MEERA)
        [copy] = received(meera)
        answer_referral(actor=meera, now=NOW + 49 * HOUR, sent_id=copy.id, acknowledges=True)
    assert chased(72) == set()


def test_victim_first_has_its_own_hours_and_withdrawing_ends_it(
    chased: Callable[..., set[tuple[str, str, int]]],
) -> None:
    case, row = referred("victim_first")
    assert chased(47) == set()
    # The hours end late on a Sunday: the next working day is the first on which anybody is asked to ring.
    assert chased(49) in (set(), {("lead", "victim_first", 1), ("supervisor", "victim_first", 1)})
    assert chased(72) == {("lead", "victim_first", 1), ("supervisor", "victim_first", 1)}
    with transaction.atomic():
        priya = acting(PRIYA)
        withdraw_referral(
            actor=priya, now=NOW, case=case, referral=row, version=row.version, because="She is well."
        )
    assert chased(96) == set()


def test_what_was_declined_is_the_leads_to_decide_and_not_to_chase(
    chased: Callable[..., set[tuple[str, str, int]]],
) -> None:
    referred("victim_first")
    with transaction.atomic():
        ana = acting(ANA)
        [copy] = received(ana)
        answer_referral(actor=ana, now=NOW, sent_id=copy.id, acknowledges=False, because="Not our area.")
    assert chased(96) == set()


def test_what_a_rule_would_have_sent_counts_the_late_ones_alone(
    as_worker: Callable[[], Any], transactional_db: None
) -> None:
    referred("safeguarding")
    referred("victim_first")
    with as_worker(), transaction.atomic():
        past = CONDITIONS["safeguarding_waits"].past
        [found] = past(NOW, NOW + 100 * HOUR)
        assert (found.started_at, found.ended_at) == (NOW + 24 * HOUR, None)
        assert list(past(NOW, NOW + HOUR)) == []
