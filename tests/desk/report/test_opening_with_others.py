"""Which agencies are let in while a case is opened, and what the form says of a caller who is not to be named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from sentinel.foundation.clock import now as clock_now
from sentinel.reports.operations import take_report
from tests.cases.making import a_case, agency
from tests.reports.telling import MARGARET, letters, telling
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
PRIYA = "priya.nair@charnwood.example"
WARNING = "asked that nobody outside is told who they are"


def opening(wish: str) -> str:
    """The page on which a case is opened from a report whose caller wished so."""
    now = clock_now()
    with transaction.atomic():
        report = take_report(
            actor=acting(PRIYA), now=now,
            telling=telling(told_at=now, caller=replace(MARGARET, wish=wish), victor=letters(had="yes", risk="yes")),
        )  # fmt: skip
    return signed_in(PRIYA).get(f"/reports/{report.reference}/open-case").content.decode()


def test_a_caller_who_is_not_to_be_named_is_thought_of_before_others_are_let_in() -> None:
    assert WARNING in opening("not_disclosed")
    assert WARNING not in opening("may_be_used")


def test_a_victim_service_is_let_in_by_the_victims_wish_and_not_by_a_tick() -> None:
    page = opening("may_be_used")
    assert "Three Oaks Homes" in page
    assert "Victim First" not in page


def test_nobody_shares_by_an_agreement_that_the_victim_has_not_given() -> None:
    with transaction.atomic():
        case = a_case(acting(PRIYA), now=clock_now())
        to = str(agency("victim-first").id)
    said = {"agency": to, "part": "Victim support", "rung": "read", "why": "She asked for help.",
            "lawful_basis": "consent"}  # fmt: skip
    client = signed_in(PRIYA)
    address = f"/cases/{case.reference}/sharing/add"
    for wish in ("objects", "not_asked", "could_not_be_asked"):
        refused = client.post(address, {**said, "wish": wish})
        assert refused.status_code == 422, wish
        assert "Ask them, or choose another basis" in refused.content.decode()
    assert client.post(address, {**said, "wish": "agrees"}).status_code == 302
