"""The one place in which every search of the box is recorded."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from sentinel.foundation.actor import Actor
from sentinel.matching.hits.watching import note_looking


def record_search(
    actor: Actor,
    now: datetime,
    *,
    record_id: uuid.UUID | None,
    kind: str,
    persons: Iterable[uuid.UUID],
    texts: Iterable[uuid.UUID],
    places: int,
    filters: Iterable[str],
    systems: Collection[uuid.UUID],
) -> None:
    """The entry of the audit: by whom and why is the stated actor's, `record_id` the case or report in hand.

    It names everybody and everything that was shown, by ids, and never the words: what was typed may be a name that nobody has.
    Raises Refused where somebody searches more often in a minute than the rule allows: then nothing is shown. Where partners' `systems`
    were asked, that was counted before they were.
    """
    note_looking(
        actor,
        now,
        record_id=record_id,
        subject="everything",
        detail={
            "persons": [str(one) for one in persons],
            "texts": [str(one) for one in texts],
            "places": places,
            "kind": kind,
            "filters": sorted(filters),
            "systems": [str(one) for one in systems],
        },
        counted=bool(systems),
    )
