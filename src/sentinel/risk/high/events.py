"""How high risk and its marker are told on the timeline, and what the end of a share means for it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from sentinel.accounts.duties import police_for
from sentinel.cases.models import Case
from sentinel.cases.timeline import Part, Told, party, sentence, strong, told
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.risk.high.models import Marker

OF_WHOM = {"location": "the place", "case": "the case"}


def _whom(event: Event) -> Part | str:
    named = event.payload.get("party")
    return party(named) if named else OF_WHOM.get(event.payload.get("subject", ""), "the case")


@sentence("high_risk_began", group="risk")
def high_risk_began(event: Event, row: None) -> Told:
    """'High risk: Margaret Ellis. The duty roles were told'."""
    return told(strong("High risk"), ": ", _whom(event), ". The duty roles were told", mark="harm")


@sentence("high_risk_ended", group="risk")
def high_risk_ended(event: Event, row: None) -> Told:
    """'No longer high risk: Margaret Ellis'."""
    return told(strong("No longer high risk"), ": ", _whom(event))


@sentence("high_risk_acknowledged", group="risk")
def high_risk_acknowledged(event: Event, row: None) -> Told:
    """'High risk acknowledged'. Who did it stands beside the entry."""
    return told(strong("High risk acknowledged"))


def _kind(event: Event) -> str:
    return dict(Marker.KINDS).get(event.payload.get("kind", ""), "").lower()


@sentence("marker_proposed", group="risk", loads=Marker)
def marker_proposed(event: Event, row: Marker | None) -> Told:
    """'Marker proposed to the control room: person at risk'."""
    return told(strong("Marker proposed"), f" to the control room: {_kind(event)}")


@sentence("marker_answered", group="risk", loads=Marker)
def marker_answered(event: Event, row: Marker | None) -> Told:
    """'Marker accepted by the control room: person at risk', or that it was refused, with the reason below it."""
    if event.payload.get("accepted"):
        return told(strong("Marker accepted"), f" by the control room: {_kind(event)}")
    why = row.refusal if row is not None else ""
    return told(strong("Marker refused"), f" by the control room: {_kind(event)}", mark="harm", more=why)


@sentence("marker_unanswered", group="risk")
def marker_unanswered(event: Event, row: None) -> Told:
    """'Marker not answered in time by the control room: person at risk'."""
    return told(strong("Marker not answered in time"), f" by the control room: {_kind(event)}", mark="harm")


@sentence("marker_taken_off", group="risk")
def marker_taken_off(event: Event, row: None) -> Told:
    """'Marker taken off by the control room: person at risk'."""
    return told(strong("Marker taken off"), f" by the control room: {_kind(event)}")


@sentence("marker_silenced", group="risk", quiet=True)
def marker_silenced(event: Event, row: None) -> Told:
    """'Name taken out of the marker', in the record of the high risk itself."""
    return told(strong("Name taken out of the marker"), ": the identity is protected")


@sentence("marker_reviewed", group="risk")
def marker_reviewed(event: Event, row: None) -> Told:
    """'Marker reviewed, it stays'."""
    return told(strong("Marker reviewed"), ", it stays" if event.payload.get("stays") else ", it ends")


@sentence("marker_review_asked", group="risk", quiet=True)
def marker_review_asked(event: Event, row: None) -> Told:
    """'Marker to be reviewed', in the record of the high risk itself."""
    return told(strong("Marker to be reviewed"))


@follow("sharing_ended")
def share_ended(event: Event, actor: Actor, now: datetime) -> None:
    """Whose share of a case ends reaches its high risk no more, unless they are the police of the area, who are told whoever
    works on the case."""
    case = Case.objects.select_related("place").filter(pk=event.record_id).first()
    if case is None:
        return
    agency = uuid.UUID(event.payload["agency"])
    if agency in {one.pk for one in police_for(case.place.district_id if case.place else None)}:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_high_take(%s, %s)", [case.pk, agency])
