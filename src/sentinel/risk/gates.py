"""What risk asks before a case passes its first stage and before it is closed: each victim, or a case that has none, has an
assessment or one that is put off for a while (R29, R30)."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.gates import Missing, first_stage, gate
from sentinel.cases.models import Case
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.risk.queries import case_unassessed, put_off_in, unassessed_in, unseen, waiting
from sentinel.risk.rules import CASE


@gate
def everybody_assessed(case: Case, actor: Actor, now: datetime) -> list[Missing]:
    """One line for each victim without an assessment, or for the case where it has no victim."""
    put_off = put_off_in(actor, case, now)
    left = [party_id for party_id in unassessed_in(actor, case) if party_id not in put_off]
    names = {one.id: one.name for one in people_of(actor, case, london_date(case.opened_at))} if left else {}
    found = [
        Missing("victim_unassessed", f"Assess {names[party_id]}", "assess", {"party": str(party_id)})
        for party_id in left
    ]
    if case_unassessed(actor, case) and None not in put_off:
        words = "Assess the case: nobody is named as a victim"
        found.append(Missing("case_unassessed", words, "assess_case", {"subject": CASE}))
    if unseen(actor, case):
        found.append(Missing("somebody_unassessed", "Somebody whom you may not see is not assessed"))
    return found


@first_stage
def somebody_waits(case: Case, now: datetime) -> int:
    """How many keep a case new, also those whom the actor does not see."""
    return waiting(case.id, now)
