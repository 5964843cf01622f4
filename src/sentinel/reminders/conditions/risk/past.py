"""The same of the past, for simulations: what the statements would have found at each moment of a span."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import connection

from sentinel.reminders.conditions import Past
from sentinel.reminders.conditions.past import NO_VICTIM, OPEN, STILL, past_of, within
from sentinel.reminders.conditions.risk.known import BANDS, DUE, asked_in, bands


def _is_open(answers: Mapping[str, Any], question: Mapping[str, Any]) -> bool:
    value = answers.get(question["key"])
    if value is None:
        return bool(question["required"])
    return bool(set(question["unknown"]) & (set(value) if isinstance(value, list) else {value}))


_UNKNOWN_PAST = f"""
SELECT COALESCE(a.party_id, a.case_id), a.subject, a.question_set_id, a.assessed_at, a.answers, c.owner_agency_id, c.team_id,
       {OPEN} * {STILL}
  FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id
 WHERE a.assessed_at < %s AND (c.closed_at IS NULL OR c.closed_at > %s) AND a.subject <> 'location'
 ORDER BY 1, 2, a.assessed_at, a.id
"""


def unknown_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every answer that was open in a span, from the assessments themselves."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_UNKNOWN_PAST, [until, since])
        for _, chain in groupby(iter(cursor), key=lambda row: (row[0], row[1])):
            begun: dict[str, datetime] = {}
            for row in chain:
                answers = row[4] if isinstance(row[4], dict) else json.loads(row[4])
                still = {one["key"] for one in asked_in(row[2]) if _is_open(answers, one)}
                for key in begun.keys() - still:
                    yield from _open_until(row, begun.pop(key), row[3])
                for key in still:
                    begun.setdefault(key, row[3])
            for started in begun.values():
                yield from _open_until(row, started, None)


def _open_until(row: Sequence[Any], started: datetime, over: datetime | None) -> Iterator[Past]:
    spans = within(row[7], started, over)
    if spans:
        yield Past(row[5], row[6], started, spans)


# Victims, witnesses, and cases without a victim, as long as they had no assessment. Who came with a report is taken to have been in the case since then. Who had the same part several times at once counts from the
# first of those that lasted.
_MISSING_PAST = f"""
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT p.id AS party_id, r.role AS subject, r.since, {OPEN} * (tstzmultirange(tstzrange(r.since, r.until)) - (
              SELECT COALESCE(range_agg(tstzrange(o.since, o.until)), '{{}}') FROM cases_partyrole o
               WHERE o.party_id = p.id AND o.role = r.role AND (o.until IS NULL OR o.since < o.until)
                 AND (o.since, o.id) < (r.since, r.id))) AS there
         FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
        WHERE p.case_id = c.id AND r.role IN ('victim', 'witness') AND (r.until IS NULL OR r.since < r.until)
       UNION ALL
       SELECT NULL, 'case', c.opened_at, {OPEN} * {NO_VICTIM}) v
 CROSS JOIN LATERAL (
       SELECT tstzmultirange(tstzrange(NULL, min(a.assessed_at))) AS span FROM risk_assessment a
        WHERE a.case_id = c.id AND a.subject = v.subject AND a.party_id IS NOT DISTINCT FROM v.party_id) unassessed
"""
_OF_DEFERRAL = "f.case_id = c.id AND f.subject = v.subject AND f.party_id IS NOT DISTINCT FROM v.party_id"

UNASSESSED_PAST = f"""
SELECT c.owner_agency_id, c.team_id, greatest(v.since, c.opened_at), v.there * unassessed.span - (
       SELECT COALESCE(range_agg(tstzrange(f.deferred_at, f.until)), '{{}}') FROM risk_deferral f WHERE {_OF_DEFERRAL})
{_MISSING_PAST} WHERE c.opened_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s)
"""

# A deferral that ends before one made earlier changes nothing. It is there from when it was made: its first step may fall on the
# midnight before it ends.
DEFERRAL_PAST = f"""
SELECT c.owner_agency_id, c.team_id, d.until, v.there * unassessed.span * tstzmultirange(tstzrange(d.deferred_at, d.over))
{_MISSING_PAST}
 CROSS JOIN LATERAL (
       SELECT e.until, e.deferred_at, lead(e.deferred_at) OVER (ORDER BY e.deferred_at, e.id) AS over FROM (
              SELECT f.id, f.until, f.deferred_at, max(f.until) OVER (ORDER BY f.deferred_at, f.id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS longest
                FROM risk_deferral f WHERE {_OF_DEFERRAL}) e
        WHERE e.until > COALESCE(e.longest, '-infinity')) d
 WHERE d.deferred_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s)
"""

# From when to when an assessment was the newest of its kind.
_NEWEST = """tstzmultirange(tstzrange(a.assessed_at, (
       SELECT n.assessed_at FROM risk_assessment n
        WHERE n.case_id = a.case_id AND n.subject = a.subject AND n.party_id IS NOT DISTINCT FROM a.party_id
          AND (n.assessed_at, n.id) > (a.assessed_at, a.id) ORDER BY n.assessed_at, n.id LIMIT 1)))"""

# What was told of a case is `known` to it from then on, or from when its report joined; the days count from when it was entered. One
# that joins late and was entered before the others moves the beginning back.
NEW_REPORT_PAST = f"""
SELECT c.owner_agency_id, c.team_id, t.at, tstzmultirange(tstzrange(t.known, t.over)) * {_NEWEST} * {OPEN} * {STILL}
  FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id
 CROSS JOIN LATERAL (
       SELECT e.at, e.known, lead(e.known) OVER (ORDER BY e.known, e.at) AS over FROM (
              SELECT s.at, s.known, min(s.at) OVER (ORDER BY s.known, s.at
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS first FROM (
                     SELECT r.entered_at AS at, COALESCE(j.happened_at, r.entered_at) AS known FROM reports_report r
                       LEFT JOIN foundation_event j ON j.record_id = c.id AND j.kind = 'report_joined' AND j.subject_id = r.id
                      WHERE r.case_id = c.id
                     UNION ALL SELECT j.happened_at, j.happened_at FROM foundation_event j
                      WHERE j.record_id = c.id AND j.kind = 'report_joined'
                     UNION ALL SELECT i.created_at, COALESCE((
                            SELECT j.happened_at FROM reports_report r
                              JOIN foundation_event j ON j.record_id = c.id AND j.kind = 'report_joined' AND j.subject_id = r.id
                             WHERE r.case_id = c.id AND r.entered_at = i.created_at LIMIT 1), i.created_at)
                       FROM cases_incident i WHERE i.case_id = c.id) s
               WHERE s.at > a.assessed_at) e
        WHERE e.at < COALESCE(e.first, 'infinity')) t
 WHERE a.subject = 'victim' AND t.known < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s)
"""

REVIEW_PAST = f"""
WITH {BANDS}
SELECT c.owner_agency_id, c.team_id, {DUE}, tstzmultirange(tstzrange({DUE}, NULL)) * {_NEWEST} * {OPEN} * {STILL}
  FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id
  JOIN bands b ON b.agency_id = c.owner_agency_id AND b.band = a.band
 WHERE a.subject <> 'location' AND a.assessed_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s)
"""


def unassessed_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every victim, every witness, and every case without a victim, that waited for an assessment and was not put off."""
    return past_of(UNASSESSED_PAST, {"since": since, "until": until})


def new_report_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every assessment that something told later made old, until the next assessment."""
    return past_of(NEW_REPORT_PAST, {"since": since, "until": until})


def deferral_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every deferral until somebody was assessed or another followed."""
    return past_of(DEFERRAL_PAST, {"since": since, "until": until})


def review_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every assessment that was over the days of its band, until the next one."""
    return past_of(REVIEW_PAST, {**bands(until), "since": since, "until": until})
