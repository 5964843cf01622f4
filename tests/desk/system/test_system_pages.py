"""Failed work and the outbox: who sees them, what may be done about them, and that nobody's data stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from procrastinate.contrib.django import app

from sentinel.access.models import Kind
from sentinel.access.operations import open_record
from sentinel.audit.models import Entry
from sentinel.desk.system.words import TASKS, error_words
from sentinel.foundation.actor import state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.messages.delivery import MOST_ATTEMPTS, deliver_waiting, try_again
from sentinel.foundation.models import FailedJob, HeartBeat, Message
from sentinel.kernel.ids import new_id
from sentinel.people.provenance import provenance
from tests.support import PRIYA, acting, actor, signed_in

JOYCE = "joyce.lim@charnwood.example"  # local administrator of the agency that wrote
NEIL = "neil.carver@police.example"  # local administrator of another
GRACE = "grace.holt@police.example"  # governance officer
AUDITOR = "ravi.desai@police.example"
SECRET = "Margaret Ellis"
PAGES = ("/system/", "/system/failed", "/system/outbox")


@pytest.fixture
def failed(transactional_db: None, database_urls: dict[str, str]) -> FailedJob:
    """A job that the queue still holds and that failed for good."""
    with psycopg.connect(database_urls["sentinel_worker"], autocommit=True) as worker:
        row = worker.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('default', 'access.tell_duty', %s, 'failed', 7) RETURNING id",
            [f'{{"agency_id": "{actor(JOYCE).agency_id}", "what": "break_glass"}}'],
        ).fetchone()
    assert row
    return FailedJob.objects.create(
        job_id=row[0],
        task="access.tell_duty",
        attempts=7,
        error_kind="SMTPServerDisconnected",
        failed_at=now(),
    )


def message(state: str = "waiting", channel: str = "email", email: str = PRIYA) -> Message:
    """A message that names its recipient, decided by an officer."""
    with transaction.atomic():
        me, record = acting(email), new_id()
        open_record(actor=me, now=now(), record_id=record, kind=Kind.REPORT)
        return Message.objects.create(
            **provenance(actor=me, now=now(), record_id=record),
            decided_key=f"test {uuid.uuid4()}", channel=channel, recipient="m.ellis@example.org",
            subject="Your report", body=f"Dear {SECRET}", state=state, attempts=8 if state == "failed" else 0,
            error_kind="SMTPRecipientsRefused" if state == "failed" else "",
        )  # fmt: skip


def state_of(one: Message) -> str:
    with transaction.atomic():
        acting(PRIYA)
        return Message.objects.get(pk=one.pk).state


def waiting_jobs(urls: dict[str, str], task: str) -> int:
    with psycopg.connect(urls["sentinel_worker"]) as worker:
        row = worker.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [task]
        ).fetchone()
    assert row
    return int(row[0])


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PAGES)
def test_only_who_looks_after_sentinel_gets_in(transactional_db: None, path: str) -> None:
    for email in (JOYCE, GRACE):
        assert signed_in(email).get(path).status_code == 200
    for email in (PRIYA, "dawn.ashby@charnwood.example", "colin.webb@charnwood.example", AUDITOR):
        assert signed_in(email).get(path).status_code == 403


def test_it_stands_in_the_navigation_of_who_may(transactional_db: None) -> None:
    assert 'href="/system/"' in signed_in(JOYCE).get("/agency/users").content.decode()
    assert 'href="/system/"' not in signed_in(PRIYA).get("/").content.decode()


def test_failed_work_says_what_when_and_why_in_plain_words(failed: FailedJob) -> None:
    page = signed_in(JOYCE).get("/system/failed").content.decode()
    words = words_of(page)
    assert "Tell a duty contact of an emergency reading" in words
    assert "The mail server could not be reached" in words
    assert f"Job {failed.job_id}, tried 7 times" in words
    assert str(actor(JOYCE).agency_id) not in page
    assert "1 job to be dealt with" in words_of(signed_in(JOYCE).get("/system/").content.decode())


def test_queued_again_it_waits_once_and_leaves_the_list(
    failed: FailedJob, database_urls: dict[str, str]
) -> None:
    browser = signed_in(JOYCE)
    again = f"/system/failed/{failed.id}/again"
    assert browser.get(again).status_code == 405
    assert browser.post(again).status_code == 302
    assert waiting_jobs(database_urls, "access.tell_duty") == 1
    assert browser.post(again).status_code == 409
    assert waiting_jobs(database_urls, "access.tell_duty") == 1
    assert "Nothing failed" in browser.get("/system/failed").content.decode()
    assert "Queued again" in words_of(browser.get("/system/failed?show=settled").content.decode())
    with transaction.atomic():
        state_actor(actor(AUDITOR))
        written = Entry.objects.filter(kind="job_settled").get()
    assert written.detail == {"task": "access.tell_duty", "how": "again"}


def test_settled_it_leaves_the_list_and_is_not_done(failed: FailedJob, database_urls: dict[str, str]) -> None:
    assert signed_in(GRACE).post(f"/system/failed/{failed.id}/settle").status_code == 302
    assert waiting_jobs(database_urls, "access.tell_duty") == 0
    row = FailedJob.objects.get(pk=failed.pk)
    assert (row.settled_how, row.settled_by_id) == ("settled", actor(GRACE).user_id)


def test_what_the_queue_no_longer_holds_can_only_be_settled(failed: FailedJob) -> None:
    FailedJob.objects.filter(pk=failed.pk).update(job_id=999_999)
    browser = signed_in(JOYCE)
    answer = browser.post(f"/system/failed/{failed.id}/again")
    assert answer.status_code == 409
    assert "no longer kept" in answer.content.decode()
    assert browser.post(f"/system/failed/{failed.id}/settle").status_code == 302


def test_who_may_not_look_may_not_settle_either(failed: FailedJob) -> None:
    for way in ("again", "settle"):
        assert signed_in(PRIYA).post(f"/system/failed/{failed.id}/{way}").status_code == 403
    assert FailedJob.objects.get(pk=failed.pk).settled_at is None


def test_the_outbox_shows_how_messages_fare_and_never_to_whom_or_what(transactional_db: None) -> None:
    message(), message("failed"), message(channel="text"), message("handed_over")
    page = signed_in(JOYCE).get("/system/outbox").content.decode()
    for secret in (SECRET, "ellis", "Your report"):
        assert secret not in page
    words = words_of(page)
    assert "The mail server refused the address. Tried 8 times." in words
    assert "No text message service is connected: 1 text message waits, and nobody is told." in words
    assert "Handed over" not in words_of(page.split("<tbody>")[1])
    assert page.count('<th scope="row">') == 3


def test_each_agency_sees_its_own_and_governance_every_agencys(transactional_db: None) -> None:
    message("failed")
    rows = {email: signed_in(email).get("/system/outbox").content.decode().count('scope="row"')
            for email in (JOYCE, NEIL, GRACE)}  # fmt: skip
    assert rows == {JOYCE: 1, NEIL: 0, GRACE: 1}


def test_the_outbox_pages_by_key_and_keeps_its_filter(transactional_db: None) -> None:
    with transaction.atomic():
        me, record = acting(PRIYA), new_id()
        open_record(actor=me, now=now(), record_id=record, kind=Kind.REPORT)
        given = provenance(actor=me, now=now(), record_id=record)
        Message.objects.bulk_create(
            Message(**given, decided_key=f"many {n}", channel="text", body="x") for n in range(53)
        )
    browser = signed_in(JOYCE)
    first = browser.get("/system/outbox?channel=text").content.decode()
    assert first.count('scope="row"') == 50
    older = re.search(r'href="(\?[^"]+)" rel="next"', first)
    assert older
    second = browser.get("/system/outbox" + older[1].replace("&amp;", "&")).content.decode()
    assert second.count('scope="row"') == 3
    assert "Text message" in second


def test_a_failed_message_is_tried_again_by_the_worker(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    one = message("failed")
    assert signed_in(NEIL).post(f"/system/outbox/{one.id}/again").status_code == 404
    assert signed_in(PRIYA).post(f"/system/outbox/{one.id}/again").status_code == 403
    browser = signed_in(JOYCE)
    assert browser.post(f"/system/outbox/{one.id}/again").status_code == 302
    assert browser.post(f"/system/outbox/{one.id}/again").status_code == 302
    assert waiting_jobs(database_urls, "foundation.try_again") == 1
    assert state_of(one) == "failed"


def test_a_message_that_did_not_fail_is_not_tried_again(transactional_db: None) -> None:
    one = message()
    assert signed_in(JOYCE).post(f"/system/outbox/{one.id}/again").status_code == 409


def test_a_silent_worker_is_said_on_both_pages(transactional_db: None) -> None:
    HeartBeat.objects.update(beat_at=now() - timedelta(hours=2))
    for path in ("/system/", "/system/outbox"):
        words = words_of(signed_in(JOYCE).get(path).content.decode())
        assert "Background work stands still" in words or "Nothing is sent just now" in words
    HeartBeat.objects.update_or_create(worker="here", defaults={"beat_at": now()})
    words = words_of(signed_in(JOYCE).get("/system/").content.decode())
    assert "stands still" not in words


def test_every_task_is_said_in_words() -> None:
    ours = {name for name in app.tasks if name.partition(".")[0] not in ("builtin", "procrastinate", "test")}
    assert {name for name in ours if not name.startswith("builtin")} == set(TASKS)


def test_the_worker_finds_every_task_by_itself() -> None:
    """Not because a test has brought the module along: a process of its own is asked."""
    asked = "import django; django.setup()\nfrom procrastinate.contrib.django import app\nprint(*sorted(app.tasks))"
    environment = {**os.environ, "PYTHONPATH": "src", "SENTINEL_PROCESS": "worker"}
    known = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert set(TASKS) <= set(known)


def test_an_errors_name_never_brings_more_than_itself() -> None:
    assert error_words("KeyError").count("KeyError") == 1
    assert "mail server" in error_words("SMTPDataError")
    assert error_words("unknown") == "The worker was stopped while it ran, each time."


def test_with_the_mail_server_away_messages_wait_then_fail_and_go_when_tried_again(
    transactional_db: None, settings, mailoutbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail import EmailMessage

    one = message()
    monkeypatch.setattr("sentinel.foundation.messages.delivery.state_actor", lambda _: acting(PRIYA))
    with monkeypatch.context() as away:

        def refuse(self: EmailMessage) -> int:
            raise ConnectionRefusedError

        away.setattr(EmailMessage, "send", refuse)
        for _ in range(MOST_ATTEMPTS - 1):
            assert deliver_waiting() == (0, 1)
            assert state_of(one) == "waiting"
        assert deliver_waiting() == (0, 1)
        assert state_of(one) == "failed"
        assert deliver_waiting() == (0, 0)
    words = words_of(signed_in(JOYCE).get("/system/outbox").content.decode())
    assert "The server that was needed did not answer. Tried 8 times." in words
    assert try_again(one.pk)
    assert not try_again(one.pk)
    assert deliver_waiting() == (1, 0)
    assert state_of(one) == "handed_over"
    assert len(mailoutbox) == 1


def test_in_a_demonstration_what_was_sent_is_read_in_the_browser_by_who_looks_after_it(
    transactional_db: None, settings, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME, settings.MODE, settings.MAIL_IS_SET = tmp_path, "demonstration", False
    settings.EMAIL_BACKEND = "sentinel.foundation.messages.mail.OutboxBackend"
    monkeypatch.setattr("sentinel.foundation.messages.delivery.state_actor", lambda _: acting(PRIYA))
    one = message()
    address = f"/system/outbox/{one.pk}"
    joyce = signed_in(JOYCE)
    assert joyce.get(address).status_code == 404, "nothing was sent yet"
    assert deliver_waiting() == (1, 0)
    assert address in joyce.get("/system/outbox?state=handed_over&channel=email").text
    words = words_of(joyce.get(address).text)
    for said in ("Your report", f"Dear {SECRET}", "m.ellis@example.org"):
        assert said in words
    assert [signed_in(email).get(address).status_code for email in (NEIL, PRIYA, GRACE)] == [404, 403, 200]
    settings.MODE = "production"
    assert joyce.get(address).status_code == 404
    assert address not in joyce.get("/system/outbox?state=handed_over&channel=email").text


def test_a_link_to_sign_in_is_in_no_page(transactional_db: None, settings, tmp_path) -> None:
    settings.HOME, settings.MODE, settings.MAIL_IS_SET = tmp_path, "demonstration", False
    settings.EMAIL_BACKEND = "sentinel.foundation.messages.mail.OutboxBackend"
    from django.core.mail import EmailMessage

    from sentinel.foundation.messages.mail import in_outbox

    EmailMessage("Set a password", "https://localhost/secret", to=[PRIYA]).send()
    assert "secret" in (tmp_path / "outbox.jsonl").read_text()
    assert in_outbox(new_id()) is None
    assert signed_in(GRACE).get(f"/system/outbox/{new_id()}").status_code == 404
