"""What supervision knows: cases that no supervisor has reviewed within the days of their band."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from sentinel.accounts.models import Agency
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import LocalRule
from sentinel.questionnaires.queries import rule_contents
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.risk.supervision.queries import RULE
from sentinel.risk.supervision.rules import clocks

# The day after the last on which it is in time begins the matter, in London. Of what no review can make late yet nothing is read.
_BY = """(least(r.next_on, (greatest(r.reviewed_at, COALESCE(c.band_since, c.opened_at)) AT TIME ZONE 'Europe/London')::date
          + k.days) + 1)::timestamp AT TIME ZONE 'Europe/London'"""
LATE = f"""
SELECT c.id AS record_id, NULL::uuid AS audience_id, c.id AS subject_id, 'level' || k.level AS detail,
       {_BY} AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
  JOIN clocks k ON k.agency_id = c.owner_agency_id AND k.band = c.highest_band
  LEFT JOIN LATERAL (
       SELECT v.reviewed_at, v.next_on FROM risk_supervisionreview v
        WHERE v.case_id = c.id AND v.level >= k.level ORDER BY v.reviewed_at DESC, v.id DESC LIMIT 1) r ON true
 WHERE c.status <> 'closed' AND c.highest_band > 0
   AND {_BY} <= %(now)s
"""
CLOCKS = """clocks AS MATERIALIZED (
SELECT s.agency_id, s.band, s.level, s.days
  FROM jsonb_to_recordset(%(clocks)s::jsonb) AS s(agency_id uuid, band integer, level integer, days integer))"""


def all_clocks() -> dict[str, str]:
    """By which clocks the supervisors of each agency review its cases today; whoever stands above them sees their own on My work."""
    today = london_date(now())
    own = set(
        LocalRule.objects.filter(name=RULE, agency_id__isnull=False).values_list("agency_id", flat=True)
    )
    common = rule_contents([RULE], today, None).get(RULE, {"items": []})
    found = []
    for agency, kind in Agency.objects.values_list("pk", "kind"):
        content = rule_contents([RULE], today, agency).get(RULE, common) if agency in own else common
        found += [
            {"agency_id": str(agency), "band": one.band, "level": one.level, "days": one.days}
            for one in clocks(content["items"], kind)
            if one.level == 1
        ]
    return {"clocks": json.dumps(found)}


def late_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Cases that were late for a review in a span, by the band that they have now: each time from when it was late to the
    next review."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {CLOCKS}, starts AS ("
            " SELECT c.id, c.owner_agency_id, c.team_id, c.closed_at, c.highest_band,"
            " COALESCE(c.band_since, c.opened_at) AS at, NULL::date AS next_on, 0 AS level FROM cases_case c"
            " WHERE c.opened_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s) AND c.highest_band > 0"
            " UNION ALL SELECT c.id, c.owner_agency_id, c.team_id, c.closed_at, c.highest_band, v.reviewed_at, v.next_on, v.level"
            " FROM risk_supervisionreview v JOIN cases_case c ON c.id = v.case_id"
            " WHERE v.reviewed_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s) AND c.highest_band > 0)"
            " SELECT owner_agency_id, team_id, late, least(ended, closed_at) FROM ("
            " SELECT s.owner_agency_id, s.team_id, s.closed_at,"
            " (least(s.next_on, (s.at AT TIME ZONE 'Europe/London')::date + k.days) + 1)::timestamp AT TIME ZONE 'Europe/London' AS late,"
            " (SELECT min(v.reviewed_at) FROM risk_supervisionreview v"
            "   WHERE v.case_id = s.id AND v.level >= k.level AND v.reviewed_at > s.at) AS ended"
            " FROM starts s JOIN clocks k ON k.agency_id = s.owner_agency_id AND k.band = s.highest_band"
            "  AND (s.level = 0 OR s.level >= k.level)) f"
            " WHERE late < %(until)s AND (least(ended, closed_at) IS NULL OR late < least(ended, closed_at))",
            {**all_clocks(), "since": since, "until": until},
        )
        for row in iter(cursor):
            yield Past(*row)


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page on which a supervisor records the review."""
    return "case_reviews", {}


register(
    Condition(
        "supervision_review_due",
        "A case has not been reviewed by a supervisor in time",
        "the day after the review was due, by the local rule for supervision",
        "it is reviewed, nobody in the case has a band any more, or the case is closed",
        LATE,
        page,
        late_past,
        parameters=all_clocks,
        with_=CLOCKS,
    )
)
