"""Who can be chosen: people who sign in, of the agencies that work on a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from sentinel.accounts.models import Area, User
from sentinel.accounts.queries import colleagues
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.reference import kept_in_memory


def people_of_agencies(agency_ids: Iterable[uuid.UUID]) -> list[User]:
    """The active users of some agencies, by name, with agency and team. One query."""
    return _people(list(agency_ids))


@compiled
def _people(agencies: list[uuid.UUID]) -> QuerySet[User]:
    rows = User.objects.filter(Among("agency_id", agencies), is_active=True, suspended_at__isnull=True)
    shown = ("name", "agency", "team", "agency__name", "agency__short_name", "team__name")
    return rows.select_related("agency", "team").only(*shown).order_by("name")


def others(actor: Actor) -> list[User]:
    """The active users of the actor's agency, without the actor."""
    return [one for one in colleagues(actor) if one.id != actor.user_id]


@kept_in_memory
def areas_of_work() -> tuple[tuple[str, str], ...]:
    """The codes and names of the partnership's districts, by name, as a form offers them."""
    districts = Area.objects.filter(kind="district", valid_until__isnull=True).order_by("name")
    return tuple(districts.values_list("code", "name"))
