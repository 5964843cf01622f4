"""Marking a case as one of which nobody is told by an agreement alone, and taking the mark off."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import settle_summaries
from sentinel.access.queries import rung_of
from sentinel.accounts.rules import SILENT_KINDS
from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.text import filled
from sentinel.matching.hits.models import Silence


def silences_of(actor: Actor, case: Case) -> list[Silence]:
    """The marks that stand on a case, the oldest first."""
    return list(
        Silence.objects.filter(record_id=case.id, ended_at__isnull=True)
        .select_related("set_by")
        .order_by("set_at")
    )


def _user(actor: Actor) -> uuid.UUID:
    if actor.user_id is None:
        raise Refused("Only somebody who is signed in says of what kind a case is.")
    return actor.user_id


def _owned(actor: Actor, case: Case) -> None:
    may_write(actor, case, "share_case", closed_too=True)
    if rung_of(actor, case.id) < Rung.OWNER:
        raise Refused("The agency that owns the case says of what kind it is.")


def _settle(actor: Actor, now: datetime, case: Case) -> None:
    kinds = Silence.objects.filter(record_id=case.id, ended_at__isnull=True).values_list("kind", flat=True)
    settle_summaries(actor=actor, now=now, record_id=case.id, kind=Kind.CASE, silent=set(kinds))


@transaction.atomic
def mark_silent(*, actor: Actor, now: datetime, case: Case, kind: str, why: str) -> Silence:
    """Say that a case is of a silent kind: from now on no agreement tells of it but one that names the kind.

    Who reads it or works on it still does. Raises Refused for another agency's case, Conflict where it is marked so, Invalid.
    """
    _owned(actor, case)
    if kind not in SILENT_KINDS:
        raise Invalid.of("kind", "Choose what it is.")
    words = filled("why", why, "Say how you know.", longest=1000)
    Case.objects.select_for_update(no_key=True).get(pk=case.id)
    if Silence.objects.filter(record_id=case.id, kind=kind, ended_at__isnull=True).exists():
        raise Conflict("The case is marked so already.")
    row = Silence.objects.create(
        **provenance(actor=actor, now=now, record_id=case.id), kind=kind, why=words, set_at=now, set_by_id=_user(actor)
    )  # fmt: skip
    _settle(actor, now, case)
    tell(kind="silenced", actor=actor, now=now, case=case, subject_id=row.id, payload={"kind": kind})
    return row


@transaction.atomic
def end_silence(*, actor: Actor, now: datetime, case: Case, silence_id: uuid.UUID, why: str) -> None:
    """Take a mark off: what the agreements let others know of, they may know of again.

    Raises Refused for another agency's case, NotFound for a mark of another case, Conflict where it is off, Invalid (why).
    """
    _owned(actor, case)
    words = filled("why", why, "Say why others may be told again.", longest=1000)
    row = Silence.objects.select_for_update().filter(pk=silence_id, record_id=case.id).first()
    if row is None:
        raise NotFound()
    if row.ended_at is not None:
        raise Conflict("The mark has been taken off already.")
    row.ended_at, row.ended_by_id, row.ended_why, row.version = now, actor.user_id, words, row.version + 1
    row.save(update_fields=["ended_at", "ended_by", "ended_why", "version"])
    _settle(actor, now, case)
    tell(kind="silence_ended", actor=actor, now=now, case=case, subject_id=row.id, payload={"kind": row.kind})
