"""The weekly message: one a week to each, with their own numbers, addresses that open them, and nothing of anybody."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case
from sentinel.cases.operations import add_party
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.models import Message
from sentinel.insight.matters import figures_by_team
from sentinel.insight.rules import Figures, total
from sentinel.insight.weekly import SUBJECT, send_weekly
from sentinel.insight.weeks import own_weeks, partnership_weeks, take_weeks
from sentinel.kernel.clock import from_london
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party, a_person
from tests.insight.test_weeks import NADIA
from tests.risk.answers import THREAT, assessed, assessed_as, matrix
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


def test_what_a_narrower_audience_guards_is_neither_mailed_nor_in_the_kept_weeks(as_worker) -> None:
    """The numbers are those of a reader whom the audience leaves out, in every list that the message leads to."""
    told = MONDAY - timedelta(days=90)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, now=told)
        Case.objects.filter(pk=case.pk).update(lead=user(PRIYA), team=user(PRIYA).team)
        assessed(priya, case, a_party(priya, case, now=told), now=told, vulnerable="unknown")
        audience = make_audience(actor=priya, now=told, named=[user(PRIYA).pk])
        for name in ("Hidden Name", "Other Name"):
            hidden = add_party(
                actor=priya, now=told, case_or_record=case, kind="person", person=a_person(priya, case.id, name),
                roles=("victim",), audience_id=audience,
            )  # fmt: skip
            if name == "Hidden Name":
                assess(
                    actor=priya, now=told, case=case, party=hidden, version=matrix(),
                    answers={**THREAT, "vulnerable": "unknown"}, band="high", judgement_reason="He has a weapon.",
                )  # fmt: skip
        assert total(figures_by_team(priya, MONDAY).values()) == Figures(1, 1, 0, (0, 0, 0, 0, 2), 2, 3)
        colin = total(figures_by_team(acting(COLIN), MONDAY).values())
    with as_worker():
        send_weekly(now=MONDAY)
        take_weeks(now=MONDAY)
        found = sent()
    for email in (PRIYA, COLIN, RUTH):
        assert "- Answers not known: 1\n" in found[email]
        assert "- Reviews overdue: 1\n" in found[email]
        assert "- High risk not acknowledged in time: 3\n" in found[email]
        assert "- People with no assessment: 1\n" in found[email], (
            "that somebody is not assessed is told to all"
        )
    assert colin == Figures(1, 1, 0, (0, 0, 0, 0, 1), 1, 3), "what is mailed is what the list shows them"
    with transaction.atomic():
        priya = acting(PRIYA)
        (week,) = own_weeks(priya.agency, date(2026, 11, 16))
        assert week.figures == colin
        acting(NADIA)
        assert partnership_weeks(date(2026, 11, 16))[None][0].figures.reviews == 1
