"""The next reference of the partnership."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection

from sentinel.kernel.clock import london_date
from sentinel.kernel.references import Kind, make


def next_reference(kind: Kind, now: datetime) -> str:
    """Take the next number of this kind and year (of London) and return it as printed, with its check letter.

    The counter's row stays locked until the transaction ends: numbers have no gaps and none is given twice.
    """
    year = london_date(now).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_referencecounter (kind, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (kind, year) DO UPDATE SET last = cases_referencecounter.last + 1 RETURNING last",
            [kind.name.lower(), year],
        )
        number = cursor.fetchone()[0]
    return make(settings.REFERENCE_PREFIX, year, number, kind)
