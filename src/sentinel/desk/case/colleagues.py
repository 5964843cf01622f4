"""Who can be chosen: people who sign in, of the agencies that work on a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sentinel.accounts.models import Area, Team, User
from sentinel.accounts.queries import colleagues
from sentinel.foundation.actor import Actor


def people_of_agencies(agency_ids: Iterable[uuid.UUID]) -> list[User]:
    """The active users of some agencies, by name, with agency and team. One query."""
    rows = User.objects.filter(agency_id__in=list(agency_ids), is_active=True, suspended_at__isnull=True)
    return list(rows.select_related("agency", "team").order_by("name"))


def others(actor: Actor) -> list[User]:
    """The active users of the actor's agency, without the actor."""
    return [one for one in colleagues(actor) if one.id != actor.user_id]


def teams_of(agency_id: uuid.UUID) -> list[Team]:
    """The teams of an agency, by name."""
    return list(Team.objects.filter(agency_id=agency_id).order_by("name"))


def areas_of_work() -> list[Area]:
    """The districts of the partnership, by name."""
    return list(Area.objects.filter(kind="district", valid_until__isnull=True).order_by("name"))
