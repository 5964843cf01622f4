"""How at risk a place is, and whether it is due to be assessed (R40), as far as the actor may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from sentinel.cases.models import Case, Incident, PartyRole
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.risk.lists import aide_memoire
from sentinel.risk.queries.standing import Assessed, assessed_at
from sentinel.risk.rules import VICTIM

MOST = 100


@dataclass(frozen=True)
class PlaceRisk:
    """A place: the assessment that stands, and the lines of the aide memoire that make one due, in words."""

    standing: Assessed | None
    due_because: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        """Whether it ought to have been assessed and has not been."""
        return self.standing is None and bool(self.due_because)


def place_risk(actor: Actor, place_id: uuid.UUID, agency_id: uuid.UUID | None, now: datetime) -> PlaceRisk:
    """How at risk a place is; the aide memoire is that of an agency, or the partnership's. Four queries."""
    victims = PartyRole.objects.filter(party__case=OuterRef("pk"), role=VICTIM, until__isnull=True)
    cases = list(
        Case.objects.filter(place_id=place_id, status__in=OPEN_STATUSES)
        .annotate(hurts=Exists(victims))
        .values_list("hurts", flat=True)[:MOST]
    )
    because = []
    for item in aide_memoire(london_date(now), agency_id):
        counted = {"open_cases": len(cases), "no_victim": sum(not hurts for hurts in cases)}.get(
            item["key"], 0
        )
        if item["key"] == "incidents":
            since = now - timedelta(days=int(item["days"]))
            recent = Q(occurred_from__gte=since) | Q(occurred_from__isnull=True, created_at__gte=since)
            counted = Incident.objects.filter(recent, place_id=place_id).count()
        if counted >= int(item["at_least"]):
            because.append(str(item["label"]))
    return PlaceRisk(assessed_at(actor, place_id, now), tuple(because))
