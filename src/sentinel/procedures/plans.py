"""When somebody, or a place, comes to a band from below, an action plan opens from the band's template (R53): an officer
confirms, changes or strikes each of its lines."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.operations.holding import case_of, named_in
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.risk.plans.operations import open_plan
from sentinel.risk.plans.rules import has_risen
from sentinel.risk.rules import BAND_NUMBERS


@follow("assessed")
def plan_opens(event: Event, actor: Actor, now: datetime) -> None:
    """Propose the lines of the band's template."""
    payload = event.payload
    if not has_risen(payload.get("before"), payload["band"]):
        return
    open_plan(
        actor=actor,
        now=now,
        case=case_of(event),
        party=named_in(event),
        subject=payload["subject"],
        band=BAND_NUMBERS[payload["band"]],
    )
