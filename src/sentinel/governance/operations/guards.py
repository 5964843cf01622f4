"""Who may change anything here."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from sentinel.foundation.actor import Actor
from sentinel.governance.queries import governs
from sentinel.kernel.errors import Refused

# What is planned stands before all that follows: a slip of the year must not shut a set or a rule up for a century.
FURTHEST: Final = timedelta(days=366)
TOO_FAR: Final = "That is more than a year ahead. Choose an earlier day."


def governing(actor: Actor) -> uuid.UUID:
    """The id of a governance officer who acts. Raises Refused for anybody else, and for whoever acts without an account."""
    governs(actor)
    if actor.user_id is None:
        raise Refused("Only somebody who is signed in writes a question set or a local rule.")
    return actor.user_id
