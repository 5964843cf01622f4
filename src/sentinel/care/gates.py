"""What care asks before a case is closed: each victim was told, declined, or could not be reached (R81)."""

from __future__ import annotations

from datetime import datetime

from sentinel.care.models import VictimContact
from sentinel.care.queries import victims_not_told
from sentinel.care.rules import IN_TOUCH
from sentinel.cases.gates import Missing, attempts, gate
from sentinel.cases.models import Case
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date


@gate
def every_victim_told(case: Case, actor: Actor, now: datetime) -> list[Missing]:
    """One line for each victim of whom nothing is recorded."""
    waiting = victims_not_told(actor, case)
    names = (
        {one.id: one.name for one in people_of(actor, case, london_date(case.opened_at))} if waiting else {}
    )
    return [
        Missing(
            "victim_not_told",
            f"Tell {names[party_id]} what was decided",
            "tell_outcome",
            {"party": str(party_id)},
        )
        for party_id in waiting
        if party_id in names
    ]


@attempts
def contacts_tried(case: Case) -> list[datetime]:
    """Every recorded attempt that reached nobody (UTC)."""
    rows = VictimContact.objects.filter(case=case).exclude(result__in=IN_TOUCH)
    return list(rows.values_list("at", flat=True))
