"""Whoever is complained of is assessed before a formal step (R39): the page asks for it, nothing stops it, and going without is
counted."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.queries import people_of
from sentinel.cases.timeline import Told, party, sentence, strong, told
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow, raise_event
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.risk.queries import perpetrators_unassessed

UNASSESSED = "approached_unassessed"


@follow("approach_checked")
def count_the_unassessed(event: Event, actor: Actor, now: datetime) -> None:
    """An approach that is allowed while somebody it goes to was never assessed is an event of its own, one for each of them."""
    payload = event.payload
    if not payload["allowed"]:
        return
    case = Case.objects.get(pk=event.record_id)
    for one in perpetrators_unassessed(actor, case, people_of(actor, case, london_date(now))):
        if payload.get("other") in {None, str(one.id)}:
            raise_event(
                kind=UNASSESSED, actor=actor, now=now, record_id=case.id, subject_id=one.id, audience_id=event.audience_id,
                payload={"party": str(one.id)},
            )  # fmt: skip


@sentence(UNASSESSED, group="risk")
def approached_unassessed(event: Event, row: None) -> Told:
    """'Approach allowed, and nobody has assessed Dale Horton as the person complained of'."""
    whom = party(event.payload["party"])
    return told(
        strong("Approach allowed"), ", and nobody has assessed ", whom, " as the person complained of"
    )
