"""A statement that is let run so long and no longer: whoever is on the telephone does not wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import OperationalError, connection

# What PostgreSQL calls it that a statement was stopped.
TOOK_TOO_LONG: Final = "57014"


def answered_within(
    milliseconds: int, statement: str, values: Sequence[Any] | Mapping[str, Any]
) -> list[tuple[Any, ...]]:
    """The rows of a statement; none where it takes longer. Must be called inside a transaction. Five statements."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT in_time")
        cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
        try:
            cursor.execute(statement, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != TOOK_TOO_LONG:
                raise
            rows = []
        # Rolled back, so that the limit goes with it.
        cursor.execute("ROLLBACK TO SAVEPOINT in_time")
        cursor.execute("RELEASE SAVEPOINT in_time")
    return rows
