"""The one clock: the machine's time plus an offset kept in the database, so that time can be tested."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from sentinel.kernel.errors import Unavailable

ASKED = 'SELECT sentinel_now(), (SELECT c."offset" FROM foundation_clock c WHERE c.id = 1)'


def now(asked: str = ASKED) -> datetime:
    """The present moment in UTC, as the database tells it (design: one clock for web, worker and triggers). One query; `asked` is
    that query, with what else a statement is to do after it.

    Raises Unavailable where the clock has been moved and this is production: nothing is recorded at a false time.
    """
    with connection.cursor() as cursor:
        cursor.execute(asked)
        moment: datetime
        moved: timedelta | None
        moment, moved, *_ = cursor.fetchone()
    if moved and settings.PRODUCTION:
        raise Unavailable(
            "Sentinel’s clock has been moved for a test. Until it is put right nothing can be recorded."
        )
    return moment


def moved_by() -> timedelta:
    """How far the clock has been moved from the machine's; zero where nobody moved it."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT c."offset" FROM foundation_clock c WHERE c.id = 1')
        row = cursor.fetchone()
    found: timedelta | None = row[0] if row else None
    return found or timedelta(0)
