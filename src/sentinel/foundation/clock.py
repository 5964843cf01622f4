"""The one clock: the machine's time plus an offset kept in the database, so that time can be tested."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """The present moment in UTC, as the database tells it (design: one clock for web, worker and triggers)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sentinel_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment
