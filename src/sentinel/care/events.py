"""How contacts with victims are told on the timeline."""

from __future__ import annotations

from datetime import datetime

from sentinel.care.models import ClosureNotice, VictimContact
from sentinel.care.operations import refresh_due
from sentinel.care.rules import METHODS
from sentinel.cases.operations.holding import case_behind
from sentinel.cases.timeline import Part, Told, party, sentence, strong, told
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.risk.events import about_victims

_DONE = {
    "reached": ("Told", ""),
    "sent": ("Wrote to", ""),
    "declined": ("Reached", ", who did not want to talk"),
    "not_reached": ("Tried to reach", ""),
}
_END = {
    "told": ("Told", " the outcome, the reasons, the ASB Case Review right and how to come back"),
    "declined": ("Asked", ", who did not want to be told the outcome"),
    "not_reached": ("Could not reach", " to tell the outcome"),
}


@sentence("contact_recorded", group="contacts", loads=VictimContact)
def contact_recorded(event: Event, row: VictimContact | None) -> Told:
    """'Told Margaret Ellis by letter', with what was said below."""
    verb, after = _DONE[event.payload["result"]]
    method = METHODS[event.payload["method"]]
    how = (
        ", who got in touch with us"
        if event.payload["method"] == "to_us"
        else f" {method[0].lower()}{method[1:]}"
    )
    parts: list[Part | str] = [strong(verb), " ", party(event.payload["party"]), f"{how}{after}"]
    more = row.said if row else ""
    if row and row.unsafe_reason:
        parts.append(", in a way that was not agreed")
        more = f"{more}\nWhy this way: {row.unsafe_reason}"
    return told(*parts, more=more)


@sentence("closure_told", group="contacts", loads=ClosureNotice)
def closure_told(event: Event, row: ClosureNotice | None) -> Told:
    """'Told Margaret Ellis the outcome, the reasons, ...'."""
    verb, after = _END[event.payload["result"]]
    if event.payload["attempts"]:
        after += f", after {event.payload['attempts']} attempts"
    return told(
        strong(verb), " ", party(event.payload["party"]), after, mark="decided", more=row.words if row else ""
    )


@follow("report_joined")
@follow("party_added")
@follow("role_added")
@follow("role_ended")
@follow("assessed")
@follow("contact_recorded")
@follow("status_changed")
def due_changed(event: Event, actor: Actor, now: datetime) -> None:
    """When the next victim has to be told follows the victims, their bands and what they were told."""
    case = case_behind(event) if about_victims(event) else None
    if case is not None:
        refresh_due(actor=actor, now=now, case=case)
