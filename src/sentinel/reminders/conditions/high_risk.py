"""What high risk knows: who was told and has not acknowledged in time, and markers that are to be looked at again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from sentinel.reminders.conditions import Condition, Past, register

# Of one high risk it is one matter, however many roles are late: it began with the first of them and lasts until none is late. A
# role is late until one person of it has acknowledged, or of a later step: then the risk is in hands.
_SPELLS = """
SELECT min(s.due_at) AS started_at, max(s.over) AS over FROM (
    SELECT f.due_at, f.over, count(*) FILTER (WHERE f.anew) OVER (ORDER BY f.due_at, f.over) AS spell FROM (
        SELECT o.due_at, o.over, o.due_at > COALESCE(max(o.over) OVER (ORDER BY o.due_at, o.over
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '-infinity') AS anew FROM (
            SELECT t.due_at, COALESCE((SELECT min(o.acknowledged_at) FROM risk_toldofhighrisk o
                    WHERE o.high_risk_id = h.id AND (o.role = t.role OR o.step > t.step)), 'infinity') AS over
              FROM risk_toldofhighrisk t WHERE t.high_risk_id = h.id) o WHERE o.due_at < o.over) f) s
 GROUP BY s.spell"""
UNACKNOWLEDGED = (
    """
SELECT c.id AS record_id, NULL::uuid AS audience_id, h.id AS subject_id, '' AS detail, l.started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM risk_highrisk h JOIN cases_case c ON c.id = h.case_id CROSS JOIN LATERAL ("""
    + _SPELLS
    + """ HAVING max(s.over) = 'infinity') l
 WHERE h.ended_at IS NULL AND c.status <> 'closed' AND l.started_at <= %(now)s
"""
)

UNACKNOWLEDGED_PAST = f"""
SELECT c.owner_agency_id, c.team_id, l.started_at, least(l.over, h.ended_at, c.closed_at)
  FROM risk_highrisk h JOIN cases_case c ON c.id = h.case_id CROSS JOIN LATERAL ({_SPELLS}) l
 WHERE l.started_at < least(l.over, h.ended_at, c.closed_at)
   AND l.started_at < %s AND least(l.over, h.ended_at, c.closed_at) > %s
"""  # noqa: S608  put together from constants of the module

# A day of a marker is London's: it is due from the midnight that begins it, or from the moment somebody asked.
_DUE = "LEAST(m.review_on::timestamp AT TIME ZONE 'Europe/London', m.review_asked_at)"
MARKER = f"""
SELECT c.id AS record_id, NULL::uuid AS audience_id, h.id AS subject_id, '' AS detail, {_DUE} AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
 WHERE m.state = 'accepted' AND h.ended_at IS NULL AND {_DUE} <= %(now)s AND c.status <> 'closed'
"""  # noqa: S608  put together from constants of the module


def unacknowledged_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every high risk of which a role was late, until somebody of it or of a later step acknowledged or it ended."""
    yield from _past(UNACKNOWLEDGED_PAST, until, since)


def marker_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Markers that stand to be reviewed, and every review that came after its day."""
    yield from _past(
        "SELECT c.owner_agency_id, c.team_id, s.due, s.ended FROM ("
        " SELECT m.high_risk_id, m.review_on::timestamp AT TIME ZONE 'Europe/London' AS due,"
        "        COALESCE(m.ended_at, 'infinity') AS ended FROM risk_marker m WHERE m.answered_at IS NOT NULL AND m.state <> 'refused'"
        " UNION ALL SELECT m.high_risk_id, COALESCE((SELECT p.review_on FROM risk_markerreview p WHERE p.marker_id = r.marker_id"
        "        AND p.reviewed_at < r.reviewed_at ORDER BY p.reviewed_at DESC LIMIT 1), m.starts_on + 28)::timestamp"
        "        AT TIME ZONE 'Europe/London', r.reviewed_at FROM risk_markerreview r JOIN risk_marker m ON m.id = r.marker_id"
        " WHERE r.because = '') s JOIN risk_highrisk h ON h.id = s.high_risk_id JOIN cases_case c ON c.id = h.case_id"
        " WHERE s.due < s.ended AND s.due < %s AND s.ended > %s",
        until,
        since,
    )


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page of the case on which who was told and its markers stand."""
    return "case_high_risk", {}


def _past(statement: str, until: datetime, since: datetime) -> Iterator[Past]:
    with connection.chunked_cursor() as cursor:
        # The driver has no moment for what has not ended.
        cursor.execute(
            f"SELECT a, b, s, NULLIF(e, 'infinity') FROM ({statement}) AS found(a, b, s, e)",  # noqa: S608  constants
            [until, since],
        )
        for row in iter(cursor):
            yield Past(*row)


register(
    Condition(
        "high_risk_unacknowledged",
        "High risk that a duty role has not acknowledged in time",
        "when it was to be acknowledged, by the local rule for high risk",
        "somebody of that role or of a later step acknowledges it, the risk ends, or the case is closed",
        UNACKNOWLEDGED,
        page,
        unacknowledged_past,
    )
)
register(
    Condition(
        "marker_review",
        "A marker of the control room is to be reviewed",
        "its review date, or when a move asked for a review",
        "it is reviewed or ends, or the case is closed",
        MARKER,
        page,
        marker_past,
    )
)
