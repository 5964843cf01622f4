"""What a system is sent without asking: the same entries, signed, each time from what it has taken last."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import astuple
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now as present
from sentinel.interfaces.command_control import sending
from sentinel.interfaces.command_control.models import Client, Push, PushState
from sentinel.interfaces.command_control.operations import given
from sentinel.interfaces.command_control.queries import BeginAnew, Page, page
from sentinel.interfaces.command_control.rules import PAGE
from sentinel.interfaces.command_control.sending import NotTaken
from sentinel.interfaces.command_control.tokens import Seen
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Refused

# So often the queue tries again before the failure is listed; then it goes on by itself at this distance.
TRIED, AFTERWARDS = 6, timedelta(minutes=10)
PAGES_A_RUN = 50
Sender = Callable[[str, bytes, dict[str, str]], None]


@transaction.atomic
def set_push(*, actor: Actor, now: datetime, client: Client, url: str) -> tuple[Push, str]:
    """Send a client's markers to an address too, from what is shown now on. Returns it and the secret that signs, which is shown
    once. Setting it anew changes the secret and begins anew.

    For whoever runs the server. Raises Refused for anybody else, Conflict for a revoked client, Invalid (url).
    """
    actor.require("operate", "Only whoever runs Sentinel says where it sends anything.")
    if client.revoked_at is not None:
        raise Conflict("This system’s key has been revoked.")
    sending.target_of(url, loopback=not settings.PRODUCTION)
    before = Push.objects.select_for_update().filter(pk=client.pk).first()
    number = before.secret_number + 1 if before else 1
    push, _ = Push.objects.update_or_create(
        client=client,
        defaults={"url": url.strip(), "secret_number": number, "set_at": now, "stopped_at": None},
    )
    PushState.objects.update_or_create(
        push=push,
        defaults={"seen": None, "failures": 0, "failing_since": None, "next_at": None, "why": ""},
    )
    note("push_set", subject="command_control_client", subject_id=client.pk)
    return push, secret_of(push)


@transaction.atomic
def stop_push(*, actor: Actor, now: datetime, client: Client) -> None:
    """Send a client nothing more; it may still ask. Raises Refused for who neither runs the server nor administers its force,
    Conflict where nothing is sent."""
    if not actor.may("operate") and not (
        actor.may("administer_agency") and actor.agency_id == client.agency_id
    ):
        raise Refused("Only a local administrator of the force does this.")
    if not Push.objects.filter(client=client, stopped_at__isnull=True).update(stopped_at=now):
        raise Conflict("Nothing is sent to this system.")
    note("push_stopped", subject="command_control_client", subject_id=client.pk)


def secret_of(push: Push) -> str:
    """The secret by which what is sent is signed."""
    said = f"command_control.push:{push.pk}:{push.secret_number}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()


def waiting_pushes(*, now: datetime) -> list[uuid.UUID]:
    """Whom to look after now: every push but those that rest after having failed."""
    rows = Push.objects.filter(
        Q(state__next_at__isnull=True) | Q(state__next_at__lte=now),
        stopped_at__isnull=True, client__in=Client.objects.given(now),
    )  # fmt: skip
    return list(rows.values_list("pk", flat=True))


def push_what_waits(push_id: uuid.UUID, *, send: Sender | None = None) -> int:
    """Send all that a system has not taken, page by page; each page that it took stays taken. Opens its own transactions.

    Returns how many pages it took. Raises NotTaken while the queue is to try again; what has failed more often than that rests, and
    is listed.
    """
    sent = 0
    while sent < PAGES_A_RUN:
        found = _next(push_id)
        if found is None:
            return sent
        push, one = found
        if one.entries:
            body = json.dumps({"entries": [entry.as_data() for entry in one.entries]}).encode()
            headers = {
                "Content-Type": "application/json",
                "Sentinel-Delivery": hashlib.sha256(body).hexdigest()[:32],
                "Sentinel-Signature": sending.signature(secret_of(push), int(time.time()), body),
            }
            try:
                (send or _send)(push.url, body, headers)
            except NotTaken as error:
                if not _failed(push, str(error)):
                    raise
                return sent
            sent += 1
        _taken(push, one.seen)
        if not one.more:
            return sent
    return sent


def _send(url: str, body: bytes, headers: dict[str, str]) -> None:
    sending.post(url, body, headers, loopback=not settings.PRODUCTION)


def _next(push_id: uuid.UUID) -> tuple[Push, Page] | None:
    """What is to be sent next. It is written down before it leaves: what was sent and not taken may have been read."""
    with transaction.atomic():
        push = (
            Push.objects.select_related("client__agency", "state")
            .filter(pk=push_id, stopped_at__isnull=True, client__in=Client.objects.given(present()))
            .first()
        )
        if push is None:
            return None
        agency = push.client.agency
        actor = Actor(user_id=None, agency_id=agency.pk, regime=agency.regime, name=push.client.name)
        state_actor(actor)
        today = london_date(present())
        seen = Seen(*push.state.seen) if push.state.seen else None
        try:
            found = page(actor, seen, today=today, most=PAGE)
        except BeginAnew:
            found = page(actor, None, today=today, most=PAGE)
        if found.entries:
            given(client=push.client, entries=found.entries, way="push")
    return push, found


def _is_set_so_still(push: Push) -> bool:
    """Whether the push is set as it was read; held until the transaction ends. One that was set anew begins anew."""
    rows = Push.objects.select_for_update().filter(pk=push.pk, secret_number=push.secret_number)
    return rows.first() is not None


def _taken(push: Push, seen: Seen) -> None:
    with transaction.atomic():
        if not _is_set_so_still(push):
            return
        PushState.objects.filter(push_id=push.pk).update(
            seen=list(astuple(seen)), taken_at=present(), failures=0, failing_since=None, next_at=None, why=""
        )


def _failed(push: Push, why: str) -> bool:
    """Write a failure down. Whether it has been listed already and only rests until the next try, or was set anew meanwhile."""
    with transaction.atomic():
        if not _is_set_so_still(push):
            return True
        state = PushState.objects.select_for_update().get(push_id=push.pk)
        state.failures += 1
        state.failing_since = state.failing_since or present()
        state.why = why[:120]
        listed = state.failures > TRIED + 1
        state.next_at = present() + AFTERWARDS if state.failures > TRIED else None
        state.save(update_fields=["failures", "failing_since", "why", "next_at"])
        return listed
