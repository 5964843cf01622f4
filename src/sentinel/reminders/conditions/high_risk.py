"""What high risk knows: who was told and has not acknowledged in time, markers that the control room does not show, and those that
are to be looked at again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection

from sentinel.kernel.clock import start_of_day
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import OPEN, past_of, within
from sentinel.risk.high.queries import marker_terms

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
SELECT c.owner_agency_id, c.team_id, l.started_at,
       tstzmultirange(tstzrange(l.started_at, NULLIF(l.over, 'infinity'))) * tstzmultirange(tstzrange(NULL, h.ended_at)) * {OPEN}
  FROM risk_highrisk h JOIN cases_case c ON c.id = h.case_id CROSS JOIN LATERAL ({_SPELLS}) l
 WHERE tstzrange(l.started_at, NULLIF(l.over, 'infinity')) && tstzrange(%(since)s, %(until)s)
"""  # noqa: S608  put together from constants of the module

# A day of a marker is London's: it is due from the midnight that begins it, or from the moment somebody asked.
_DUE = "LEAST(m.review_on::timestamp AT TIME ZONE 'Europe/London', m.review_asked_at)"
MARKER = f"""
SELECT c.id AS record_id, NULL::uuid AS audience_id, h.id AS subject_id, '' AS detail, {_DUE} AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
 WHERE m.state = 'accepted' AND h.ended_at IS NULL AND {_DUE} <= %(now)s AND c.status <> 'closed'
"""  # noqa: S608  put together from constants of the module


# Markers that were shown, with each day on which one was looked at and on which it was then to be, and when a move asked for it.
_SHOWN = f"""
SELECT c.owner_agency_id, c.team_id, h.subject, m.starts_on, m.review_on, m.answered_at, least(m.ended_at, h.ended_at), {OPEN},
       ARRAY(SELECT r.reviewed_at FROM risk_markerreview r WHERE r.marker_id = m.id ORDER BY r.reviewed_at, r.id),
       ARRAY(SELECT r.review_on FROM risk_markerreview r WHERE r.marker_id = m.id ORDER BY r.reviewed_at, r.id),
       ARRAY(SELECT e.happened_at FROM foundation_event e WHERE e.record_id = m.record_id AND e.subject_id = m.id
                AND e.kind = 'marker_review_asked' ORDER BY 1)
  FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
 WHERE m.answered_at < %(until)s AND m.state <> 'refused' AND COALESCE(m.ended_at, 'infinity') > %(since)s
"""  # noqa: S608  put together from constants

# A marker that is not answered begins to wait when the answer was due, one that is refused when it was. Either is over once a
# marker is proposed anew.
_UNSHOWN = "CASE m.state WHEN 'refused' THEN m.answered_at ELSE m.answer_due END"
UNSHOWN = f"""
SELECT c.id AS record_id, NULL::uuid AS audience_id, h.id AS subject_id, '' AS detail, {_UNSHOWN} AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM risk_marker m JOIN risk_highrisk h ON h.id = m.high_risk_id JOIN cases_case c ON c.id = h.case_id
 WHERE m.state IN ('proposed', 'refused') AND h.ended_at IS NULL AND {_UNSHOWN} <= %(now)s AND c.status <> 'closed'
   AND NOT EXISTS (SELECT 1 FROM risk_marker n WHERE n.high_risk_id = h.id AND n.proposed_at > m.proposed_at)
"""  # noqa: S608  put together from constants of the module

UNSHOWN_PAST = f"""
SELECT c.owner_agency_id, c.team_id, s.since, tstzmultirange(tstzrange(s.since, s.over)) * tstzmultirange(tstzrange(NULL, h.ended_at)) * {OPEN}
  FROM (SELECT m.high_risk_id, m.answer_due AS since, least(m.answered_at, m.ended_at) AS over FROM risk_marker m
         WHERE m.answer_due < COALESCE(least(m.answered_at, m.ended_at), 'infinity')
        UNION ALL
        SELECT m.high_risk_id, m.answered_at, (SELECT min(n.proposed_at) FROM risk_marker n
                WHERE n.high_risk_id = m.high_risk_id AND n.proposed_at > m.proposed_at)
          FROM risk_marker m WHERE m.state = 'refused') s
  JOIN risk_highrisk h ON h.id = s.high_risk_id JOIN cases_case c ON c.id = h.case_id
 WHERE tstzrange(s.since, s.over) && tstzrange(%(since)s, %(until)s)
"""  # noqa: S608  put together from constants of the module


def unshown_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Markers that were not answered in time, until they were or the risk ended; and those refused, until one was proposed anew."""
    return past_of(UNSHOWN_PAST, {"since": since, "until": until})


def unacknowledged_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every high risk of which a role was late, until somebody of it or of a later step acknowledged or it ended."""
    return past_of(UNACKNOWLEDGED_PAST, {"since": since, "until": until})


def marker_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Markers that stood to be reviewed, each from its day or from when a move asked for it to the review."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_SHOWN, {"since": since, "until": until})
        for agency, team, subject, starts, due, shown, ended, there, looked, days, asked in iter(cursor):
            first = _first_review(subject, starts) if looked else due
            for begun, over, day in zip([shown, *looked], [*looked, ended], [first, *days], strict=True):
                moments = [start_of_day(day)] if day else []
                moments += [one for one in asked if begun <= one and (over is None or one < over)]
                spans = within(there, max(begun, min(moments)), over) if moments else ()
                if spans:
                    yield Past(agency, team, min(moments), spans)


def _first_review(subject: str, starts: date) -> date | None:
    """When a marker was to be looked at first, by the rule of the day on which it was proposed."""
    terms = marker_terms(subject, starts)
    return terms.days(starts)[1] if terms else None


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page of the case on which who was told and its markers stand."""
    return "case_high_risk", {}


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
register(
    Condition(
        "marker_unshown",
        "A marker was refused by the control room, or not answered in time",
        "when it was refused, or when the answer was due by the local rule for markers",
        "it is answered, another one is proposed, the risk ends, or the case is closed",
        UNSHOWN,
        page,
        unshown_past,
    )
)
