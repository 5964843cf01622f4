"""What risk knows: answers that are not known, victims who are not assessed, assessments older than what was told since."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection

from sentinel.accounts.models import Agency
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import NO_VICTIM, OPEN, STILL, past_of, within
from sentinel.risk.lists import review_days_of_agencies
from sentinel.risk.rules import BAND_NUMBERS, CASE, VICTIM

ASSESSED = ("victim", "perpetrator", "witness", "case")

# Whether what an assessment is about still is what it was: the person has the part, the case still has no victim. Within a
# CASE the planner cannot turn it into a join.
_STILL = """CASE a.subject
           WHEN 'case' THEN NOT EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyrole o ON o.party_id = p.id
                                         WHERE p.case_id = c.id AND o.role = 'victim' AND o.until IS NULL)
           ELSE EXISTS (SELECT 1 FROM cases_partyrole o WHERE o.party_id = a.party_id AND o.until IS NULL
                 AND o.role = CASE a.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE a.subject END) END"""

# Beginning at the open cases, one probe of an index for each. Everything else is joined LATERAL, with a LIMIT where it would be
# EXISTS: what the planner may turn into a join by hashing reads every assessment and every part ever held.
# An answer is open where it is one of those that mean "not known", or is missing though it is asked of everybody.
# It began with the first of the assessments that left it so without a break: saying it again never starts it anew.
UNKNOWN = (
    """
SELECT c.id AS record_id, a.audience_id, COALESCE(a.party_id, c.id) AS subject_id, a.subject || '.' || k.key AS detail,
       (SELECT min(b.assessed_at) FROM risk_assessment b
         WHERE b.party_id IS NOT DISTINCT FROM a.party_id AND b.case_id = c.id AND b.subject = a.subject
           AND b.assessed_at > COALESCE(
               (SELECT max(e.assessed_at) FROM risk_assessment e
                  LEFT JOIN asked x ON x.question_set_id = e.question_set_id AND x.key = k.key
                 WHERE e.party_id IS NOT DISTINCT FROM a.party_id AND e.case_id = c.id AND e.subject = a.subject
                   AND NOT COALESCE(e.answers -> k.key ?| x.unknown OR (x.required AND NOT e.answers ? k.key), false)),
               '-infinity')) AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id, r.subject) r.party_id, r.audience_id, r.question_set_id, r.answers, r.subject
         FROM risk_assessment r WHERE r.case_id = c.id AND r.subject <> 'location'
        ORDER BY r.party_id, r.subject, r.assessed_at DESC, r.id DESC) a
  JOIN asked k ON k.question_set_id = a.question_set_id
               AND (a.answers -> k.key ?| k.unknown OR (k.required AND NOT a.answers ? k.key))
 WHERE c.status <> 'closed' AND """
    + _STILL
    + """
"""
)

# Which answers of which version mean "not known", handed to the statement above.
ASKED = """asked AS MATERIALIZED (
SELECT s.question_set_id, s.key, s.unknown, s.required
  FROM jsonb_to_recordset(%(asked)s::jsonb) AS s(question_set_id uuid, key text, unknown text[], required boolean))"""

# Victims, and cases that have none, without an assessment; with the end of the newest deferral.
_MISSING = """
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT p.id AS party_id, p.audience_id, 'victim' AS subject, min(r.since) AS since
         FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
        WHERE p.case_id = c.id AND r.role = 'victim' AND r.until IS NULL
        GROUP BY p.id
       UNION ALL
       SELECT NULL, NULL, 'case', c.opened_at
        WHERE NOT EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
                           WHERE p.case_id = c.id AND r.role = 'victim' AND r.until IS NULL)) v
  LEFT JOIN LATERAL (
       SELECT true AS assessed FROM risk_assessment a
        WHERE a.case_id = c.id AND a.subject = v.subject AND a.party_id IS NOT DISTINCT FROM v.party_id LIMIT 1) a ON true
  LEFT JOIN LATERAL (
       SELECT max(f.until) AS until FROM risk_deferral f
        WHERE f.case_id = c.id AND f.subject = v.subject AND f.party_id IS NOT DISTINCT FROM v.party_id) d ON true
 WHERE c.status <> 'closed' AND a.assessed IS NULL
"""
# While it is put off nobody is reminded of it; the days go on.
UNASSESSED = (
    """
SELECT c.id AS record_id, v.audience_id, COALESCE(v.party_id, c.id) AS subject_id, v.subject AS detail,
       greatest(v.since, c.opened_at) AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id"""
    + _MISSING
    + " AND (d.until IS NULL OR d.until <= %(now)s)"
)
DEFERRAL = (
    """
SELECT c.id AS record_id, v.audience_id, COALESCE(v.party_id, c.id) AS subject_id, v.subject AS detail,
       d.until AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id"""
    + _MISSING
    + " AND d.until IS NOT NULL"
)

# A band's days are London's: it is due from the beginning of the day on which they are over.
_DUE = "((a.assessed_at AT TIME ZONE 'Europe/London')::date + b.days)::timestamp AT TIME ZONE 'Europe/London'"
REVIEW = (
    f"""
SELECT c.id AS record_id, a.audience_id, COALESCE(a.party_id, c.id) AS subject_id, a.subject AS detail,
       {_DUE} AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id, r.subject) r.party_id, r.audience_id, r.subject, r.band, r.assessed_at
         FROM risk_assessment r WHERE r.case_id = c.id AND r.subject <> 'location'
        ORDER BY r.party_id, r.subject, r.assessed_at DESC, r.id DESC) a
  JOIN bands b ON b.agency_id = c.owner_agency_id AND b.band = a.band
 WHERE c.status <> 'closed' AND a.assessed_at < %(now)s - interval '1 day' * (b.days - 2) AND """
    + _STILL
)
BANDS = """bands AS MATERIALIZED (
SELECT s.agency_id, s.band, s.days
  FROM jsonb_to_recordset(%(bands)s::jsonb) AS s(agency_id uuid, band integer, days integer))"""

NEW_REPORT = """
SELECT c.id AS record_id, a.audience_id, a.party_id AS subject_id, 'victim' AS detail, t.told AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT greatest((SELECT max(r.entered_at) FROM reports_report r WHERE r.case_id = c.id),
                       (SELECT max(e.happened_at) FROM foundation_event e
                         WHERE e.record_id = c.id AND e.kind = 'report_joined'),
                       (SELECT max(i.created_at) FROM cases_incident i WHERE i.case_id = c.id)) AS newest) n
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id) r.party_id, r.audience_id, r.assessed_at
         FROM risk_assessment r WHERE r.case_id = c.id AND r.subject = 'victim'
        ORDER BY r.party_id, r.assessed_at DESC, r.id DESC) a
 CROSS JOIN LATERAL (
       SELECT min(s.at) AS told FROM (
              SELECT r.entered_at AS at FROM reports_report r WHERE r.case_id = c.id AND r.entered_at > a.assessed_at
              UNION ALL
              SELECT e.happened_at FROM foundation_event e
               WHERE e.record_id = c.id AND e.kind = 'report_joined' AND e.happened_at > a.assessed_at
              UNION ALL
              SELECT i.created_at FROM cases_incident i WHERE i.case_id = c.id AND i.created_at > a.assessed_at) s) t
 CROSS JOIN LATERAL (
       SELECT 1 FROM cases_partyrole o
        WHERE o.party_id = a.party_id AND o.until IS NULL AND o.role = 'victim' LIMIT 1) o
 WHERE c.status <> 'closed' AND n.newest > a.assessed_at
"""


@lru_cache(maxsize=64)
def _asked_in(version_id: uuid.UUID) -> tuple[dict[str, Any], ...]:
    # A question under a condition is not asked of everybody: that it is missing says nothing.
    return tuple(
        {"question_set_id": str(version_id), "key": one.key,
         "unknown": [option.key for option in one.options if option.unknown],
         "required": one.required_when is True and one.show_when is None}
        for one in question_set_of(version_id).questions()
    )  # fmt: skip


def bands(now: datetime) -> dict[str, str]:
    """After how many days each band is looked at again, for each agency, as the rules stand at a moment (UTC)."""
    days = review_days_of_agencies(london_date(now))
    found = [
        {"agency_id": str(agency), "band": BAND_NUMBERS[key], "days": many}
        for agency in Agency.objects.values_list("pk", flat=True)
        for key, many in days(agency).items()
    ]
    return {"bands": json.dumps(found)}


def every_question() -> list[dict[str, Any]]:
    """The questions of every version of a matrix, each with the answers that mean "not known"."""
    versions = QuestionSetVersion.objects.filter(subject__in=ASSESSED).values_list("pk", flat=True)
    return [row for one in versions for row in _asked_in(one)]


def asked(now: datetime) -> dict[str, str]:
    """The same for the statement: they hold at every moment."""
    return {"asked": json.dumps(every_question())}


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
                still = {one["key"] for one in _asked_in(row[2]) if _is_open(answers, one)}
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


# Victims, and cases without one, as long as they had no assessment. Who came with a report is taken to have been in the case since then. Who had several parts as a victim at once counts from the first of
# those that lasted.
_MISSING_PAST = f"""
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT p.id AS party_id, 'victim' AS subject, r.since, {OPEN} * (tstzmultirange(tstzrange(r.since, r.until)) - (
              SELECT COALESCE(range_agg(tstzrange(o.since, o.until)), '{{}}') FROM cases_partyrole o
               WHERE o.party_id = p.id AND o.role = 'victim' AND (o.until IS NULL OR o.since < o.until)
                 AND (o.since, o.id) < (r.since, r.id))) AS there
         FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
        WHERE p.case_id = c.id AND r.role = 'victim' AND (r.until IS NULL OR r.since < r.until)
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
SELECT c.owner_agency_id, c.team_id, {_DUE}, tstzmultirange(tstzrange({_DUE}, NULL)) * {_NEWEST} * {OPEN} * {STILL}
  FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id
  JOIN bands b ON b.agency_id = c.owner_agency_id AND b.band = a.band
 WHERE a.subject <> 'location' AND a.assessed_at < %(until)s AND (c.closed_at IS NULL OR c.closed_at > %(since)s)
"""


def unassessed_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every victim, and every case without one, that waited for an assessment and was not put off."""
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


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page on which what `detail` begins with is assessed: a victim, another part of a person, or the case itself."""
    subject = detail.partition(".")[0]
    if subject == CASE:
        return "assess_case", {"subject": subject}
    return (
        ("assess", {"party": subject_id})
        if subject == VICTIM
        else ("assess_as", {"party": subject_id, "subject": subject})
    )


register(
    Condition(
        "unknown_answer",
        "An answer of the assessment that holds is not known",
        "the first assessment that left it unknown; saying so again does not start it anew",
        "it is answered, the person has no such part any more, or the case is closed",
        UNKNOWN,
        page,
        unknown_past,
        parameters=asked,
        with_=ASKED,
    )
)
register(
    Condition(
        "unassessed_person",
        "A victim, or a case that has none, has no assessment",
        "when the person was named as a victim of the case, or the case was opened",
        "they are assessed, it is put off, the person is no victim any more, or the case is closed",
        UNASSESSED,
        page,
        unassessed_past,
    )
)
register(
    Condition(
        "new_report",
        "Something was told after the assessment that holds",
        "the first report or incident entered after the assessment",
        "the person is assessed again, is no victim any more, or the case is closed",
        NEW_REPORT,
        page,
        new_report_past,
    )
)
register(
    Condition(
        "deferral_over",
        "An assessment was put off and the time runs out",
        "the end of the newest deferral; day 0 is the day on which it ends",
        "the person or the case is assessed, it is put off again, or the case is closed",
        DEFERRAL,
        page,
        deferral_past,
    )
)
register(
    Condition(
        "review_due",
        "The days of a band are over",
        "the day on which the band’s days are over, by the local rule for reviews",
        "the person or the case is assessed again, or the case is closed",
        REVIEW,
        page,
        review_past,
        parameters=bands,
        with_=BANDS,
    )
)
