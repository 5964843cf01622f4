"""What risk knows: answers that are not known, victims who are not assessed, assessments older than what was told since."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection

from sentinel.accounts.models import Agency
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.reminders.conditions import Condition, Past, register
from sentinel.risk.lists import review_days
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


def bands() -> dict[str, str]:
    """After how many days each band is looked at again, for each agency."""
    today = london_date(now())
    own = set(
        LocalRule.objects.filter(name="risk-review", agency_id__isnull=False).values_list(
            "agency_id", flat=True
        )
    )
    common = review_days(today, None)
    found = []
    for agency in Agency.objects.values_list("pk", flat=True):
        days = review_days(today, agency) if agency in own else common
        found += [
            {"agency_id": str(agency), "band": BAND_NUMBERS[key], "days": many} for key, many in days.items()
        ]
    return {"bands": json.dumps(found)}


def asked() -> dict[str, str]:
    """The questions of every version of a matrix, each with the answers that mean "not known"."""
    versions = QuestionSetVersion.objects.filter(subject__in=ASSESSED).values_list("pk", flat=True)
    return {"asked": json.dumps([row for one in versions for row in _asked_in(one)])}


def _is_open(answers: Mapping[str, Any], question: Mapping[str, Any]) -> bool:
    value = answers.get(question["key"])
    if value is None:
        return bool(question["required"])
    return bool(set(question["unknown"]) & (set(value) if isinstance(value, list) else {value}))


def unknown_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every answer that was open in a span, from the assessments themselves."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(a.party_id, a.case_id), a.subject, a.question_set_id, a.assessed_at, a.answers, c.owner_agency_id, c.team_id,"
            " c.closed_at FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id"
            " WHERE a.assessed_at < %s AND (c.closed_at IS NULL OR c.closed_at > %s) AND a.subject <> 'location'"
            " ORDER BY 1, 2, a.assessed_at, a.id",
            [until, since],
        )
        for _, chain in groupby(iter(cursor), key=lambda row: (row[0], row[1])):
            begun: dict[str, datetime] = {}
            for row in chain:
                answers = row[4] if isinstance(row[4], dict) else json.loads(row[4])
                still = {one["key"] for one in _asked_in(row[2]) if _is_open(answers, one)}
                for key in begun.keys() - still:
                    yield Past(row[5], row[6], begun.pop(key), row[3])
                for key in still:
                    begun.setdefault(key, row[3])
            for started in begun.values():
                yield Past(row[5], row[6], started, row[7])


def unassessed_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every victim who waited for an assessment in a span."""
    yield from _past(
        "SELECT c.owner_agency_id, c.team_id, greatest(min(r.since), c.opened_at),"
        " least((SELECT min(a.assessed_at) FROM risk_assessment a"
        " WHERE a.party_id = p.id AND a.subject = 'victim'), c.closed_at,"
        " CASE WHEN bool_and(r.until IS NOT NULL) THEN max(r.until) END)"
        " FROM cases_case c JOIN cases_party p ON p.case_id = c.id JOIN cases_partyrole r ON r.party_id = p.id"
        " WHERE r.role = 'victim' AND c.opened_at < %s AND (c.closed_at IS NULL OR c.closed_at > %s)"
        " GROUP BY c.id, p.id",
        [until, since],
    )


def new_report_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every assessment that something told later made old, until the next assessment."""
    yield from _past(
        "SELECT * FROM (SELECT c.owner_agency_id, c.team_id, (SELECT min(r.entered_at) FROM reports_report r"
        "   WHERE r.case_id = c.id AND r.entered_at > a.assessed_at) AS told,"
        " least((SELECT min(n.assessed_at) FROM risk_assessment n WHERE n.party_id = a.party_id"
        "   AND n.subject = a.subject AND n.assessed_at > a.assessed_at), c.closed_at) AS ended"
        " FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id WHERE a.subject = 'victim' AND a.assessed_at < %s"
        " AND (c.closed_at IS NULL OR c.closed_at > %s)) s WHERE told IS NOT NULL AND (ended IS NULL OR told < ended)",
        [until, since],
    )


def deferral_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every deferral that ran out with nobody assessed."""
    yield from _past(
        "SELECT c.owner_agency_id, c.team_id, f.until, least((SELECT min(a.assessed_at) FROM risk_assessment a"
        " WHERE a.case_id = f.case_id AND a.subject = f.subject AND a.party_id IS NOT DISTINCT FROM f.party_id),"
        " (SELECT min(g.deferred_at) FROM risk_deferral g WHERE g.case_id = f.case_id AND g.subject = f.subject"
        "   AND g.party_id IS NOT DISTINCT FROM f.party_id AND g.deferred_at > f.deferred_at), c.closed_at)"
        " FROM risk_deferral f JOIN cases_case c ON c.id = f.case_id WHERE f.until < %s AND f.until > %s",
        [until, since],
    )


def review_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every assessment that was over the days of its band, until the next one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {BANDS} SELECT c.owner_agency_id, c.team_id, {_DUE}, least((SELECT min(n.assessed_at)"
            " FROM risk_assessment n WHERE n.case_id = a.case_id AND n.subject = a.subject"
            " AND n.party_id IS NOT DISTINCT FROM a.party_id AND n.assessed_at > a.assessed_at), c.closed_at)"
            " FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id"
            " JOIN bands b ON b.agency_id = c.owner_agency_id AND b.band = a.band"
            " WHERE a.subject <> 'location' AND a.assessed_at < %(until)s"
            " AND (c.closed_at IS NULL OR c.closed_at > %(since)s)",
            {**bands(), "since": since, "until": until},
        )
        for row in iter(cursor):
            yield Past(*row)


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


def _past(statement: str, values: list[Any]) -> Iterator[Past]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        for row in iter(cursor):
            yield Past(*row)


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
