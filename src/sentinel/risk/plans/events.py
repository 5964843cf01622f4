"""How the opening of a plan, and each decision on what it proposed, are told on the timeline."""

from __future__ import annotations

from sentinel.cases.timeline import Told, link, party, sentence, strong, told
from sentinel.foundation.models import Event
from sentinel.risk.plans.models import ProposedAction
from sentinel.risk.rules import BAND_KEYS
from sentinel.web.formats import plural

_WHAT = {"location": "the place", "case": "the case"}
_SAID = {"confirmed": "Plan confirmed", "changed": "Plan changed", "struck": "Struck from the plan"}


@sentence("plan_opened", group="actions")
def plan_opened(event: Event, row: None) -> Told:
    """'Action plan opened: 5 actions proposed, Margaret Ellis is high'."""
    payload = event.payload
    whom = (
        party(payload["party"]) if payload.get("party") else _WHAT.get(payload.get("subject", ""), "the case")
    )
    sooner = payload.get("sooner", 0)
    also = f", {sooner} brought forward" if sooner else ""
    return told(
        strong("Action plan opened"), ": ", link(f"{plural(payload['count'], 'action')} proposed", "case_plan"), f"{also}, ", whom,
        f" is {BAND_KEYS[payload['band']]}",
    )  # fmt: skip


@sentence("plan_line_decided", group="actions", loads=ProposedAction)
def plan_line_decided(event: Event, row: ProposedAction | None) -> Told:
    """'Struck from the plan: Ask for patrols', with the reason below."""
    words = row.what if row else "a proposed action"
    return told(
        strong(_SAID.get(event.payload["decision"], "Plan")), f": {words}", mark="decided" if row and row.reason else "",
        more=row.reason if row else "",
    )  # fmt: skip
