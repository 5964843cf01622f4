"""A report being taken, kept as one types. Only its taker reaches it; it ends when the report is recorded."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from sentinel.access.models import Kind
from sentinel.access.operations import open_record
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, NotFound
from sentinel.people.provenance import provenance
from sentinel.reports.models import Draft, Report

LARGEST = 200_000


def lock_submission(submission: uuid.UUID) -> None:
    """Let one transaction at a time work on what one form sent: a double click waits, and then finds what was made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(submission)])


def begin_submission(submission: uuid.UUID) -> tuple[bool, bool]:
    """`lock_submission`, and whether a report was made of it by now, and whether it has a draft. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_report, has_draft FROM reports_begin(%s)", [submission])
        is_report, has_draft = cursor.fetchone()
    return is_report, has_draft


def keep_draft(*, actor: Actor, now: datetime, draft_id: uuid.UUID, data: Mapping[str, Any]) -> Draft:
    """Keep what has been typed so far; the first time, the draft is begun. `draft_id` is the form's submission id.

    Raises Refused without the right take_report, Conflict where the report has been recorded already, NotFound for an id
    that is somebody else's.
    """
    actor.require("take_report", "Your roles do not include taking reports.")
    kept = storable(data)
    with transaction.atomic():
        lock_submission(draft_id)
        draft = Draft.objects.filter(pk=draft_id).first()
        if draft is None:
            return _begin(actor, now, draft_id, kept)
        if draft.became_report_id is not None:
            raise Conflict("This report has been recorded already.")
        Draft.objects.filter(pk=draft_id).update(
            data=kept, kept_at=now, thrown_away_at=None, version=F("version") + 1
        )
    return draft


def storable(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a form sent as a draft can keep it: nothing longer than `LARGEST` characters, and without NUL bytes, which the
    database keeps in no text: recording refuses them in words."""
    return {name: _without_nul(values) for name, values in data.items() if len(str(values)) <= LARGEST}


def _without_nul(values: Any) -> Any:
    if isinstance(values, str):
        return values.replace("\x00", "")
    return [_without_nul(one) for one in values] if isinstance(values, list) else values


def _begin(actor: Actor, now: datetime, draft_id: uuid.UUID, kept: dict[str, Any]) -> Draft:
    if Report.objects.filter(submission=draft_id).exists():
        raise Conflict("This report has been recorded already.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reports_record_taken(%s)", [draft_id])
        if cursor.fetchone()[0]:
            raise NotFound()
    if actor.user_id is None:
        raise NotFound()
    open_record(actor=actor, now=now, record_id=draft_id, kind=Kind.DRAFT, personal=True)
    draft = Draft.objects.create(
        **provenance(actor=actor, now=now, record_id=draft_id),
        id=draft_id,
        taker_id=actor.user_id,
        data=kept,
        begun_at=now,
        kept_at=now,
    )
    raise_event(kind="draft_begun", actor=actor, now=now, record_id=draft_id, subject_id=draft_id)
    return draft


def throw_draft_away(*, actor: Actor, now: datetime, draft_id: uuid.UUID) -> None:
    """Throw away a draft of one's own; what was typed is emptied. Raises NotFound where there is no such draft."""
    if actor.user_id is None:
        raise NotFound()
    with transaction.atomic():
        changed = Draft.objects.filter(
            pk=draft_id, taker_id=actor.user_id, became_report_id__isnull=True, thrown_away_at__isnull=True
        ).update(data={}, thrown_away_at=now, version=F("version") + 1)
        if not changed:
            raise NotFound()
        raise_event(kind="draft_thrown_away", actor=actor, now=now, record_id=draft_id, subject_id=draft_id)


def end_draft(*, now: datetime, draft_id: uuid.UUID, report_id: uuid.UUID) -> None:
    """The draft has become a report: what was typed stands there now and is emptied here. Nothing where there was none."""
    Draft.objects.filter(pk=draft_id, became_report_id__isnull=True).update(
        data={}, became_report_id=report_id, kept_at=now, version=F("version") + 1
    )
