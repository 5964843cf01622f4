"""What supervision knows: cases that no supervisor has reviewed within the days of their band."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime

from sentinel.accounts.models import Agency
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import rule_for_each_agency
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import OPEN, past_of
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


def all_clocks(now: datetime) -> dict[str, str]:
    """By which clocks the supervisors of each agency review its cases at a moment (UTC); whoever stands above them sees their own on
    My work."""
    content = rule_for_each_agency(RULE, london_date(now))
    found = [
        {"agency_id": str(agency), "band": one.band, "level": one.level, "days": one.days}
        for agency, kind in Agency.objects.values_list("pk", "kind")
        for one in clocks((content(agency) or {"items": []})["items"], kind)
        if one.level == 1
    ]
    return {"clocks": json.dumps(found)}


# A case by the band that it has, from when it has it: what was due under another band is not known any more. From each review to the
# next, and before the first.
LATE_PAST = f"""
WITH {CLOCKS}
SELECT c.owner_agency_id, c.team_id, l.late,
       tstzmultirange(tstzrange(greatest(l.late, COALESCE(c.band_since, c.opened_at)), NULL))
       * tstzmultirange(tstzrange(r.reviewed_at, r.over)) * {OPEN}
  FROM cases_case c
  JOIN clocks k ON k.agency_id = c.owner_agency_id AND k.band = c.highest_band
 CROSS JOIN LATERAL (
       SELECT s.reviewed_at, s.next_on, lead(s.reviewed_at) OVER (ORDER BY s.reviewed_at NULLS FIRST, s.id) AS over FROM (
              SELECT v.reviewed_at, v.next_on, v.id FROM risk_supervisionreview v WHERE v.case_id = c.id AND v.level >= k.level
              UNION ALL SELECT NULL, NULL, NULL) s) r
 CROSS JOIN LATERAL (SELECT {_BY} AS late) l
 WHERE c.opened_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s) AND c.highest_band > 0
"""


def late_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Cases that were late for a review, by the band that they have now and since they have it: each time to the next review."""
    return past_of(LATE_PAST, {**all_clocks(until), "since": since, "until": until})


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
