"""Writing the audit: through a function of the database that takes the actor from the transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sentinel.kernel.errors import KnownOnly, SentinelError


def note(
    kind: str,
    *,
    record_id: uuid.UUID | None = None,
    audience_id: uuid.UUID | None = None,
    subject: str = "",
    subject_id: object = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """One entry: `kind` is view, search, export, print, sign_in, sign_in_failed, refused, operation ...

    `detail` holds ids and codes, never names or what was typed. Who and for which agency comes from the stated actor.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM audit_write(%s, %s, %s, %s, %s, %s)",
            [
                kind,
                record_id,
                audience_id,
                subject[:60],
                str(subject_id or "")[:40],
                json.dumps(detail or {}),
            ],
        )


@dataclass(frozen=True)
class Entry:
    """One entry of several that are written at once, as `note` takes it."""

    kind: str
    record_id: uuid.UUID | None
    subject: str
    subject_id: object = ""


def note_all(entries: Iterable[Entry]) -> None:
    """Several entries in their order. One statement, none for none."""
    rows = [(one.kind, one.record_id, one.subject[:60], str(one.subject_id or "")[:40]) for one in entries]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[]) AS e(kind, record, subject, subject_id),"
            " audit_write(e.kind, e.record, NULL, e.subject, e.subject_id, '{}')",
            [list(column) for column in zip(*rows, strict=True)],
        )


def note_each(kind: str, record_ids: Iterable[uuid.UUID], *, subject: str) -> None:
    """One entry for each of some records, for a page that shows something of several. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, r.id, NULL, %s, '', '{}') FROM unnest(%s::uuid[]) AS r(id)",
            [kind, subject, list(record_ids)],
        )


def attempt(error: SentinelError, subject: str, reference: str) -> dict[str, Any]:
    """What is kept of an attempt to reach a record that a form answers beside its field and not with a page.

    For the `kept` of the error that goes on: the record's owner sees it where its being there was told.
    """
    record = uuid.UUID(error.record) if isinstance(error, KnownOnly) else None
    return {"record_id": record, "subject": subject, "detail": {"reference": reference[:40]}, **error.kept}
