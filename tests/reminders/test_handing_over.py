"""One message a day for each person, urgent ones apart, of what still stands; nobody is named in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction

from sentinel.accounts.models import RoleHeld
from sentinel.cases.models import Case, Party
from sentinel.foundation.messages.delivery import MOST_ATTEMPTS, deliver_waiting
from sentinel.foundation.models import Message
from sentinel.reminders.handing_over import hand_over
from sentinel.reminders.models import Decision, ReminderRule
from sentinel.reminders.sweep import sweep
from tests.cases.making import a_case, a_party
from tests.risk.answers import assessed
from tests.support import NOW, acting, signed_in, user

PRIYA, COLIN, JOYCE = (
    "priya.nair@charnwood.example",
    "colin.webb@charnwood.example",
    "joyce.lim@charnwood.example",
)
DAY = timedelta(days=1)
NOON = NOW.replace(hour=12, minute=0)
NAMES = ("Margaret", "Ellis", "Sparrow", "Loughborough", "vulnerable")


@pytest.fixture
def later(as_worker: Callable[[], Any]) -> Callable[..., None]:
    """Sweep and hand over at noon so many days after NOW."""
    RoleHeld.objects.filter(user__email="ruth.adeyemi@charnwood.example").update(until=NOW)

    def run(days: float, since: datetime = NOON) -> None:
        with as_worker():
            sweep(now=since + days * DAY)
            hand_over(now=since + days * DAY)

    return run


@pytest.fixture
def messages(as_worker: Callable[[], Any]) -> Callable[[], list[Message]]:
    def read() -> list[Message]:
        with as_worker():
            return list(Message.objects.filter(source="reminder").order_by("created_at", "recipient"))

    return read


@pytest.fixture
def deliver(as_worker: Callable[[], Any]) -> Callable[[], tuple[int, int]]:
    def run() -> tuple[int, int]:
        with as_worker():
            return deliver_waiting()

    return run


def an_unknown(**answers: str) -> tuple[Case, Party]:
    with transaction.atomic():
        priya = acting(PRIYA)
        case = a_case(priya, lead=user(PRIYA), team=user(PRIYA).team)
        margaret = a_party(priya, case)
        assessed(priya, case, margaret, **(answers or {"vulnerable": "unknown"}))
    return case, margaret


def answer(case: Case, party: Party, days: float) -> None:
    with transaction.atomic():
        priya = acting(PRIYA)
        assessed(priya, Case.objects.get(pk=case.pk), party, now=NOW + days * DAY)


def test_a_person_gets_one_message_a_day_that_gathers_theirs(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    first, second = an_unknown(vulnerable="unknown", safeguarding="unknown")[0], an_unknown()[0]
    later(4)
    later(4.2)
    [one] = messages()
    assert (one.recipient, one.subject) == (PRIYA, "Sentinel: 2 reminders")
    assert first.reference in one.body
    assert second.reference in one.body
    assert "2 of them" in one.body
    assert "/assess" in one.body
    an_unknown()
    later(4.25)
    assert len(messages()) == 1, "what comes later the same day waits for tomorrow's"
    later(7)
    assert len(messages()) == 2


def test_nobody_is_named_in_it_and_no_answer_told(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    an_unknown()
    later(10)
    assert {one.recipient for one in messages()} == {PRIYA, COLIN}
    for one in messages():
        for name in NAMES:
            assert name not in one.subject + one.body.replace("when this person was", "")
        assert re.search(r"https?://\S+/cases/\S+/people/[0-9a-f-]{36}/assess", one.body)


def test_nobody_is_written_to_at_night(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    an_unknown()
    midnight = NOW.replace(hour=0, minute=30)
    later(4, midnight)
    assert messages() == []
    later(4.2, midnight)
    assert messages() == []
    later(4.3, midnight)
    assert len(messages()) == 1


def test_an_urgent_one_goes_at_once_and_apart(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    rule = ReminderRule.objects.get(key="unknown_answer")
    ReminderRule.objects.filter(pk=rule.pk).update(content={**rule.content, "urgent": True})
    an_unknown()
    later(4, NOW.replace(hour=0, minute=30))
    [one] = messages()
    assert one.subject == "Sentinel: urgent, 1 reminder"
    later(4.2)
    assert len(messages()) == 1


def test_what_is_done_before_it_is_gathered_is_never_sent(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    case, margaret = an_unknown()
    later(4, NOW.replace(hour=0, minute=30))
    answer(case, margaret, 3.2)
    later(4)
    assert messages() == []


def test_what_is_done_while_the_message_waits_is_struck_out_and_an_empty_one_withdrawn(
    later: Callable[..., None], messages: Callable[[], list[Message]], deliver: Callable[[], tuple[int, int]]
) -> None:
    (first, margaret), (second, joan) = an_unknown(), an_unknown()
    later(4)
    answer(first, margaret, 4)
    later(4.1)
    [one] = messages()
    assert one.subject == "Sentinel: 1 reminder"
    assert first.reference not in one.body
    assert second.reference in one.body
    answer(second, joan, 4)
    later(4.2)
    [one] = messages()
    assert (one.state, deliver()) == ("withdrawn", (0, 0))


def test_a_handed_over_one_is_not_changed(
    later: Callable[..., None],
    messages: Callable[[], list[Message]],
    deliver: Callable[[], tuple[int, int]],
    mailoutbox: list[EmailMessage],
) -> None:
    case, margaret = an_unknown()
    later(4)
    assert deliver() == (1, 0)
    answer(case, margaret, 4)
    later(4.2)
    [one] = messages()
    assert one.state == "handed_over"
    assert [mail.to for mail in mailoutbox] == [[PRIYA]]
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{one.pk}@sentinel>"


def test_a_message_that_fails_for_good_comes_back_to_the_local_administrator(
    later: Callable[..., None],
    messages: Callable[[], list[Message]],
    deliver: Callable[[], tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_unknown()
    later(4)

    def refuse(self: EmailMessage) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr(EmailMessage, "send", refuse)
        for _ in range(MOST_ATTEMPTS):
            deliver()
    assert [one.state for one in messages()] == ["failed"]
    later(4.1)
    back = [one for one in messages() if one.recipient == JOYCE]
    assert len(back) == 1
    assert "/system/outbox" in back[0].body
    assert "LLR-" not in back[0].body
    page = signed_in(JOYCE).get("/work/reminders").content.decode()
    assert "A message could not be handed over" in page


def test_a_rule_for_the_page_alone_sends_nothing(
    later: Callable[..., None], messages: Callable[[], list[Message]]
) -> None:
    rule = ReminderRule.objects.get(key="unknown_answer")
    ReminderRule.objects.filter(pk=rule.pk).update(content={**rule.content, "channel": "page"})
    an_unknown()
    later(4)
    assert messages() == []
    assert "An answer is still unknown" in signed_in(PRIYA).get("/work/reminders").content.decode()


def test_ones_own_reminders_stand_on_a_page_and_nobody_elses(later: Callable[..., None]) -> None:
    case, _ = an_unknown()
    later(4)
    page = signed_in(PRIYA).get("/work/reminders").content.decode()
    assert case.reference in page
    assert "Number 1" in page
    assert case.reference not in signed_in(COLIN).get("/work/reminders").content.decode()
    assert 'href="/work/reminders"' in signed_in(PRIYA).get("/").content.decode()


def test_a_case_that_one_may_no_longer_read_is_not_named_to_one(
    later: Callable[..., None], as_worker: Callable[[], Any]
) -> None:
    case, _ = an_unknown()
    later(4)
    with as_worker(), transaction.atomic():
        Decision.objects.update(recipient_id=user("beth.carr@three-oaks.example").pk)
    page = signed_in("beth.carr@three-oaks.example").get("/work/reminders").content.decode()
    assert case.reference not in page
    assert "You are reminded of nothing" in page
