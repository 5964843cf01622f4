"""GOV.UK Notify takes messages over: once each, whatever breaks, and what it could not deliver comes back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import override_settings

from sentinel.desk.system.words import error_words
from sentinel.foundation.messages.delivery import MOST_ATTEMPTS, came_back, deliver_waiting, try_again
from sentinel.foundation.messages.transports import NotHandedOverError, register_transport
from sentinel.foundation.models import Message
from sentinel.interfaces.notify.fake import FakeNotify
from sentinel.interfaces.notify.tasks import ask_what_came_back
from sentinel.interfaces.notify.transport import Notify, NotifyBackend
from tests.desk.system.test_system_pages import JOYCE, message, words_of
from tests.support import PRIYA, acting, signed_in

TEMPLATES = {"email": str(uuid.uuid4()), "text": str(uuid.uuid4())}


@pytest.fixture
def fake() -> Iterator[FakeNotify]:
    found = FakeNotify()
    yield found
    found.close()


@pytest.fixture
def service(fake: FakeNotify, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notify]:
    """Notify has taken both channels over; rounds run as somebody who reaches the messages of these tests."""
    monkeypatch.setattr("sentinel.foundation.messages.delivery.state_actor", lambda _: acting(PRIYA))
    found = Notify(fake.key, TEMPLATES, fake.url)
    before = {channel: register_transport(channel, found) for channel in TEMPLATES}
    with override_settings(NOTIFY_KEY=fake.key, NOTIFY_URL=fake.url, NOTIFY_TEMPLATES=TEMPLATES):
        yield found
    for channel, one in before.items():
        register_transport(channel, one)


def row_of(one: Message) -> Message:
    from django.db import transaction

    with transaction.atomic():
        acting(PRIYA)
        return Message.objects.get(pk=one.pk)


def test_email_and_text_go_by_their_templates_with_a_reference_that_names_nobody(
    fake: FakeNotify, service: Notify
) -> None:
    email, text = message(), message(channel="text")
    assert deliver_waiting() == (2, 0)
    by_kind: dict[str, dict[str, Any]] = {row["type"]: row for row in fake.rows}
    assert by_kind["email"]["email_address"] == "m.ellis@example.org"
    assert by_kind["email"]["template_id"] == TEMPLATES["email"]
    assert by_kind["email"]["personalisation"] == {"subject": "Your report", "body": "Dear Margaret Ellis"}
    assert by_kind["email"]["reference"] == str(email.pk)
    assert (by_kind["sms"]["phone_number"], by_kind["sms"]["reference"]) == (
        "m.ellis@example.org",
        str(text.pk),
    )
    assert row_of(email).state == "handed_over"
    assert row_of(email).service_id == by_kind["email"]["id"]


def test_what_notify_took_before_a_crash_is_not_sent_a_second_time(fake: FakeNotify, service: Notify) -> None:
    one = message()
    fake.loses_answers = True  # it has the message, and we never hear so
    assert deliver_waiting() == (0, 1)
    assert (row_of(one).state, len(fake.rows)) == ("waiting", 1)
    fake.loses_answers = False
    assert deliver_waiting() == (1, 0)
    assert len(fake.rows) == 1, "asked by reference first"
    assert row_of(one).service_id == fake.rows[0]["id"]


def test_away_or_busy_it_is_tried_again_and_what_no_try_would_change_fails_at_once(
    fake: FakeNotify, service: Notify
) -> None:
    one = message()
    for status in (429, 500):
        fake.answer = status
        assert deliver_waiting() == (0, 1)
        assert row_of(one).state == "waiting"
    fake.answer = 400
    assert deliver_waiting() == (0, 1)
    assert (row_of(one).state, row_of(one).attempts) == ("failed", 3)
    assert row_of(one).attempts < MOST_ATTEMPTS
    words = words_of(signed_in(JOYCE).get("/system/outbox").content.decode())
    assert "GOV.UK Notify did not take it" in words


def test_what_reached_nobody_comes_back_to_the_outbox_and_goes_anew_when_it_is_tried_again(
    fake: FakeNotify, service: Notify
) -> None:
    one, other = message(), message()
    deliver_waiting()
    fake.fail(str(one.pk))
    ask_what_came_back.func.__wrapped__()
    assert (row_of(one).state, row_of(other).state) == ("failed", "handed_over")
    assert "it came back" in words_of(signed_in(JOYCE).get("/system/outbox").content.decode())
    assert try_again(one.pk)
    assert deliver_waiting() == (1, 0)
    assert len(fake.rows) == 3, "wanted again, it is sent again"
    assert came_back(service.returned()) == 0, "the first sending's failure is not the second's"
    assert row_of(one).state == "handed_over"


def test_tried_again_and_not_taken_at_once_the_old_failure_is_not_taken_for_the_new_sending(
    fake: FakeNotify, service: Notify
) -> None:
    one = message()
    deliver_waiting()
    first = fake.rows[0]["id"]
    for status in ("permanent-failure", "technical-failure"):
        fake.fail(str(one.pk), status)
        assert came_back(service.returned()) == 1
        assert try_again(one.pk)
        fake.answer = 503
        assert deliver_waiting() == (0, 1)
        fake.answer = 201
        before = len(fake.rows)
        assert deliver_waiting() == (1, 0)
        assert len(fake.rows) == before + 1, "asked by reference, only the failure was found: sent anew"
        assert row_of(one).service_id == fake.rows[-1]["id"] != first


def test_a_wrong_key_is_refused_and_one_that_is_none_is_not_taken(fake: FakeNotify) -> None:
    stranger = Notify(f"trial-{uuid.uuid4()}-{uuid.uuid4()}", TEMPLATES, fake.url)
    with pytest.raises(NotHandedOverError) as refused:
        stranger.send("email", "a@example.org", "Hello", "Hello", "1")
    assert (refused.value.kind, refused.value.final, fake.rows) == ("notify 403", True, [])
    with pytest.raises(ValueError, match=r"no key of GOV\.UK Notify"):
        Notify("not-a-key", TEMPLATES, fake.url)


def test_sign_in_mail_goes_by_it_too_and_a_message_without_a_service_waits(
    fake: FakeNotify, service: Notify
) -> None:
    mail = EmailMessage("Sign in", "Here is your link", to=["priya@example.org"])
    assert NotifyBackend().send_messages([mail]) == 1
    assert fake.rows[0]["personalisation"] == {"subject": "Sign in", "body": "Here is your link"}
    register_transport("text", None)
    one = message(channel="text")
    assert deliver_waiting() == (0, 0)
    assert row_of(one).state == "waiting"


def test_every_reason_has_words() -> None:
    for kind in (
        "permanent-failure",
        "temporary-failure",
        "technical-failure",
        "400",
        "403",
        "429",
        "503",
        "answer",
    ):
        assert "An error in Sentinel" not in error_words(f"notify {kind}")
        assert f"notify {kind}" not in error_words(f"notify {kind}")
