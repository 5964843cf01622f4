"""Points that distances are measured from."""

from __future__ import annotations

import uuid

from sentinel.accounts.models import AgencyArea, Team
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import kept_in_memory
from sentinel.places.models import Boundary
from sentinel.places.queries.candidates import Origin
from sentinel.places.queries.postcodes import locate


def origin_at(postcode: str, words: str) -> Origin | None:
    """A postcode ("LE11 0ZZ") as a point, with what it is in words; None where nobody knows where it is. Two queries at most."""
    where = locate(postcode)
    if where.latitude is None or where.longitude is None:
        return None
    return Origin(where.latitude, where.longitude, words)


def origin_of_team(actor: Actor) -> Origin | None:
    """The middle of the district that the actor's team or agency works in, where that is one and its outline is loaded."""
    return _middle(actor.agency_id, actor.team_id) if actor.agency_id else None


@kept_in_memory  # asked with every letter that is typed
def _middle(agency_id: uuid.UUID, team_id: uuid.UUID | None) -> Origin | None:
    team = (
        Team.objects.select_related("area").filter(pk=team_id, area__kind="district").first()
        if team_id
        else None
    )
    areas = [team.area_id] if team and team.area_id else []
    if not areas:
        works = AgencyArea.objects.filter(
            agency_id=agency_id, area__kind="district", valid_until__isnull=True
        )
        areas = list(works.values_list("area_id", flat=True)[:2])
    if len(areas) != 1:
        return None
    outline = Boundary.objects.select_related("area").filter(area_id=areas[0]).first()
    if outline is None:
        return None
    middle = ((outline.south + outline.north) / 2, (outline.west + outline.east) / 2)
    return Origin(*middle, f"the middle of {outline.area.name}")
