"""How a supervisor's review is told on the timeline."""

from __future__ import annotations

from sentinel.cases.timeline import Told, moment, sentence, strong, told
from sentinel.foundation.models import Event
from sentinel.risk.supervision.models import SupervisionReview

_WORDS = dict(SupervisionReview.DECISIONS)


@sentence("supervision_reviewed", group="decisions", loads=SupervisionReview)
def supervision_reviewed(event: Event, row: SupervisionReview | None) -> Told:
    """'Reviewed by a supervisor: carry on with the plan as it is. Next by Thu 3 Dec', with what was looked at and why below."""
    words = str(_WORDS.get(event.payload["decision"], event.payload["decision"]))
    return told(
        strong("Reviewed by a supervisor"),
        f": {words[:1].lower()}{words[1:]}. Next by ",
        moment(event.payload["next_on"]),
        mark="decided",
        more=f"Looked at: {row.looked_at}\n{row.reason}" if row else "",
    )
