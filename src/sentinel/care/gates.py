"""What care asks before a case is closed: each victim was told, declined, or could not be reached (R81)."""

from __future__ import annotations

from sentinel.care.queries import victims_not_told
from sentinel.cases.gates import Missing, gate
from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.risk.naming import party_names


@gate
def every_victim_told(case: Case, actor: Actor) -> list[Missing]:
    """One line for each victim of whom nothing is recorded."""
    waiting = victims_not_told(actor, case)
    names = party_names(actor, waiting) if waiting else {}
    return [
        Missing(
            "victim_not_told",
            f"Tell {names[party_id].name} what was decided",
            "tell_outcome",
            {"party": str(party_id)},
        )
        for party_id in waiting
        if party_id in names
    ]
