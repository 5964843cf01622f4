"""Who may change anything here."""

from __future__ import annotations

import uuid

from sentinel.foundation.actor import Actor
from sentinel.governance.queries import governs
from sentinel.kernel.errors import Refused


def governing(actor: Actor) -> uuid.UUID:
    """The id of a governance officer who acts. Raises Refused for anybody else, and for whoever acts without an account."""
    governs(actor)
    if actor.user_id is None:
        raise Refused("Only somebody who is signed in writes a question set or a local rule.")
    return actor.user_id
