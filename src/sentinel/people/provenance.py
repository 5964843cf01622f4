"""Where a fact comes from: set once, when its row is made (design.md, provenance on every row)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Refused


def provenance(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, audience_id: uuid.UUID | None = None
) -> dict[str, Any]:
    """The fields of every CaseRow that `actor` makes now, as keyword arguments for its model.

    The regime (DPA 2018 Part 3 or UK GDPR) is the agency's own. Raises Refused for an actor of no agency: such a row
    would have no controller.
    """
    if actor.agency_id is None or not actor.regime:
        raise Refused("Only somebody who acts for an agency can add to what is known of a person.")
    return {
        "record_id": record_id,
        "audience_id": audience_id,
        "origin_agency_id": actor.agency_id,
        "regime": actor.regime,
        "created_at": now,
        "created_by_id": actor.user_id,
    }
