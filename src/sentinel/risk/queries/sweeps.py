"""Who is unassessed and which bands are over their days, in all open cases: for the worker, and for figures.

They look at parties, assessments and deferrals themselves and never at a counter. The worker sees every row; asked by
anybody else they give what that actor may see. Their cost grows with the open cases, not with the closed ones.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import LocalRule
from sentinel.risk.lists import review_days
from sentinel.risk.queries.snapshot import DEFERRED, MISSING
from sentinel.risk.rules import BAND_NUMBERS, band_key, review_due


@dataclass(frozen=True)
class Waiting:
    """A victim (or under `party_id` None a case that has no victim) without an assessment in an open case.

    `since` is when they were named as a victim, or the case was opened; `deferred_until` the end of the newest deferral, None where
    there was none; `deferrals` how many there were (UTC).
    """

    case_id: uuid.UUID
    party_id: uuid.UUID | None
    subject: str
    since: datetime
    agency_id: uuid.UUID
    team_id: uuid.UUID | None
    lead_id: uuid.UUID | None
    category: str
    deferred_until: datetime | None
    deferrals: int

    def lacks(self, now: datetime) -> str:
        """DEFERRED while a deferral runs, else MISSING. Both count in the headline figure."""
        return DEFERRED if self.deferred_until is not None and self.deferred_until > now else MISSING


@dataclass(frozen=True)
class ReviewDue:
    """An assessment that stands in an open case and is over the days of its band since `due` (UTC)."""

    case_id: uuid.UUID
    party_id: uuid.UUID | None
    subject: str
    band: str
    assessed_at: datetime
    due: datetime
    agency_id: uuid.UUID
    team_id: uuid.UUID | None
    lead_id: uuid.UUID | None


_UNASSESSED = """
WITH open_cases AS (
    SELECT id, owner_agency_id, team_id, lead_id, category, opened_at FROM cases_case WHERE status = ANY (%s)),
victims AS (
    SELECT p.case_id, p.id AS party_id, min(r.since) AS since
      FROM open_cases c JOIN cases_party p ON p.case_id = c.id
      JOIN cases_partyrole r ON r.party_id = p.id AND r.role = 'victim' AND r.until IS NULL
     GROUP BY p.case_id, p.id),
missing AS (
    SELECT v.case_id, v.party_id, 'victim' AS subject, v.since FROM victims v
     WHERE NOT EXISTS (SELECT 1 FROM risk_assessment a WHERE a.party_id = v.party_id AND a.subject = 'victim')
    UNION ALL
    SELECT c.id, NULL, 'case', c.opened_at FROM open_cases c
     WHERE NOT EXISTS (SELECT 1 FROM victims v WHERE v.case_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM risk_assessment a WHERE a.case_id = c.id AND a.subject = 'case'))
SELECT m.case_id, m.party_id, m.subject, m.since, c.owner_agency_id, c.team_id, c.lead_id, c.category, d.until, COALESCE(d.times, 0)
  FROM missing m JOIN open_cases c ON c.id = m.case_id
  LEFT JOIN LATERAL (SELECT max(f.until) AS until, count(*)::integer AS times FROM risk_deferral f
                      WHERE f.case_id = m.case_id AND f.subject = m.subject
                        AND f.party_id IS NOT DISTINCT FROM m.party_id) d ON true
 ORDER BY m.since, m.case_id, m.party_id
"""

_REVIEWS = """
SELECT s.case_id, s.party_id, s.subject, s.band, s.assessed_at, s.owner_agency_id, s.team_id, s.lead_id
  FROM (SELECT DISTINCT ON (a.case_id, a.party_id, a.subject)
               a.case_id, a.party_id, a.subject, a.band, a.assessed_at, c.owner_agency_id, c.team_id, c.lead_id
          FROM cases_case c JOIN risk_assessment a ON a.case_id = c.id
         WHERE c.status = ANY (%s) AND a.subject <> 'location'
         ORDER BY a.case_id, a.party_id, a.subject, a.assessed_at DESC, a.id DESC) s
 WHERE s.assessed_at < (ARRAY[%s, %s, %s]::timestamptz[])[s.band]
   AND CASE s.subject
         WHEN 'case' THEN NOT EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
                                       WHERE p.case_id = s.case_id AND r.role = 'victim' AND r.until IS NULL)
         ELSE EXISTS (SELECT 1 FROM cases_partyrole r WHERE r.party_id = s.party_id AND r.until IS NULL
                       AND r.role = CASE s.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE s.subject END) END
 ORDER BY s.assessed_at, s.case_id, s.party_id
"""
_OPEN = ["new", "assessed", "active", "monitoring", "closing"]


def open_unassessed(actor: Actor) -> list[Waiting]:
    """Everybody without an assessment in every open case, who waits longest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNASSESSED, [_OPEN])
        return [Waiting(*row) for row in cursor.fetchall()]


def open_reviews_due(actor: Actor, now: datetime) -> list[ReviewDue]:
    """Every assessment of a person, or of a case without a victim, that is over the days of its band, the oldest first.

    By the days of the agency that owns the case, where it has its own. Two queries, and one for each agency's rule.
    """
    today = london_date(now)
    least = _least_days(today)
    # Nothing younger than this can be over its days; the exact end of a London day is worked out for the few that are left.
    limits = [now - timedelta(days=least[key]) for key in BAND_NUMBERS_IN_ORDER]
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWS, [_OPEN, *limits])
        rows = cursor.fetchall()
    found = []
    for case_id, party_id, subject, band, at, agency, team, lead in rows:
        key = band_key(band) or ""
        due = review_due(at, review_days(today, agency)[key])
        if due <= now:
            found.append(ReviewDue(case_id, party_id, subject, key, at, due, agency, team, lead))
    return found


BAND_NUMBERS_IN_ORDER = sorted(BAND_NUMBERS, key=lambda key: BAND_NUMBERS[key])


def _least_days(on: date) -> dict[str, int]:
    """For each band the fewest days that any agency's rule gives it."""
    agencies = LocalRule.objects.filter(name="risk-review", effective_from__lte=on).values_list(
        "agency_id", flat=True
    )
    rules = [review_days(on, agency) for agency in {None, *agencies}]
    return {key: min(one[key] for one in rules) for key in BAND_NUMBERS_IN_ORDER}
