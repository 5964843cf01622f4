"""Who does something: stated once per transaction, passed on as an argument, never found in a thread."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field, replace

from django.db import connection

from sentinel.kernel.errors import Refused


@dataclass(frozen=True)
class Actor:
    """A person acting for an agency.

    `holders` are the ids that the access table may name this person by: the agency and the user. `rights` are
    what the roles allow (accounts.rules). `regime` is the law under which the agency processes (DPA 2018 Part 3 or UK GDPR).
    `address` is the network address, `reason` what was stated for looking.
    """

    user_id: uuid.UUID | None
    agency_id: uuid.UUID | None
    team_id: uuid.UUID | None = None
    regime: str = ""
    roles: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    name: str = field(default="", repr=False)
    request_id: str = ""
    address: str = ""
    reason: str = ""

    @property
    def holders(self) -> list[uuid.UUID]:
        """The ids by which the access table knows this actor."""
        return [holder for holder in (self.agency_id, self.user_id) if holder]

    @property
    def agency(self) -> uuid.UUID:
        """The agency acted for. Raises Refused for an actor without one (somebody signed out, the system itself)."""
        if self.agency_id is None:
            raise Refused("Only somebody who acts for an agency can do this.")
        return self.agency_id

    def may(self, right: str) -> bool:
        """Whether the actor's roles hold a right."""
        return right in self.rights

    def require(self, right: str, why: str) -> None:
        """Raise Refused with the plain words `why` where the right is missing."""
        if right not in self.rights:
            raise Refused(why)

    def because(self, reason: str) -> Actor:
        """The same actor with a stated reason (DPA 2018 s.62)."""
        return replace(self, reason=reason)


SYSTEM = Actor(user_id=None, agency_id=None, name="Sentinel")
NOBODY = Actor(user_id=None, agency_id=None)
# How the stated reason of whoever runs the server begins: the audit tells by it what was done at the command line.
COMMAND_LINE = "command line"


def state_actor(actor: Actor) -> uuid.UUID | None:
    """Tell the database who acts until the transaction ends; row policies and triggers read it. The edition of the reference
    data comes back (foundation/reference.py), None where it has none.

    Must be called inside a transaction: outside one the statement would have no effect at all.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An actor is stated inside a transaction, or it is not stated at all.")
    holders = "{" + ",".join(str(holder) for holder in actor.holders) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('sentinel.holders', %s, true), set_config('sentinel.user', %s, true),"
            " set_config('sentinel.agency', %s, true), set_config('sentinel.context', %s, true),"
            " set_config('sentinel.auditor', %s, true),"
            " (SELECT e.edition FROM foundation_edition e WHERE e.id = 1)",
            [
                holders if actor.holders else "",
                str(actor.user_id or ""),
                str(actor.agency_id or ""),
                json.dumps({"request": actor.request_id, "address": actor.address, "reason": actor.reason}),
                "on" if "search_audit" in actor.rights else "",
            ],
        )
        edition: uuid.UUID | None = cursor.fetchone()[-1]
    return edition
