"""What `check --deploy` asks beyond Django's own checks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import Error as DatabaseError
from django.db import connection

from sentinel.foundation.clock import moved_by


@register(deploy=True)
def clock_has_not_been_moved(**_: Any) -> list[CheckMessage]:
    """In production the clock tells the time. Without a database, or before its first migration, there is none to ask."""
    if not settings.PRODUCTION:
        return []
    try:
        moved = moved_by()
    except DatabaseError:
        connection.close()
        return []
    if not moved:
        return []
    return [
        Error(
            f"The clock has been moved by {moved}; production refuses that.",
            hint="As the owner of the database: UPDATE foundation_clock SET \"offset\" = '0'.",
            id="sentinel.E001",
        )
    ]
