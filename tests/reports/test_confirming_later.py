"""A confirmation that was held for lack of a safe way goes once somebody has asked for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sentinel.access.models import Disclosure
from sentinel.cases.models import PartyIdentity
from sentinel.foundation.models import Event, Message
from sentinel.people.facts import SafeContactGiven
from sentinel.people.operations import set_safe_contact
from sentinel.reports.models import Report
from sentinel.reports.operations import complete_skeleton, open_case_from_report, take_report, take_skeleton
from sentinel.reports.telling import CallerGiven
from tests.reports.telling import BY_EMAIL, telling
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"
CALLER = CallerGiven(name="Margaret Ellis", email="margaret@example.org")
LATER = NOW + timedelta(hours=12)


def held() -> Report:
    report = take_report(actor=acting(PRIYA), now=NOW, telling=telling(caller=CALLER))
    assert message(report).state == "held"
    return report


def message(report: Report) -> Message:
    return Message.objects.get(decided_key=f"report {report.id} confirmation")


def ask(report: Report, safe: SafeContactGiven = BY_EMAIL, later: timedelta = timedelta(hours=12)) -> None:
    person = PartyIdentity.objects.get(party=report.caller_party).person_id
    record = Report.objects.get(pk=report.pk).record_id
    set_safe_contact(actor=acting(PRIYA), now=NOW + later, person_id=person, record_id=record, safe=safe)


def test_it_goes_by_the_way_that_was_asked_for_with_its_row_in_the_ledger() -> None:
    report = held()
    assert not Disclosure.objects.filter(kind="message").exists()
    ask(report)
    gone = message(report)
    assert (gone.state, gone.channel, gone.recipient, gone.why_held) == (
        "waiting", "email", "margaret@example.org", "",
    )  # fmt: skip
    assert Report.objects.get(pk=report.pk).confirmation == "waiting"
    assert Disclosure.objects.filter(record_id=report.record_id, kind="message").count() == 1
    states = [one.payload["state"] for one in Event.objects.filter(kind="message_decided").order_by("id")]
    assert sorted(states) == ["held", "waiting"]


def test_it_goes_too_when_the_report_is_in_a_case_by_then() -> None:
    report = held()
    open_case_from_report(actor=acting(PRIYA), now=NOW, report=report, title="Noise at Sparrow Lane")
    ask(report)
    assert message(report).state == "waiting"


def test_where_the_way_is_safe_for_nothing_in_writing_it_stays_held_and_says_why() -> None:
    report = held()
    ask(report, SafeContactGiven(method="phone", methods=("phone",)))
    assert message(report).state == "held"
    assert "by telephone" in message(report).why_held
    assert not Disclosure.objects.filter(kind="message").exists()


def test_one_whose_promise_is_over_is_not_sent() -> None:
    report = held()
    ask(report, later=timedelta(days=30))
    assert message(report).state == "held"


def test_asking_again_sends_nothing_twice() -> None:
    report = held()
    ask(report)
    Message.objects.update(state="handed_over")
    ask(report, later=timedelta(hours=13))
    assert message(report).state == "handed_over"
    assert Disclosure.objects.filter(kind="message").count() == 1


def test_another_person_s_answer_releases_nothing() -> None:
    report = held()
    other = take_report(
        actor=acting(PRIYA),
        now=NOW,
        telling=telling(caller=CallerGiven(name="Joan Brook", email="j@example.org")),
    )
    ask(other)
    assert message(report).state == "held"
    assert message(other).state == "waiting"


def test_a_skeleton_s_confirmation_goes_when_whoever_completes_it_asks_for_a_safe_way() -> None:
    skeleton = take_skeleton(actor=acting(PRIYA), now=NOW, telling=telling(caller=CALLER))
    assert message(skeleton).state == "held"
    whole = complete_skeleton(
        actor=acting(PRIYA), now=LATER, report=skeleton, telling=telling(caller=CALLER, safe=BY_EMAIL)
    )
    assert message(whole).state == "waiting"
    assert whole.confirmation == "waiting"
