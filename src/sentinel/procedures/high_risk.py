"""When a person or place becomes high risk (R48, R52, R153; LLR guidance, founding document 003).

* The owner's supervisor, the sergeant and the area inspector of the place's area are told at once, as duty roles, and must
  acknowledge; what nobody acknowledges passes to the next duty role in the minutes that the rule `high-risk-told` says.
* A marker is proposed to the control room, which accepts or refuses it on a clock (rule `high-risk-marker`).
* A marker is looked at again on its day, and when the person whom it protects moves: the control room or a supervisor decides that
  it stays or ends.
* The decision that ends high, or closes the case, ends the marker, and the control room says that it has taken it off.
"""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.operations.holding import case_of, named_in
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.risk.high.models import HighRisk
from sentinel.risk.high.operations import (
    begin_high_risk,
    end_high_risk,
    end_with_case,
    let_workers_reach,
    silence_markers,
)
from sentinel.risk.high.reviewing import ask_reviews_after_move
from sentinel.risk.high.rules import HIGH, LOCATION


@follow("assessed")
def band_changed(event: Event, actor: Actor, now: datetime) -> None:
    """High risk begins with the first assessment that says so, and ends with the one that says so no more.

    What has begun begins no second time; after a closed case was reopened, the next high assessment tells everybody anew.
    """
    is_high, was_high = event.payload["band"] == HIGH, event.payload.get("before") == HIGH
    # What a place was before may stand in another case of it.
    if not is_high and not was_high and event.payload["subject"] != LOCATION:
        return
    change = begin_high_risk if is_high else end_high_risk
    change(
        actor=actor, now=now, case=case_of(event), party=named_in(event), subject=event.payload["subject"]
    )  # fmt: skip


@follow("handover_accepted")
def owner_changed(event: Event, actor: Actor, now: datetime) -> None:
    """What is told of high risk, and its markers, name the desk of the agency that owns the case from then on."""
    let_workers_reach(Case.objects.select_related("owner_agency").get(pk=event.record_id))


@follow("case_closed")
def case_closed(event: Event, actor: Actor, now: datetime) -> None:
    """A closed case holds nobody at high risk: closing it was somebody's decision, and a second person's where it was high."""
    end_with_case(actor=actor, now=now, case=Case.objects.get(pk=event.record_id))


@follow("identity_protected")
def identity_protected(event: Event, actor: Actor, now: datetime) -> None:
    """A marker of whose identity is protected says no more who they are, and is taken off."""
    case = Case.objects.select_related("owner_agency").filter(pk=event.record_id).first()
    if case is not None and event.subject_id is not None:  # a report's party has no marker
        silence_markers(actor=actor, now=now, case=case, party_id=event.subject_id)


@follow("person_address_added")
@follow("report_joined")
def somebody_may_have_moved(event: Event, actor: Actor, now: datetime) -> None:
    """A case that is told of a new address has the markers looked at whose people lived elsewhere."""
    case = Case.objects.select_related("owner_agency").filter(pk=event.record_id).first()
    if case is not None and HighRisk.objects.filter(case=case, ended_at__isnull=True).exists():
        ask_reviews_after_move(actor=actor, now=now, case=case)
