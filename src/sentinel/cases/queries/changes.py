"""What changed in a row since it was shown: read from the history that the database writes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sentinel.audit.models import History
from sentinel.foundation.models import CaseRow

_QUIET = {"version", "changed_at"}


@dataclass(frozen=True)
class Change:
    """One field that somebody changed: before, after (as JSON has them), by whom and when (UTC)."""

    field: str
    before: Any
    after: Any
    user_id: uuid.UUID | None
    at: datetime


def changes_since(row: CaseRow, version: int) -> list[Change]:
    """The fields of a row that have changed since `version`, oldest first; the last change of a field stands.

    Reads with the eyes of the stated actor: what that actor may not see is not told.
    """
    entries = History.objects.filter(
        record_id=row.record_id, table=row._meta.db_table, row_id=str(row.pk), operation="U"
    ).order_by("id")
    found: dict[str, Change] = {}
    for entry in entries:
        after = entry.after or {}
        if int(after.get("version", 0)) <= version:
            continue
        for field, value in after.items():
            if field in _QUIET:
                continue
            first = found[field].before if field in found else (entry.before or {}).get(field)
            found[field] = Change(field.removesuffix("_id"), first, value, entry.user_id, entry.at)
    return list(found.values())
