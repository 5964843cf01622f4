"""A marker is proposed to the control room, which answers it and takes it off again."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from sentinel.access.operations import Leaves, disclose_all
from sentinel.accounts.duties import police_for
from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import may_write
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.foundation.rows import put
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.kernel.text import filled
from sentinel.people.provenance import provenance
from sentinel.questionnaires.bases import shared_by
from sentinel.risk.high import rules
from sentinel.risk.high.models import HighRisk, Marker
from sentinel.risk.high.operations.reaching import let_workers_reach
from sentinel.risk.high.queries import in_control_room, marker_terms
from sentinel.risk.high.saying import Said, said_of
from sentinel.risk.high.telling import tell_case

WHY = "High risk of anti-social behaviour: the protocol tells the police for the area"


def marker_of(actor: Actor, now: datetime, row: HighRisk, case: Case, party: Party | None) -> Marker | None:
    """What the control room may show of high risk, not yet written; None where there may be no marker (rules)."""
    today = london_date(now)
    said = said_of(actor, case, party, today)
    terms = marker_terms(row.subject, today)
    if why_none(actor, row, said) is not None or terms is None:
        return None
    starts, review, ends = terms.days(today)
    kind = rules.KIND_OF[row.subject]
    return Marker(
        **provenance(actor=actor, now=now, record_id=row.record_id),
        high_risk=row,
        kind=kind,
        who="" if kind == "place" else said.who[:200],
        where=said.where[:200],
        reference=row.reference,
        ring=row.ring,
        first_action=terms.first_action,
        proposed_at=now,
        answer_due=now + timedelta(minutes=terms.answer_minutes),
        starts_on=starts,
        review_on=review,
        ends_on=ends,
    )


def leaves_with_marker(now: datetime, actor: Actor, case: Case, forces: list[Agency]) -> list[Leaves]:
    """What goes into the disclosure ledger of the case with a marker: a line for each force whose control room gets it."""
    basis, what = shared_by(london_date(now), actor.agency_id), "marker for the control room"
    return [Leaves(case.id, "marker", what, basis, WHY, to_agency=force.id) for force in forces]


def tell_of_marker(actor: Actor, now: datetime, case: Case, marker: Marker) -> None:
    """Raise the event that a marker is proposed."""
    raise_event(
        kind="marker_proposed", actor=actor, now=now, record_id=case.id, subject_id=marker.id,
        payload={"kind": marker.kind},
    )  # fmt: skip


def propose_again(*, actor: Actor, now: datetime, case: Case, high_risk_id: uuid.UUID) -> Marker:
    """A supervisor proposes a marker where none is: none was proposed, or it was refused or has ended.

    Raises Refused without the right to lower a band, NotFound for another case's, Conflict where one is proposed or shown
    or the risk has ended, Invalid with the reason where there may be none.
    """
    let_workers_reach(case)
    rows = HighRisk.objects.filter(pk=high_risk_id, case=case)
    if not rows.exists():
        raise NotFound()
    may_write(actor, case, "lower_band")
    row = rows.select_for_update(no_key=True).get()
    states = row.markers.values_list("state", flat=True)
    if not rules.may_propose(ended=row.ended_at is not None, states=states):
        raise Conflict("A marker is proposed or shown already, or the risk has ended.")
    party = Party.objects.filter(pk=row.party_id).first() if row.party_id else None
    why = why_none(actor, row, said_of(actor, case, party, london_date(now)))
    made = None if why else marker_of(actor, now, row, case, party)
    if made is None:
        raise Invalid(why or "The local rule has no marker of this kind.")
    put(made)
    forces = police_for(case.place.district_id if case.place else None)
    disclose_all(actor=actor, now=now, leaves=leaves_with_marker(now, actor, case, forces))
    tell_of_marker(actor, now, case, made)
    return made


def why_none(actor: Actor, row: HighRisk, said: Said) -> str | None:
    """Why no marker is proposed of this, in a sentence; None where one is."""
    return rules.why_no_marker(
        subject=row.subject, protected=said.protected, young=said.young, supervisor=actor.may("lower_band"),
        place=bool(said.where),
    )  # fmt: skip


def answer_marker(
    *, actor: Actor, now: datetime, marker_id: uuid.UUID, version: int, accepts: bool, refusal: str = ""
) -> Marker:
    """The control room accepts a marker, or refuses it with a reason (R153).

    Raises Refused without the right, NotFound, Invalid (refusal), Conflict where it was answered or withdrawn meanwhile.
    """
    marker = _marker(actor, marker_id)
    said = "" if accepts else filled("refusal", refusal, "Say why it is refused.", longest=2000)
    done = Marker.objects.filter(pk=marker.pk, version=version, state="proposed").update(
        state="accepted" if accepts else "refused", refusal=said, answered_at=now, answered_by_id=actor.user_id,
        version=F("version") + 1,
    )  # fmt: skip
    if not done:
        raise Conflict("Somebody has answered this marker, or it was withdrawn. Look at it again.")
    tell_case("marker_answered", marker.id, now)
    marker.refresh_from_db()
    return marker


def take_marker_off(*, actor: Actor, now: datetime, marker_id: uuid.UUID, version: int) -> Marker:
    """The control room says that it has taken off a marker whose risk has ended.

    Raises Refused without the right, NotFound, Conflict where there is nothing to take off.
    """
    marker = _marker(actor, marker_id)
    done = Marker.objects.filter(pk=marker.pk, version=version, state="ending").update(
        state="ended", taken_off_at=now, taken_off_by_id=actor.user_id, version=F("version") + 1
    )
    if not done:
        raise Conflict("This marker is not to be taken off, or somebody has done it already.")
    tell_case("marker_taken_off", marker.id, now)
    marker.refresh_from_db()
    return marker


def _marker(actor: Actor, marker_id: uuid.UUID) -> Marker:
    in_control_room(actor)
    found = Marker.objects.filter(pk=marker_id).first()
    if found is None:
        raise NotFound()
    if found.created_by_id == actor.user_id:
        raise Refused("You proposed this marker yourself. Somebody else in the control room answers it.")
    return found


def silence_markers(*, actor: Actor, now: datetime, case: Case, party_id: uuid.UUID) -> None:
    """Take the name and address out of every marker of a party, and have those that are shown taken off."""
    let_workers_reach(case)
    markers = Marker.objects.filter(high_risk__party_id=party_id)
    for marker in markers.exclude(who="", where=""):
        raise_event(
            kind="marker_silenced", actor=actor, now=now, record_id=marker.record_id, subject_id=marker.id
        )
    markers.update(who="", where="", version=F("version") + 1)
    end_markers(markers, now)


def lapse_markers(*, now: datetime) -> int:
    """Have markers whose last day has passed taken off, for the worker. Returns how many."""
    over = Marker.objects.filter(ends_on__lt=london_date(now), state="accepted")
    return over.update(state="ending", ended_at=now, version=F("version") + 1)


def end_markers(markers: QuerySet[Marker], now: datetime) -> None:
    """Withdraw those that are not answered yet, and have those that are shown taken off."""
    markers.filter(state="proposed").update(state="withdrawn", ended_at=now, version=F("version") + 1)
    markers.filter(state="accepted").update(state="ending", ended_at=now, version=F("version") + 1)
