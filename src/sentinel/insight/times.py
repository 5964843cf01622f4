"""How long it takes from the telling to a practitioner and to an assessment, by who was told and how (R8, R14)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from sentinel.foundation.actor import Actor

# The spans that a reader may pick, in days.
SPANS = (30, 90, 365)
USUAL = 90

# The first telling of each case, and the first assessment of a victim or of the case itself that came after it. What is not assessed has
# no time: it is counted beside the times, and would make them look longer, never shorter.
_TIMES = """
WITH first AS MATERIALIZED (
    SELECT DISTINCT ON (r.case_id) r.case_id, r.agency_id, r.channel, r.told_at, r.practitioner_at
      FROM reports_report r WHERE r.case_id IS NOT NULL AND r.told_at >= %(since)s AND r.told_at <= %(now)s
     ORDER BY r.case_id, r.told_at, r.id),
timed AS (
    SELECT f.agency_id, f.channel, extract(epoch FROM f.practitioner_at - f.told_at) AS passed,
           extract(epoch FROM (SELECT min(a.assessed_at) FROM risk_assessment a
                                WHERE a.case_id = f.case_id AND a.subject IN ('victim', 'case')
                                  AND a.assessed_at >= f.told_at) - f.told_at) AS assessed
      FROM first f
     -- A case of which something was told before the span began is not one of the span.
     WHERE NOT EXISTS (SELECT 1 FROM reports_report e WHERE e.case_id = f.case_id AND e.told_at < %(since)s))
SELECT agency_id, channel, count(*), count(assessed),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY assessed),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY passed)
  FROM timed GROUP BY GROUPING SETS ((agency_id, channel), (agency_id), ()) ORDER BY 1 NULLS FIRST, 2 NULLS FIRST"""


@dataclass(frozen=True)
class Times:
    """The times of the cases first told to one agency through one channel. None for `agency_id`: all agencies; for `channel`: all.

    `median` and `ninth` (the 90th percentile) are from the telling to the first assessment, `passed_median` and `passed_ninth`
    to a practitioner's taking it on; None where there is none yet.
    """

    agency_id: uuid.UUID | None
    channel: str | None
    cases: int
    assessed: int
    median: timedelta | None
    ninth: timedelta | None
    passed_median: timedelta | None
    passed_ninth: timedelta | None

    @property
    def waiting(self) -> int:
        """How many are not assessed."""
        return self.cases - self.assessed


def times(actor: Actor, now: datetime, days: int) -> list[Times]:
    """The times of the cases first told of in the last so many days, that the actor may see; all together first, then each agency, then
    its channels. Empty where nothing was told. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TIMES, {"since": now - timedelta(days=days), "now": now})
        return [
            Times(row[0], row[1], row[2], row[3], *_two(row[4]), *_two(row[5]))
            for row in cursor.fetchall()
            if row[2]
        ]


def _two(seconds: list[float] | None) -> tuple[timedelta | None, timedelta | None]:
    if seconds is None or seconds[0] is None:
        return None, None
    return timedelta(seconds=float(seconds[0])), timedelta(seconds=float(seconds[1]))
