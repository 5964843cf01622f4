"""Asking the owner of a record for access, answering, and what ends by the clock."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from sentinel.access.models import Kind, Reach, Rung
from sentinel.access.operations import disclose, share
from sentinel.access.queries import rung_of
from sentinel.access.tasks import tell_duty
from sentinel.accounts.calendars import calendar_of
from sentinel.accounts.models import Agency
from sentinel.accounts.queries import agency_with
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.foundation.jobs import defer
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import clean_text, filled
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.queries import (
    MAY_NOT_ASK,
    behind,
    one_to_answer,
    owner_of,
    terms_on,
    words_in_hand,
)
from sentinel.matching.hits.rules import SHORTEST, WORDS, WRITE, why_not_granted, why_not_until
from sentinel.questionnaires.bases import basis_with
from sentinel.web.formats import uk_datetime

WISHES = ("agrees", "objects", "not_asked", "could_not_be_asked", "not_applicable")
ANSWERED = "Somebody has answered this already, or it was withdrawn."


@transaction.atomic
def ask_for_access(
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    wanted: str,
    hit: uuid.UUID | None = None,
    record_id: uuid.UUID | None = None,
) -> AccessRequest:
    """Ask the owner of a record to let the actor read it (`wanted` read) or work on it as well (write), for a reason.

    By the `hit` that named its desk, or by the record where the actor was told of it otherwise. Its desk is told, and answers by
    the local rule access-requests. Asked twice, it is one request. Raises Refused without the right or who reads it already,
    NotFound where the actor may not know of it, Invalid (reason, wanted).
    """
    actor.require("ask_access", MAY_NOT_ASK)
    in_hand = None
    if hit is not None:
        found = behind(actor, hit)
        record_id, owner_id, in_hand = found.record_id, found.owner_id, found.in_hand_id
    elif record_id is not None:
        owner_id = owner_of(actor, record_id)
    if record_id is None:
        raise NotFound()
    if rung_of(actor, record_id) > Rung.SUMMARY:
        raise Refused("You can read this record already.")
    if wanted not in WORDS:
        raise Invalid.of("wanted", "Choose what you need to do.")
    words = clean_text(reason, 2000)
    if len(words) < SHORTEST:
        raise Invalid.of(
            "reason", "Say in a sentence what you need it for: its agency decides by what you write."
        )
    owner = agency_with(owner_id)
    due = terms_on(london_date(now), owner_id).due(now, calendar_of(owner))
    asked = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hits_ask(%s, %s, %s, %s, %s, %s, %s)",
            [asked, record_id, hit, wanted, words, words_in_hand(actor, in_hand), due],
        )
        stands: uuid.UUID = cursor.fetchone()[0]
    if stands == asked:
        defer(tell_duty, agency_id=str(owner_id), what="access_asked")
    note("ask_access", subject="access_request", subject_id=stands)
    return AccessRequest.objects.get(pk=stands)


@transaction.atomic
def withdraw_request(*, actor: Actor, now: datetime, row_id: uuid.UUID) -> None:
    """Take one's own request back while nobody has answered it. Raises NotFound for anybody else's, Conflict where it is answered."""
    if not AccessRequest.objects.filter(pk=row_id, asker_id=actor.user_id).exists():
        raise NotFound()
    if not _as_asker(row_id, "withdraw"):
        raise Conflict("It has been answered already.")
    note("access_withdrawn", subject="access_request", subject_id=row_id)


@transaction.atomic
def read_answer(*, actor: Actor, now: datetime, row_id: uuid.UUID) -> None:
    """Say that the answer to one's own request has been read; it goes off My work. Raises NotFound for anybody else's."""
    if not AccessRequest.objects.filter(pk=row_id, asker_id=actor.user_id).exists():
        raise NotFound()
    if _as_asker(row_id, "read"):
        note("access_answer_read", subject="access_request", subject_id=row_id)


def _as_asker(row_id: uuid.UUID, does: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hits_asker(%s, %s)", [row_id, does])
        return bool(cursor.fetchone()[0])


def _locked(actor: Actor, row_id: uuid.UUID, version: int) -> AccessRequest:
    asked = one_to_answer(actor, row_id).row
    several = AccessRequest.objects.filter(record_id=asked.record_id, asker_id=asked.asker_id)
    waiting = {
        row.pk: row for row in several.select_for_update(of=("self",)).filter(state="waiting").order_by("pk")
    }
    row = waiting.get(row_id)
    if row is None or row.state != "waiting" or row.version != version:
        raise Conflict(ANSWERED)
    return row


@transaction.atomic
def grant_access(
    *,
    actor: Actor,
    now: datetime,
    row_id: uuid.UUID,
    version: int,
    granted: str,
    until: datetime,
    lawful_basis: str,
    wish: str,
    answer: str = "",
) -> AccessRequest:
    """Let whoever asked read the record, or work on it, themselves alone, until a moment (UTC): then the database stops by itself.

    What else they wait for of this record is answered with it. `granted` is what they asked for or less; `lawful_basis` a code of the rule `lawful-bases`, `wish` the victim's. Raises Refused
    without the right, NotFound for another agency's record, Conflict where it is answered, Invalid with the field.
    """
    row = _locked(actor, row_id, version)
    if words := why_not_granted(granted, row.wanted):
        raise Invalid.of("granted", words)
    if words := why_not_until(until, now, terms_on(london_date(now), actor.agency_id)):
        raise Invalid.of("until", words)
    if wish not in WISHES:
        raise Invalid.of("wish", "Say what the victim wishes.")
    basis = basis_with(lawful_basis, london_date(now), actor.agency_id)
    if words := basis.why_not(wish):
        raise Invalid.of("lawful_basis", words)
    kind = Reach.objects.get(record_id=row.record_id, holder_id=actor.agency, rung=Rung.OWNER).kind
    share(
        actor=actor, now=now, record_id=row.record_id, kind=Kind(kind), holder_id=row.asker_id,
        rung=Rung.WRITE if granted == WRITE else Rung.READ, what=f"to {WORDS[granted]}, until {uk_datetime(until)}"[:120],
        lawful_basis=basis.ledger, why=row.reason, wish=wish, until=until, via="asked", to_person=True,
        of_agency=row.asker_agency_id, ledger_kind="access_granted",
    )  # fmt: skip
    row.granted, row.until = granted, until
    # Asked by other hits as well it is the same record, which whoever asked reads from now on: one grant answers them all.
    several = AccessRequest.objects.filter(record_id=row.record_id, asker_id=row.asker_id, state="waiting")
    several.exclude(pk=row.pk).update(
        state="together", answered_at=now, answered_by_id=actor.user_id, version=F("version") + 1
    )
    return _answered(actor, now, row, "granted", clean_text(answer, 2000))


@transaction.atomic
def refuse_access(
    *, actor: Actor, now: datetime, row_id: uuid.UUID, version: int, answer: str
) -> AccessRequest:
    """Refuse, with the reason that whoever asked reads. Raises as `grant_access`, Invalid (answer) without it."""
    row = _locked(actor, row_id, version)
    words = filled("answer", answer, "Say why: whoever asked reads it.", longest=2000)
    disclose(
        actor=actor, now=now, record_id=row.record_id, kind="access_refused", what="nothing", lawful_basis="", why=words,
        wish="not_applicable", to_agency=row.asker_agency_id, to_person=row.asker_id,
    )  # fmt: skip
    return _answered(actor, now, row, "refused", words)


def _answered(actor: Actor, now: datetime, row: AccessRequest, state: str, answer: str) -> AccessRequest:
    row.state, row.answer, row.answered_at, row.version = state, answer, now, row.version + 1
    row.answered_by_id = actor.user_id
    row.save(update_fields=["state", "answer", "answered_at", "answered_by", "granted", "until", "version"])
    raise_event(
        kind=f"access_{state}", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
        payload={"agency": str(row.asker_agency_id), "user": str(row.asker_id), "granted": row.granted,
                 "until": row.until.isoformat() if row.until else None},
    )  # fmt: skip
    return row


def end_what_is_over(*, actor: Actor, now: datetime) -> int:
    """Write into the ledgers that access has ended: by the clock, or because the owner ended it before. The worker's.

    The database has let nobody read since the moment itself; this only says so. Returns how many ended.
    """
    running = AccessRequest.objects.filter(state="granted", ended_at__isnull=True)
    rows = list(running.select_for_update(of=("self",), skip_locked=True).order_by("until")[:500])
    standing = {
        (row.holder_id, row.record_id)
        for row in Reach.objects.filter(
            record_id__in=[row.record_id for row in rows],
            holder_id__in=[row.asker_id for row in rows],
            via="asked",
        )
    }
    ended = 0
    for row in rows:
        over = row.until is not None and row.until <= now
        if not over and (row.asker_id, row.record_id) in standing:
            continue
        row.ended_at, row.ended_how = (row.until, "clock") if over else (now, "owner")
        row.save(update_fields=["ended_at", "ended_how"])
        _end_in_ledger(row, now)
        ended += 1
    return ended


def _end_in_ledger(row: AccessRequest, now: datetime) -> None:
    owner = Agency.objects.get(pk=Reach.objects.get(record_id=row.record_id, rung=Rung.OWNER).holder_id)
    as_owner = Actor(user_id=None, agency_id=owner.pk)
    if row.ended_how == "clock":
        disclose(
            actor=as_owner, now=now, record_id=row.record_id, kind="access_ended", what="access, by the clock", lawful_basis="", why="",
            wish="not_applicable", to_agency=row.asker_agency_id, to_person=row.asker_id,
        )  # fmt: skip
    raise_event(
        kind="access_ended", actor=as_owner, now=now, record_id=row.record_id, subject_id=row.id,
        payload={"agency": str(row.asker_agency_id), "user": str(row.asker_id)},
    )  # fmt: skip
