"""The statements that find what is open now. Each begins at the open cases."""

from __future__ import annotations

from sentinel.reminders.conditions.risk.known import DUE

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


_NO_VICTIM = """NOT EXISTS (SELECT 1 FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
                           WHERE p.case_id = c.id AND r.role = 'victim' AND r.until IS NULL)"""
_VICTIM_SINCE = """SELECT min(r.since) AS since FROM cases_partyrole r
         WHERE r.party_id = p.id AND r.role = 'victim' AND r.until IS NULL"""


def _assessed(of: str) -> str:
    """Whether somebody, or the case itself, of the row `of` has an assessment."""
    return f"""
  LEFT JOIN LATERAL (
       SELECT true AS assessed FROM risk_assessment a
        WHERE a.case_id = c.id AND a.subject = {of}.subject AND a.party_id IS NOT DISTINCT FROM {of}.party_id LIMIT 1) a ON true"""


# Victims, witnesses, and cases that have no victim, without an assessment. While it is put off nobody is reminded of it; the days go on.
UNASSESSED = f"""
SELECT c.id AS record_id, v.audience_id, COALESCE(v.party_id, c.id) AS subject_id, v.subject AS detail,
       greatest(v.since, c.opened_at) AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT p.id AS party_id, p.audience_id, s.subject, s.since
         FROM cases_party p CROSS JOIN LATERAL (
              SELECT min(r.since) FILTER (WHERE r.role = 'victim') AS victim, min(r.since) FILTER (WHERE r.role = 'witness') AS witness
                FROM cases_partyrole r WHERE r.party_id = p.id AND r.until IS NULL) r
        CROSS JOIN LATERAL (VALUES ('victim', r.victim), ('witness', r.witness)) s (subject, since)
        WHERE p.case_id = c.id AND s.since IS NOT NULL
       UNION ALL
       SELECT NULL, NULL, 'case', c.opened_at WHERE {_NO_VICTIM}) v{_assessed("v")}
  LEFT JOIN LATERAL (
       SELECT max(f.until) AS until FROM risk_deferral f
        WHERE f.case_id = c.id AND f.subject = v.subject AND f.party_id IS NOT DISTINCT FROM v.party_id) d ON true
 WHERE c.status <> 'closed' AND a.assessed IS NULL AND (d.until IS NULL OR d.until <= %(now)s)
"""
# The end of the newest deferral. Begins with what was put off, which few cases have: who waits is looked for only then.
DEFERRAL = f"""
SELECT c.id AS record_id, v.audience_id, COALESCE(d.party_id, c.id) AS subject_id, d.subject AS detail,
       d.until AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT f.party_id, f.subject, max(f.until) AS until FROM risk_deferral f
        WHERE f.case_id = c.id AND f.subject IN ('victim', 'case') GROUP BY f.party_id, f.subject) d
 CROSS JOIN LATERAL (
       SELECT p.audience_id FROM cases_party p CROSS JOIN LATERAL ({_VICTIM_SINCE}) s
        WHERE p.id = d.party_id AND d.subject = 'victim' AND s.since IS NOT NULL
       UNION ALL
       SELECT NULL WHERE d.subject = 'case' AND {_NO_VICTIM}) v{_assessed("d")}
 WHERE c.status <> 'closed' AND a.assessed IS NULL
"""

REVIEW = (
    f"""
SELECT c.id AS record_id, a.audience_id, COALESCE(a.party_id, c.id) AS subject_id, a.subject AS detail,
       {DUE} AS started_at, c.owner_agency_id AS agency_id, c.team_id, c.lead_id
  FROM cases_case c
 CROSS JOIN LATERAL (
       SELECT DISTINCT ON (r.party_id, r.subject) r.party_id, r.audience_id, r.subject, r.band, r.assessed_at
         FROM risk_assessment r WHERE r.case_id = c.id AND r.subject <> 'location'
        ORDER BY r.party_id, r.subject, r.assessed_at DESC, r.id DESC) a
  JOIN bands b ON b.agency_id = c.owner_agency_id AND b.band = a.band
 WHERE c.status <> 'closed' AND a.assessed_at < %(now)s - interval '1 day' * (b.days - 2) AND """
    + _STILL
)
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
