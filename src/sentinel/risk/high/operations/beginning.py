"""High risk begins: whoever works on the case reaches it, whoever the protocol names is told, and a marker is proposed."""

from __future__ import annotations

from datetime import datetime

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import Leaves, disclose_all, open_shared
from sentinel.accounts.duties import police_for
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.actions import working_with
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.foundation.rows import put
from sentinel.kernel.clock import london_date
from sentinel.kernel.ids import new_id
from sentinel.people.provenance import provenance
from sentinel.questionnaires.bases import shared_by
from sentinel.risk.high.models import HighRisk
from sentinel.risk.high.operations.markers import WHY, leaves_with_marker, marker_of, tell_of_marker
from sentinel.risk.high.operations.reaching import let_workers_reach, ring_of
from sentinel.risk.high.operations.telling import tell_from_the_start

WHAT = "that there is high risk in a case, and whom to ring"


def begin_high_risk(
    *, actor: Actor, now: datetime, case: Case, party: Party | None, subject: str
) -> HighRisk:
    """Somebody of a case, or its place, has become high risk: whoever the protocol names is told at once and must
    acknowledge (R48), and a marker is proposed to the control room (R153). What had begun already comes back.

    The agencies that work on the case and the police of the area reach what is told, and no more of the case than they
    did. Raises Refused for an actor of no agency.
    """
    found = _open(case, party, subject) if let_workers_reach(case) else None
    if found is not None:
        return found
    owner, place, basis = case.owner_agency, case.place, shared_by(london_date(now), actor.agency_id)
    forces = police_for(place.district_id if place else None)
    others = {*working_with(actor, case), *(one.id for one in forces)} - {actor.agency}
    record_id = new_id()
    row = HighRisk(
        **provenance(actor=actor, now=now, record_id=record_id),
        id=record_id,
        case=case,
        party=party,
        place=place,
        subject=subject,
        reference=case.reference,
        owner_agency_id=owner.id,
        ring=ring_of(owner),
        began_at=now,
    )
    marker = marker_of(actor, now, row, case, party)
    open_shared(
        actor=actor, now=now, record_id=record_id, kind=Kind.HIGH_RISK, holders=others, rung=Rung.WRITE, via="high_risk"
    )  # fmt: skip
    put(row)
    leaves = [Leaves(record_id, "share", WHAT, basis, WHY, to_agency=one) for one in sorted(others)]
    # The case's owner finds what the police are told in the case's own ledger too.
    leaves += [
        Leaves(case.id, "share", WHAT, basis, WHY, to_agency=one.id)
        for one in forces
        if one.id != actor.agency
    ]
    if marker is not None:
        put(marker)
        leaves += leaves_with_marker(now, actor, case, forces)
    disclose_all(actor=actor, now=now, leaves=leaves)
    raise_event(
        kind="high_risk_began", actor=actor, now=now, record_id=case.id,
        subject_id=row.id, audience_id=party.audience_id if party else None,
        payload={"party": str(party.id) if party else None, "subject": subject},
        holding=[case, *([party] if party else [])],
    )  # fmt: skip
    tell_from_the_start(now, row, owner, forces, by=actor.user_id)
    if marker is not None:
        tell_of_marker(actor, now, case, marker)
    return row


def _open(case: Case, party: Party | None, subject: str) -> HighRisk | None:
    rows = HighRisk.objects.filter(case=case, party=party, subject=subject, ended_at__isnull=True)
    return rows.select_for_update(no_key=True).first()
