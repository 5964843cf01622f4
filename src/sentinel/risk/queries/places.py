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

    @property
    def is_missing(self) -> bool:
        """Whether it ought to have been assessed and has not been."""
        return self.standing is None and bool(self.due_because)


_COUNTED = """
WITH here AS (SELECT c.id FROM cases_case c WHERE c.place_id = %s AND c.status = ANY (%s))
SELECT (SELECT count(*) FROM here),
       (SELECT count(*) FROM here h
         WHERE NOT risk_has_victim(h.id)),
       (SELECT count(*) FROM cases_incident i
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
