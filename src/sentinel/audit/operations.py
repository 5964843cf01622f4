"""Writing the audit: through a function of the database that takes the actor from the transaction."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection


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
            "SELECT audit_write(%s, %s, %s, %s, %s, %s)",
            [
                kind,
                record_id,
                audience_id,
                subject[:60],
                str(subject_id or "")[:40],
                json.dumps(detail or {}),
            ],
        )
