"""A client is given a key and loses it; what has left is written down."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction

from sentinel.accounts.models import Agency
from sentinel.accounts.queries import agency_with
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.interfaces.command_control.models import Client
from sentinel.interfaces.command_control.rules import ASKED_A_MINUTE, WRONG_KEYS, Entry
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.text import filled

POLICE_ONLY = "Only a police force has a control room that shows markers."
NOT_CONFIRMING = "Only somebody of the force’s control room confirms its systems."
NOT_YOURS = "Only a local administrator of the force connects its systems."
ASKED = """
INSERT INTO command_control_clientuse AS u (client_id, minute, asked, last_at)
VALUES (%(client)s, date_trunc('minute', statement_timestamp()), 1, %(now)s)
ON CONFLICT (client_id) DO UPDATE
   SET asked = CASE WHEN u.minute = EXCLUDED.minute THEN u.asked + 1 ELSE 1 END, minute = EXCLUDED.minute,
       last_at = EXCLUDED.last_at
RETURNING u.asked, ceil(extract(epoch FROM u.minute + interval '1 minute' - statement_timestamp()))::integer"""


@dataclass(frozen=True)
class Issued:
    """A new client, and its key, which is nowhere else."""

    client: Client
    key: str


@transaction.atomic
def issue_client(*, actor: Actor, now: datetime, name: str) -> Issued:
    """Give a system of the actor's force a key of its own, which gives nothing until `confirm_client`. Raises Refused for anybody but a local administrator of a police
    force or whoever runs Sentinel, Invalid (name)."""
    agency = connecting(actor)
    called = filled("name", name, "Say which system this is.", longest=80, one_line=True)
    if Client.objects.filter(agency=agency, name__iexact=called, revoked_at__isnull=True).exists():
        raise Invalid.of(
            "name", "A system with this name is connected already. Give it another, or revoke that one first."
        )
    begins, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = f"sentinel_{begins}_{secret}"
    client = Client.objects.create(
        agency=agency,
        name=called,
        key_begins=begins,
        key_digest=digest(key),
        issued_at=now,
        issued_by_id=actor.user_id,
    )
    note("client_issued", subject="command_control_client", subject_id=client.id)
    return Issued(client, key)


@transaction.atomic
def confirm_client(*, actor: Actor, now: datetime, client_id: uuid.UUID) -> Client:
    """Say that a key is that of a system of the force's control room: from then on it gives what the control room has accepted. For
    somebody of the control room who has not made it, or whoever runs Sentinel and states so.

    Raises Refused, NotFound (also for another agency's), Conflict where it was confirmed or has ended.
    """
    if not actor.may("operate"):
        actor.require("answer_markers", NOT_CONFIRMING)
    agency = agency_with(actor.agency)
    found = Client.objects.select_for_update().filter(pk=client_id, agency=agency).first()
    if found is None:
        raise NotFound
    if actor.user_id is not None and found.issued_by_id == actor.user_id:
        raise Refused("You have made this key: somebody else of the control room confirms it.")
    if found.revoked_at is not None or found.ends_at <= now:
        raise Conflict("This system’s key has ended.")
    if found.confirmed_at is not None:
        raise Conflict("This system’s key has been confirmed already.")
    found.confirmed_at, found.confirmed_by_id = now, actor.user_id
    found.save(update_fields=["confirmed_at", "confirmed_by_id"])
    note("client_confirmed", subject="command_control_client", subject_id=found.id)
    return found


@transaction.atomic
def revoke_client(*, actor: Actor, now: datetime, client_id: uuid.UUID) -> Client:
    """End a client: from its next request on it is given nothing. Raises Refused, NotFound (also for another agency's),
    Conflict where it has ended."""
    agency = connecting(actor)
    found = Client.objects.select_for_update().filter(pk=client_id, agency=agency).first()
    if found is None:
        raise NotFound
    if found.revoked_at is not None:
        raise Conflict("This system’s key has been revoked already.")
    found.revoked_at, found.revoked_by_id = now, actor.user_id
    found.save(update_fields=["revoked_at", "revoked_by_id"])
    note("client_revoked", subject="command_control_client", subject_id=found.id)
    return found


def connecting(actor: Actor) -> Agency:
    """The force whose systems the actor connects. Raises Refused for anybody else."""
    actor.require("administer_agency", NOT_YOURS)
    agency = agency_with(actor.agency)
    if agency.kind != "police":
        raise Refused(POLICE_ONLY)
    return agency


def client_with(key: str, *, now: datetime) -> Client | None:
    """The client whose key this is, confirmed or not; None where it is nobody's, was revoked or has come to its end, or its agency
    went into another."""
    parts = key.split("_", 2)
    if len(parts) != 3 or len(key) > 200:
        return None
    found = Client.objects.live(now).select_related("agency").filter(key_begins=parts[1][:16]).first()
    # Compared also where nothing was found: the answer takes as long.
    same = hmac.compare_digest(digest(key), found.key_digest if found else digest(""))
    return found if same else None


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def wait_seconds(client: Client, *, now: datetime) -> int:
    """Count one more request of a client. 0 where it may go on, else after how many seconds it may ask again."""
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"client": client.id, "now": now})
        asked, left = cursor.fetchone()
    if asked == ASKED_A_MINUTE + 1:
        note("refused", subject="command_control_client", subject_id=client.id, detail={"status": 429})
    return max(int(left), 1) if asked > ASKED_A_MINUTE else 0


def too_many_wrong_keys(address: str, *, one_more: bool) -> bool:
    """Whether so many keys that are no keys came from a network address in ten minutes that the next is refused as one too many."""
    key = f"command_control:wrong:{address}"
    if one_more and not cache.add(key, 1, 600):
        cache.incr(key)
    return int(cache.get(key, 0)) >= WRONG_KEYS


def given(*, client: Client, entries: Sequence[Entry], way: str) -> None:
    """Write down what leaves: one entry of the audit with counts and ids, and of each marker that this system
    is given for the first time a line in the ledger of its case."""
    ids = [entry.id for entry in entries]
    shown = [entry.id for entry in entries if entry.kind]
    note(
        "feed", subject="command_control_client", subject_id=client.id,
        detail={"way": way, "count": len(ids), "markers": ids},
    )  # fmt: skip
    if shown:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT command_control_given(%s, %s, %s, %s::uuid[])",
                [client.agency_id, client.id, client.name, shown],
            )
