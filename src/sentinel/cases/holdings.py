"""What a local administrator is told of the work of somebody who moves or goes: how much, and of nothing what."""

from __future__ import annotations

from sentinel.accounts.holdings import holding
from sentinel.accounts.models import User
from sentinel.cases.models import Action, Case
from sentinel.foundation.actor import Actor
from sentinel.web.formats import plural


@holding
def cases_led(actor: Actor, user: User) -> str:
    """Cases that they lead and that are not closed, as far as the agency may know of them."""
    found = Case.objects.filter(lead=user, owner_agency_id=actor.agency).exclude(status="closed").count()
    return plural(found, "open case") if found else ""


@holding
def actions_to_do(actor: Actor, user: User) -> str:
    """Actions of plans that are theirs and not settled."""
    found = Action.objects.filter(user=user, agency_id=actor.agency, settled_at__isnull=True).count()
    return plural(found, "action to do", "actions to do") if found else ""
