"""At high risk each step is decided in writing (R45)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.operations.guards import tell
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import HIGHEST_BAND
from sentinel.cases.written import WrittenDecision
from sentinel.foundation.actor import Actor
from sentinel.kernel.text import filled

ASKS = "Somebody in this case is at high risk: say why."


def reason_for(case: Case, reason: str, *, field: str = "reason") -> str:
    """The reason of a step. Raises Invalid beside `field` where somebody in the case is high and there is none."""
    if case.highest_band < HIGHEST_BAND and not reason.strip():
        return ""
    return filled(field, reason, ASKS, longest=4000)


def write_decision(
    *, actor: Actor, now: datetime, case: Case, step: str, subject_id: uuid.UUID, reason: str
) -> WrittenDecision | None:
    """Keep the reason of a step that was just taken, and tell it; None where none was given (see reason_for)."""
    if not reason:
        return None
    row = WrittenDecision.objects.create(
        case=case, step=step, subject_id=subject_id, reason=reason, decided_at=now, decided_by_id=actor.user_id,
        **provenance(actor=actor, now=now, record_id=case.id),
    )  # fmt: skip
    tell(kind="decision_written", actor=actor, now=now, case=case, subject_id=row.id, payload={"step": step})
    return row
