"""What risk asks before a case is closed: every victim has an assessment (R29)."""

from __future__ import annotations

from sentinel.cases.gates import Missing, gate
from sentinel.cases.models import Case
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.risk.queries import unassessed_in


@gate
def every_victim_assessed(case: Case, actor: Actor) -> list[Missing]:
    """One line for each victim without an assessment."""
    waiting = unassessed_in(actor, case)
    names = (
        {one.id: one.name for one in people_of(actor, case, london_date(case.opened_at))} if waiting else {}
    )
    return [
        Missing("victim_unassessed", f"Assess {names[party_id]}", "assess", {"party": str(party_id)})
        for party_id in waiting
    ]
