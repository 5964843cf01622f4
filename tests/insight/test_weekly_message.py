"""The weekly message: one a week to each, with their own numbers, addresses that open them, and nothing of anybody."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from sentinel.cases.models import Case
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.models import Message
from sentinel.insight.weekly import SUBJECT, send_weekly
from sentinel.kernel.clock import from_london
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed, assessed_as
from tests.support import PRIYA, acting, signed_in, user

COLIN, RUTH = "colin.webb@charnwood.example", "ruth.adeyemi@charnwood.example"
MONDAY = from_london(date(2026, 11, 23)) + timedelta(hours=8)


def sent() -> dict[str, str]:
    with transaction.atomic():
        state_actor(SYSTEM)
        rows = Message.objects.filter(source="weekly figures")
        assert {row.subject for row in rows} <= {SUBJECT}
        return {row.recipient: row.body for row in rows}


def test_leads_supervisors_and_heads_get_one_a_week_of_their_own_numbers(as_worker) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=MONDAY - timedelta(days=2))
        a_party(priya, case, "Margaret Ellis", now=MONDAY - timedelta(days=2))
        joan = a_party(priya, case, "Joan Ellis", now=MONDAY - timedelta(days=2))
        assessed(priya, case, joan, now=MONDAY - timedelta(days=1), vulnerable="unknown")
        Case.objects.filter(pk=case.pk).update(lead=user(PRIYA), team=user(PRIYA).team)
        adrift = a_case(priya, now=MONDAY - timedelta(days=2))
        assessed_as(priya, adrift, "case", now=MONDAY - timedelta(days=1), hidden_victim="unknown")
    with as_worker():
        assert send_weekly(now=MONDAY - timedelta(hours=1)) == 0, "not before half past seven on Monday"
        assert send_weekly(now=MONDAY) > 2
        assert send_weekly(now=MONDAY + timedelta(days=4)) == 0, "once a week"
        found = sent()
    assert {PRIYA, COLIN, RUTH} <= set(found)
    assert "Cases that you lead" in found[PRIYA]
    assert "Your team" in found[COLIN]
    assert "Your agency" in found[RUTH]
    assert "- Answers not known: 2\n" in found[RUTH]
    assert "no team has" in found[COLIN], "none falls between"
    assert "dawn.ashby@charnwood.example" not in found, "a call taker leads nothing"
    assert "beth.carr@three-oaks.example" not in found, "who leads nothing to put right is not written to"
    for email in (PRIYA, COLIN, RUTH):
        assert "- Cases with somebody not assessed: 1\n" in found[email]
        for secret in ("Ellis", "Sparrow", case.reference, str(case.id)):
            assert secret not in found[email]
        links = re.findall(rf"{re.escape(settings.ADDRESS)}(/compliance/\S+)", found[email])
        assert len(links) >= 3
        client = signed_in(email)
        for link in links:
            answer = client.get(link)
            assert answer.status_code == 200, (email, link)
            assert answer.content.decode().count("<tr data-row>") == (
                2 if email == RUTH and "unknown" in link else 1
            )


def test_a_missed_monday_is_made_up_for_and_the_next_week_has_its_own(as_worker) -> None:
    with as_worker():
        first = send_weekly(now=MONDAY + timedelta(days=3))
        assert first > 0, "supervisors are told that it is zero"
        assert send_weekly(now=MONDAY + timedelta(days=7)) == first
        assert all("- Cases with somebody not assessed: 0\n" in body for body in sent().values())
