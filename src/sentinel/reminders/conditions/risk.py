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

from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.reminders.conditions import Condition, Past, register

# Beginning at the open cases, one probe of an index for each. Everything else is joined LATERAL, with a LIMIT where it would be
# EXISTS: what the planner may turn into a join by hashing reads every assessment and every part ever held.
# An answer is open where it is one of those that mean "not known", or is missing though it is asked of everybody.
# It began with the first of the assessments that left it so without a break: saying it again never starts it anew.
UNKNOWN = """
SELECT c.id AS record_id, a.audience_id, a.party_id AS subject_id, k.key AS detail,
       (SELECT min(b.assessed_at) FROM risk_assessment b JOIN questionnaires_questionsetversion v ON v.id = b.question_set_id
         WHERE b.party_id = a.party_id AND b.case_id = c.id AND v.subject = a.subject AND b.assessed_at > COALESCE(
               (SELECT max(e.assessed_at) FROM risk_assessment e
                  JOIN questionnaires_questionsetversion w ON w.id = e.question_set_id
                  LEFT JOIN asked x ON x.question_set_id = e.question_set_id AND x.key = k.key
                 WHERE e.party_id = a.party_id AND e.case_id = c.id AND w.subject = a.subject
                   AND NOT COALESCE(e.answers -> k.key ?| x.unknown OR (x.required AND NOT e.answers ? k.key), false)),
               '-infinity')) AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id, q.subject) r.party_id, r.audience_id, r.question_set_id, r.answers, q.subject
         FROM risk_assessment r JOIN questionnaires_questionsetversion q ON q.id = r.question_set_id
        WHERE r.case_id = c.id
        ORDER BY r.party_id, q.subject, r.assessed_at DESC, r.id DESC) a
  JOIN asked k ON k.question_set_id = a.question_set_id
               AND (a.answers -> k.key ?| k.unknown OR (k.required AND NOT a.answers ? k.key))
 CROSS JOIN LATERAL (
       SELECT 1 FROM cases_partyrole o
        WHERE o.party_id = a.party_id AND o.until IS NULL
          AND o.role = CASE a.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE a.subject END LIMIT 1) o
 WHERE c.status <> 'closed'
"""

# Which answers of which version mean "not known", handed to the statement above.
ASKED = """asked AS MATERIALIZED (
SELECT s.question_set_id, s.key, s.unknown, s.required
  FROM jsonb_to_recordset(%(asked)s::jsonb) AS s(question_set_id uuid, key text, unknown text[], required boolean))"""

UNASSESSED = """
SELECT c.id AS record_id, v.audience_id, v.party_id AS subject_id, '' AS detail,
       greatest(v.since, c.opened_at) AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT p.id AS party_id, p.audience_id, min(r.since) AS since
         FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
        WHERE p.case_id = c.id AND r.role = 'victim' AND r.until IS NULL
        GROUP BY p.id) v
  LEFT JOIN LATERAL (
       SELECT true AS assessed FROM risk_assessment a JOIN questionnaires_questionsetversion q ON q.id = a.question_set_id
        WHERE a.party_id = v.party_id AND q.subject = 'victim' LIMIT 1) a ON true
 WHERE c.status <> 'closed' AND a.assessed IS NULL
"""

NEW_REPORT = """
SELECT c.id AS record_id, a.audience_id, a.party_id AS subject_id, '' AS detail, t.told AS started_at,
       c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT greatest((SELECT max(r.entered_at) FROM reports_report r WHERE r.case_id = c.id),
                       (SELECT max(i.created_at) FROM cases_incident i WHERE i.case_id = c.id)) AS newest) n
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id) r.party_id, r.audience_id, r.assessed_at
         FROM risk_assessment r JOIN questionnaires_questionsetversion q ON q.id = r.question_set_id
        WHERE r.case_id = c.id AND q.subject = 'victim'
        ORDER BY r.party_id, r.assessed_at DESC, r.id DESC) a
 CROSS JOIN LATERAL (
       SELECT min(s.at) AS told FROM (
              SELECT r.entered_at AS at FROM reports_report r WHERE r.case_id = c.id AND r.entered_at > a.assessed_at
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


def asked() -> dict[str, str]:
    """The questions of every version of a matrix, each with the answers that mean "not known"."""
    versions = QuestionSetVersion.objects.filter(
        subject__in=("victim", "perpetrator", "witness"),
    ).values_list("pk", flat=True)
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
            "SELECT a.party_id, q.subject, a.question_set_id, a.assessed_at, a.answers, c.owner_agency_id, c.team_id,"
            " c.closed_at FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id"
            " JOIN questionnaires_questionsetversion q ON q.id = a.question_set_id"
            " WHERE a.assessed_at < %s AND (c.closed_at IS NULL OR c.closed_at > %s)"
            " AND q.subject IN ('victim', 'perpetrator', 'witness')"
            " ORDER BY a.party_id, q.subject, a.assessed_at, a.id",
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
        " least((SELECT min(a.assessed_at) FROM risk_assessment a JOIN questionnaires_questionsetversion q"
        " ON q.id = a.question_set_id WHERE a.party_id = p.id AND q.subject = 'victim'), c.closed_at,"
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
        "   AND n.question_set_id = a.question_set_id AND n.assessed_at > a.assessed_at), c.closed_at) AS ended"
        " FROM risk_assessment a JOIN cases_case c ON c.id = a.case_id JOIN questionnaires_questionsetversion q"
        " ON q.id = a.question_set_id WHERE q.subject = 'victim' AND a.assessed_at < %s"
        " AND (c.closed_at IS NULL OR c.closed_at > %s)) s WHERE told IS NOT NULL AND (ended IS NULL OR told < ended)",
        [until, since],
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
        "assess",
        unknown_past,
        parameters=asked,
        with_=ASKED,
    )
)
register(
    Condition(
        "unassessed_person",
        "A victim has no assessment",
        "when the person was named as a victim of the case",
        "the person is assessed, is no victim any more, or the case is closed",
        UNASSESSED,
        "assess",
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
        "assess",
        new_report_past,
    )
)
