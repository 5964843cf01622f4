"""What was done about accounts and agencies. A room that comes later follows; this one imports none of them.

These events belong to no record, so they are no lines of a timeline: the audit keeps them, and what changed stands in
the history of each table.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import changed_here

KINDS: dict[str, str] = {
    "user_invited": "Invited somebody",
    "user_changed": "Changed somebody’s details",
    "roles_changed": "Changed somebody’s roles",
    "user_suspended": "Suspended an account",
    "user_restored": "Restored an account",
    "user_reset": "Ended a password and sent a link",
    "absence_set": "Entered when somebody is away and who stands in",
    "absence_ended": "Took back that somebody is away",
    "sessions_ended": "Ended sessions of one’s own",
    "team_added": "Added a team",
    "team_changed": "Changed a team",
    "agency_added": "Added an agency",
    "agency_renamed": "Renamed an agency",
    "agency_areas_changed": "Changed where an agency works",
    "agency_changed": "Changed an agency’s desk",
    "agency_hours_changed": "Changed when an agency works",
    "agency_duty_changed": "Changed who is on duty in an agency",
    "partnership_desk_changed": "Changed the partnership’s sharing desk",
    "agency_merged": "Merged an agency into another",
}


@dataclass(frozen=True)
class AccountEvent:
    """One thing done: `subject` is user, team or agency; `detail` holds ids, codes and yes or no, never names."""

    kind: str
    subject: str
    subject_id: uuid.UUID
    detail: dict[str, object] = field(default_factory=dict)


Follower = Callable[[AccountEvent, Actor, datetime], None]
_followers: list[tuple[frozenset[str], Follower]] = []


def follow_accounts(follower: Follower, kinds: frozenset[str] = frozenset(KINDS)) -> None:
    """Have a function called for events of these kinds, in the transaction of the operation. Once for each function."""
    if follower not in [known for _, known in _followers]:
        _followers.append((kinds, follower))


def raise_account_event(event: AccountEvent, *, actor: Actor, now: datetime) -> None:
    """Tell the followers; agencies and teams are asked for anew. Raises what one of them raises: then nothing of the operation stands."""
    if event.kind not in KINDS:
        raise ValueError(f"no such event: {event.kind}")
    changed_here()
    for kinds, follower in _followers:
        if event.kind in kinds:
            follower(event, actor, now)
