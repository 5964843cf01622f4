"""Teams of one's own agency."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.models import Area, Team
from sentinel.accounts.operations.guards import administers, agency_id_of, current, own_agency, own_team
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.text import clean_text


def _checked(actor: Actor, name: str, area_id: uuid.UUID | None, *, but: uuid.UUID | None = None) -> str:
    try:
        found = clean_text(name, 120, one_line=True)
    except Invalid as error:
        raise error.under("name") from None
    if not found:
        raise Invalid.of("name", "A team needs a name.")
    same = Team.objects.filter(agency_id=agency_id_of(actor), name__iexact=found)
    if (same.exclude(pk=but) if but else same).exists():
        raise Invalid.of("name", "There is a team of this name.")
    if area_id is not None and not Area.objects.filter(pk=area_id).exists():
        raise NotFound
    return found


@transaction.atomic
def add_team(
    *, actor: Actor, now: datetime, name: str, area_id: uuid.UUID | None, takes_skeletons: bool
) -> Team:
    """A new team. `takes_skeletons`: reports that call takers hand on arrive there.

    Raises Refused, NotFound (area) or Invalid (name).
    """
    administers(actor)
    agency = own_agency(actor)
    team = Team.objects.create(
        agency=agency, name=_checked(actor, name, area_id), area_id=area_id, takes_skeletons=takes_skeletons
    )
    raise_account_event(AccountEvent("team_added", "team", team.pk), actor=actor, now=now)
    return team


@transaction.atomic
def change_team(
    *,
    actor: Actor,
    now: datetime,
    team_id: uuid.UUID,
    version: int | None,
    name: str,
    area_id: uuid.UUID | None,
    takes_skeletons: bool,
) -> Team:
    """Change a team. Raises Refused, NotFound (also for another agency's), Conflict or Invalid (name, takes_skeletons)."""
    administers(actor)
    own_agency(actor)
    team = own_team(actor, team_id)
    if team is None:
        raise NotFound
    current(team, version)
    others = Team.objects.filter(agency_id=agency_id_of(actor), takes_skeletons=True).exclude(pk=team.pk)
    if team.takes_skeletons and not takes_skeletons and not others.exists():
        raise Invalid.of(
            "takes_skeletons", "Reports that are handed on must arrive somewhere: name another team first."
        )
    team.name = _checked(actor, name, area_id, but=team.pk)
    team.area_id, team.takes_skeletons = area_id, takes_skeletons
    team.version += 1
    team.save(update_fields=["name", "area", "takes_skeletons", "version"])
    raise_account_event(AccountEvent("team_changed", "team", team.pk), actor=actor, now=now)
    return team
