"""What every operation here asks before it changes anything."""

from __future__ import annotations

import uuid

from sentinel.accounts.models import Agency, RoleHeld, Team, User
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused

NOT_YOURS = "Only a local administrator of the agency does this."
CHANGED = "Somebody else changed this meanwhile. What stands now is shown; look again before you save yours."


def agency_id_of(actor: Actor) -> uuid.UUID:
    """The actor's agency; an id that no agency has for an actor of none."""
    return actor.agency_id or uuid.UUID(int=0)


def administers(actor: Actor) -> None:
    """Raise Refused unless the actor administers an agency."""
    actor.require("administer_agency", NOT_YOURS)


def own_agency(actor: Actor) -> Agency:
    """The actor's agency, held until the transaction ends, so that two administrators do not remove each other."""
    found = Agency.objects.select_for_update().filter(pk=agency_id_of(actor)).first()
    if found is None:
        raise NotFound
    return found


def own_user(actor: Actor, user_id: uuid.UUID, version: int | None = None) -> User:
    """A user of the actor's own agency, held until the transaction ends.

    Raises Refused without the right; NotFound for another agency's user, as for one that is not there; Conflict where
    `version` is not the present one.
    """
    administers(actor)
    own_agency(actor)
    found = (
        User.objects.select_for_update(of=("self",)).filter(pk=user_id, agency_id=agency_id_of(actor)).first()
    )
    if found is None:
        raise NotFound
    current(found, version)
    return found


def current(row: User | Team | Agency, version: int | None) -> None:
    """Raise Conflict where a form was made from an older version. None stands for a command without a form."""
    if version is not None and row.version != version:
        raise Conflict(CHANGED)


def own_team(actor: Actor, team_id: uuid.UUID | None) -> Team | None:
    """A team of the actor's own agency, or None where none is given. Raises NotFound for another agency's."""
    if team_id is None:
        return None
    found = Team.objects.filter(pk=team_id, agency_id=agency_id_of(actor)).first()
    if found is None:
        raise NotFound
    return found


def an_administrator_stays(user: User, *, field: str = "") -> None:
    """Raise Invalid where this is the last active local administrator of the agency."""
    held = RoleHeld.objects.filter(role="local_administrator", until__isnull=True)
    if not held.filter(user=user).exists():
        return
    others = held.filter(user__agency_id=user.agency_id, user__is_active=True).exclude(user=user)
    if not others.exists():
        words = "This is the only local administrator of the agency. Give the role to somebody else first."
        raise Invalid.of(field, words) if field else Invalid(words)


def not_oneself(actor: Actor, user: User, words: str) -> None:
    """Raise Refused where somebody would do this to their own account."""
    if user.pk == actor.user_id:
        raise Refused(words)
