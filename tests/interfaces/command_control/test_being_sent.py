"""The push: signed, from what was taken last, tried again and then listed."""

from __future__ import annotations

import json
import time

import pytest
from django.db import connection, transaction

from sentinel.accounts.models import Agency
from sentinel.audit.models import Entry
from sentinel.desk.system.words import error_words, task_words
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import ATTEMPTS
from sentinel.interfaces.command_control import pushing, sending, tasks
from sentinel.interfaces.command_control.fake.receiver import Receiver, is_signed
from sentinel.interfaces.command_control.models import Client, PushState
from sentinel.interfaces.command_control.operations import client_with, revoke_client
from sentinel.interfaces.command_control.pushing import push_what_waits, stop_push, waiting_pushes
from sentinel.interfaces.command_control.rules import KEY_LASTS
from sentinel.interfaces.command_control.sending import NotTaken
from sentinel.interfaces.command_control.tasks import RETRY, push_to
from sentinel.kernel.errors import Conflict, Refused
from sentinel.risk.high.operations import end_high_risk
from tests.interfaces.command_control.making import (
    NEIL,
    a_shown_marker,
    a_system,
    an_unconfirmed_system,
    sent_to,
    whoever_runs_it,
)
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_system_is_sent_what_is_shown_then_each_change_signed(listening: tuple[Receiver, str]) -> None:
    receiver, url = listening
    issued = a_system()
    case, party, marker = a_shown_marker()
    receiver.secret = sent_to(issued, url)
    assert push_what_waits(issued.client.pk) == 1
    assert receiver.shown[str(marker.id)]["who"] == "Margaret Ellis"
    assert push_what_waits(issued.client.pk) == 0, "what was taken is not sent again"
    with transaction.atomic():
        end_high_risk(actor=acting(PRIYA), now=now(), case=case, party=party, subject="victim")
    assert push_what_waits(issued.client.pk) == 1
    assert receiver.shown == {}
    assert len(receiver.deliveries) == 2


def test_what_was_not_taken_is_tried_again_and_lost_to_nobody(listening: tuple[Receiver, str]) -> None:
    receiver, url = listening
    issued = a_system()
    receiver.secret = sent_to(issued, url)
    _, _, marker = a_shown_marker()
    receiver.out = True
    with pytest.raises(NotTaken, match="503"):
        push_what_waits(issued.client.pk)
    state = PushState.objects.get()
    assert (state.failures, state.why, state.seen) == (1, "It answered with status 503.", None)
    receiver.out = False
    assert push_what_waits(issued.client.pk) == 1
    assert set(receiver.shown) == {str(marker.id)}
    state = PushState.objects.get()
    assert (state.failures, state.failing_since, state.why) == (0, None, "")


def test_a_worker_that_is_killed_before_it_could_note_what_was_taken_sends_the_same_again(
    listening: tuple[Receiver, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, url = listening
    issued = a_system()
    receiver.secret = sent_to(issued, url)
    a_shown_marker()

    def killed(*given: object) -> None:
        raise KeyboardInterrupt

    taken = pushing._taken
    monkeypatch.setattr(pushing, "_taken", killed)
    with pytest.raises(KeyboardInterrupt):
        push_what_waits(issued.client.pk)
    monkeypatch.setattr(pushing, "_taken", taken)
    assert push_what_waits(issued.client.pk) == 1
    assert len(receiver.deliveries) == 1, "the other side knows it by its Sentinel-Delivery"
    assert len(receiver.shown) == 1


def test_what_fails_each_time_is_listed_once_and_goes_on_at_a_distance() -> None:
    issued = a_system()
    a_shown_marker()
    sent_to(issued, "https://control.example/markers")
    tries = []

    def send(url: str, body: bytes, headers: dict[str, str]) -> None:
        tries.append(url)
        raise NotTaken("It could not be reached.")

    assert pushing.TRIED == ATTEMPTS == RETRY.max_attempts
    for _ in range(ATTEMPTS + 1):
        with pytest.raises(NotTaken):
            push_what_waits(issued.client.pk, send=send)
    assert waiting_pushes(now=now()) == [], "it rests"
    assert waiting_pushes(now=now() + pushing.AFTERWARDS) == [issued.client.pk]
    assert push_what_waits(issued.client.pk, send=send) == 0, (
        "the queue has listed it: it fails no second job"
    )
    assert len(tries) == ATTEMPTS + 2
    words = signed_in(NEIL).get("/agency/systems").content.decode()
    assert "Does not take them since" in words
    assert "It could not be reached." in words
    assert "Send markers to a connected system" in task_words(push_to.name)
    assert "connected systems says why" in error_words(NotTaken.__name__)


def test_one_that_does_not_answer_keeps_no_other_waiting(listening: tuple[Receiver, str]) -> None:
    receiver, url = listening
    dead, alive = a_system("Dead"), a_system("Alive")
    sent_to(dead, "http://localhost:9/")
    receiver.secret = sent_to(alive, url)
    a_shown_marker()
    assert set(waiting_pushes(now=now())) == {dead.client.pk, alive.client.pk}
    with pytest.raises(NotTaken, match="could not be reached"):
        push_what_waits(dead.client.pk)
    assert push_what_waits(alive.client.pk) == 1


def test_what_is_sent_is_in_the_audit_before_it_leaves() -> None:
    issued = a_system()
    _, _, marker = a_shown_marker()
    sent_to(issued, "https://control.example/markers")
    found = []

    def send(url: str, body: bytes, headers: dict[str, str]) -> None:
        with transaction.atomic():
            acting("ravi.desai@police.example")
            found.extend(Entry.objects.filter(kind="feed").values_list("detail", flat=True))

    push_what_waits(issued.client.pk, send=send)
    assert found == [{"way": "push", "count": 1, "markers": [str(marker.id)]}]


def test_nothing_is_sent_to_who_was_revoked_or_stopped() -> None:
    one, other = a_system("One"), a_system("Two")
    a_shown_marker()
    for issued in (one, other):
        sent_to(issued, "https://control.example/markers")
    with transaction.atomic():
        revoke_client(actor=acting(NEIL), now=now(), client_id=one.client.id)
    with transaction.atomic():
        stop_push(actor=acting(NEIL), now=now(), client=other.client)
    assert waiting_pushes(now=now()) == []

    def send(url: str, body: bytes, headers: dict[str, str]) -> None:
        raise AssertionError("it was sent")

    for issued in (one, other):
        assert push_what_waits(issued.client.pk, send=send) == 0
    with pytest.raises(Conflict), transaction.atomic():
        stop_push(actor=acting(NEIL), now=now(), client=other.client)
    with pytest.raises(Refused), transaction.atomic():
        stop_push(actor=acting(PRIYA), now=now(), client=other.client)


def test_nothing_is_sent_by_a_key_that_is_not_confirmed_or_has_ended() -> None:
    a_shown_marker()
    waits, over = an_unconfirmed_system("One"), a_system("Two")
    for issued in (waits, over):
        sent_to(issued, "https://control.example/markers")
    with transaction.atomic():
        Client.objects.filter(pk=over.client.id).update(issued_at=now() - KEY_LASTS)
    assert waiting_pushes(now=now()) == []

    def send(url: str, body: bytes, headers: dict[str, str]) -> None:
        raise AssertionError("it was sent")

    assert [push_what_waits(one.client.pk, send=send) for one in (waits, over)] == [0, 0]


def test_setting_it_anew_changes_the_secret_and_begins_anew() -> None:
    issued = a_system()
    first = sent_to(issued, "https://control.example/a")
    with transaction.atomic():
        state_actor(SYSTEM)
        PushState.objects.update(seen=[0, "1:1:", None, None], failures=3)
    second = sent_to(issued, "https://control.example/b")
    assert first != second
    state = PushState.objects.get()
    assert (state.seen, state.failures) == (None, 0)


def test_what_a_run_notes_is_of_the_setting_that_it_read() -> None:
    issued = a_system()
    a_shown_marker()
    sent_to(issued, "https://control.example/a")
    came: list[str] = []

    def send(url: str, body: bytes, headers: dict[str, str]) -> None:
        came.append(url)
        if len(came) == 1:  # it is set anew while the first delivery is out
            sent_to(issued, "https://control.example/b")

    push_what_waits(issued.client.pk, send=send)
    push_what_waits(issued.client.pk, send=send)
    assert came == ["https://control.example/a", "https://control.example/b"], (
        "the new one is sent what is shown"
    )

    def fail(url: str, body: bytes, headers: dict[str, str]) -> None:
        sent_to(issued, "https://control.example/c")
        raise NotTaken("It could not be reached.")

    sent_to(issued, "https://control.example/b")
    assert push_what_waits(issued.client.pk, send=fail) == 0
    assert (PushState.objects.get().failures, PushState.objects.get().why) == (0, "")


def test_a_system_whose_job_waits_or_runs_takes_no_second_place() -> None:
    issued = a_system()
    sent_to(issued, "https://control.example/markers")
    name = f"command_control.push_to {issued.client.pk}"

    def jobs() -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lock, status::text FROM procrastinate_jobs WHERE queueing_lock = %s", [name]
            )
            return cursor.fetchall()

    look = tasks.push_to_all.func.__wrapped__
    for _ in range(2):
        look()
        assert jobs() == [(name, "todo")]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE lock = %s", [name])
    look()
    assert jobs() == [(name, "doing")]


def test_a_signature_is_of_this_body_this_moment_and_this_secret() -> None:
    body = json.dumps({"entries": []}).encode()
    moment = int(time.time())
    good = sending.signature("s", moment, body)
    assert is_signed("s", good, body, now=moment)
    assert not is_signed("t", good, body, now=moment)
    assert not is_signed("s", good, body + b" ", now=moment)
    assert not is_signed("s", good, body, now=moment + 301), (
        "one that was listened to is not sent again tomorrow"
    )
    assert not is_signed("s", good.replace(str(moment), str(moment + 1)), body, now=moment)
    for strange in ("", "t=,v1=", "v1=abc", "t=²,v1=x", "t=1"):
        assert not is_signed("s", strange, body, now=moment)


def test_what_comes_twice_is_taken_once() -> None:
    receiver = Receiver("s", clock=lambda: 1000.0)
    entry = {
        "id": "m",
        "revision": 1,
        "state": "shown",
        "changes": [],
        "kind": "place",
        "who": "",
        "where": "",
        "reference": "",
    }
    body = json.dumps({"entries": [entry]}).encode()
    headers = {"sentinel-signature": sending.signature("s", 1000, body), "sentinel-delivery": "d"}
    assert [receiver.take(headers, body) for _ in range(2)] == [204, 204]
    assert receiver.deliveries == ["d"]
    assert receiver.take({**headers, "sentinel-signature": "t=1000,v1=0"}, body) == 401


@pytest.mark.parametrize("what", ["revoked", "ended", "merged", "not confirmed"])
def test_a_system_that_is_connected_no_longer_is_given_nothing_by_any_way(
    what: str, listening: tuple[Receiver, str]
) -> None:
    """Asked with its key, looked after by the worker, or sent by a job that stood in the queue already."""
    receiver, url = listening
    issued = a_system()
    receiver.secret = sent_to(issued, url)
    a_shown_marker()
    assert waiting_pushes(now=now()) == [issued.client.pk]
    with transaction.atomic():
        whoever_runs_it(issued)
        changed: dict[str, object] = {
            "revoked": {"revoked_at": now()}, "ended": {"issued_at": now() - KEY_LASTS},
            "not confirmed": {"confirmed_at": None}, "merged": {},
        }[what]  # fmt: skip
        if what == "merged":
            into = Agency.objects.get(code="melton")
            Agency.objects.filter(pk=issued.client.agency_id).update(merged_into=into, merged_at=now())
        else:
            Client.objects.filter(pk=issued.client.pk).update(**changed)
        assert waiting_pushes(now=now()) == []
        assert (client_with(issued.key, now=now()) is None) == (what != "not confirmed"), (
            "it is told to be confirmed"
        )
    assert push_what_waits(issued.client.pk) == 0
    assert receiver.deliveries == []
