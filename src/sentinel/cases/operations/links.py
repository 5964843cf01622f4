"""What a case belongs with: other cases, and what other systems call it."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case, CaseLink, ExternalReference
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled

SYSTEMS = {
    "control_room_log": "Control-room log",
    "crime_number": "Crime number",
    "landlord": "Landlord's reference",
    "environmental_health": "Environmental health",
    "court": "Court",
    "council_system": "Council's own system",
    "other": "Another system",
}


def link_cases(*, actor: Actor, now: datetime, case: Case, other: Case, why: str) -> CaseLink:
    """Say that two cases belong together, and why. `other` is one that the actor may read (queries.get_case).

    The link stands on `case`; on `other` too where the actor may write it. Raises Invalid or, where they are linked
    already, Conflict.
    """
    may_write(actor, case)
    if other.id == case.id:
        raise Invalid.of("reference", "That is this case.")
    words = filled("why", why, "Say why they belong together.", longest=200)
    if CaseLink.objects.filter(case=case, other_record_id=other.id).exists():
        raise Conflict("These cases are linked already.")
    from sentinel.access.models import Rung
    from sentinel.access.queries import rung_of

    made = CaseLink.objects.create(
        case=case, other_record_id=other.id, why=words, **provenance(actor=actor, now=now, record_id=case.id)
    )
    tell(
        kind="case_linked",
        actor=actor,
        now=now,
        case=case,
        subject_id=made.id,
        payload={"other": str(other.id)},
    )
    if (
        rung_of(actor, other.id) >= Rung.WRITE
        and not CaseLink.objects.filter(case=other, other_record_id=case.id).exists()
    ):
        back = CaseLink.objects.create(
            case=other,
            other_record_id=case.id,
            why=words,
            **provenance(actor=actor, now=now, record_id=other.id),
        )
        tell(
            kind="case_linked",
            actor=actor,
            now=now,
            case=other,
            subject_id=back.id,
            payload={"other": str(case.id)},
        )
    return made


def add_reference(*, actor: Actor, now: datetime, case: Case, system: str, value: str) -> ExternalReference:
    """Write down what another system calls this matter. The same one twice is one. Raises Invalid."""
    may_write(actor, case)
    if system not in SYSTEMS:
        raise Invalid.of("system", "Choose whose reference it is.")
    words = filled("value", value, "Enter the reference.", longest=80)
    found = ExternalReference.objects.filter(record_id=case.id, system=system, value=words).first()
    if found is not None:
        return found
    made = ExternalReference.objects.create(
        system=system, value=words, **provenance(actor=actor, now=now, record_id=case.id)
    )
    tell(
        kind="reference_added",
        actor=actor,
        now=now,
        case=case,
        subject_id=made.id,
        payload={"system": system},
    )
    return made
