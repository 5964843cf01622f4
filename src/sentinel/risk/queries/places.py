"""How at risk a place is, and whether it is due to be assessed (R40), as far as the actor may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.risk.lists import aide_memoire
from sentinel.risk.queries.shapes import Assessed
from sentinel.risk.queries.standing import assessed_at


@dataclass(frozen=True)
class PlaceRisk:
    """A place: the assessment that stands, and the lines of the aide memoire that make one due, in words."""

    standing: Assessed | None
    due_because: tuple[str, ...]


_COUNTED = """
WITH here AS (SELECT c.id FROM cases_case c WHERE c.place_id = %s AND c.status = ANY (%s))
SELECT (SELECT count(*) FROM here),
       (SELECT count(*) FROM here h
         WHERE NOT risk_has_victim(h.id)),
       (SELECT count(DISTINCT COALESCE(i.occurrence_id, i.id)) FROM cases_incident i
         WHERE i.place_id = %s AND COALESCE(i.occurred_from, i.created_at) >= %s)
"""


def place_risk(actor: Actor, place_id: uuid.UUID, agency_id: uuid.UUID | None, now: datetime) -> PlaceRisk:
    """How at risk a place is; the aide memoire is that of an agency, or the partnership's. Two queries; one where it is
    assessed, because then its own clock says when it is due."""
    standing = assessed_at(actor, place_id, now)
    if standing is not None:
        return PlaceRisk(standing, ())
    items = aide_memoire(london_date(now), agency_id)
    days = next((int(item["days"]) for item in items if item["key"] == "incidents"), 28)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [place_id, list(OPEN_STATUSES), place_id, now - timedelta(days=days)])
        cases, no_victim, incidents = cursor.fetchone()
    counted = {"open_cases": cases, "no_victim": no_victim, "incidents": incidents}
    because = [item["label"] for item in items if counted.get(item["key"], 0) >= int(item["at_least"])]
    return PlaceRisk(None, tuple(because))


@dataclass(frozen=True)
class PlaceDue:
    """A place that the aide memoire makes due and nobody has assessed: the lines of it in words, and the case of the agency from
    which it is assessed."""

    place_id: uuid.UUID
    line: str
    postcode: str
    reference: str
    cases: int
    incidents: int
    because: tuple[str, ...]


# Of the places of the agency's open cases. Whether a case has a victim whom the reader does not see is asked only where they see none.
_DUE = """
WITH own AS (
    SELECT c.place_id, (array_agg(c.reference ORDER BY c.opened_at, c.id))[1] AS reference
      FROM cases_case c WHERE c.owner_agency_id = %(agency)s AND c.status = ANY (%(open)s) AND c.place_id IS NOT NULL
     GROUP BY c.place_id),
waiting AS (
    SELECT o.* FROM own o WHERE NOT EXISTS (SELECT 1 FROM risk_assessment a WHERE a.place_id = o.place_id)),
counted AS (
    SELECT w.place_id, w.reference, count(c.id) AS cases,
           count(c.id) FILTER (WHERE NOT EXISTS (
               SELECT 1 FROM cases_party p JOIN cases_partyrole r ON r.party_id = p.id
                WHERE p.case_id = c.id AND r.role = 'victim' AND r.until IS NULL) AND NOT risk_has_victim(c.id)) AS no_victim,
           (SELECT count(DISTINCT COALESCE(i.occurrence_id, i.id)) FROM cases_incident i
             WHERE i.place_id = w.place_id AND COALESCE(i.occurred_from, i.created_at) >= %(since)s) AS incidents
      FROM waiting w JOIN cases_case c ON c.place_id = w.place_id AND c.status = ANY (%(open)s)
     GROUP BY w.place_id, w.reference)
SELECT k.place_id, p.line, p.postcode, k.reference, k.cases, k.incidents, k.no_victim
  FROM counted k JOIN places_place p ON p.id = k.place_id
 WHERE k.cases >= %(open_cases)s OR k.no_victim >= %(no_victim)s OR k.incidents >= %(incidents)s
 ORDER BY k.incidents DESC, k.cases DESC, k.place_id LIMIT %(most)s
"""
MOST = 200
NEVER = 1_000_000


def places_due(actor: Actor, now: datetime) -> list[PlaceDue]:
    """The places of the open cases of the actor's agency that the aide memoire makes due (R40), victims or not, where most
    happened first; as far as the actor may see. One query, and the rule's."""
    items = aide_memoire(london_date(now), actor.agency)
    days = next((int(item["days"]) for item in items if item["key"] == "incidents"), 28)
    least = {item["key"]: int(item["at_least"]) for item in items}
    given = {key: least.get(key, NEVER) for key in ("open_cases", "no_victim", "incidents")}
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {"agency": actor.agency, "open": list(OPEN_STATUSES), "since": now - timedelta(days=days), "most": MOST, **given},
        )  # fmt: skip
        rows = cursor.fetchall()
    found = []
    for place_id, line, postcode, reference, cases, incidents, no_victim in rows:
        counted = {"open_cases": cases, "no_victim": no_victim, "incidents": incidents}
        because = tuple(
            item["label"] for item in items if counted.get(item["key"], 0) >= int(item["at_least"])
        )
        found.append(PlaceDue(place_id, line, postcode, reference, cases, incidents, because))
    return found
