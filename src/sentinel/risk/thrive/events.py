"""How THRIVE that was carried over is told on the timeline."""

from __future__ import annotations

from sentinel.cases.timeline import Told, sentence, strong, told
from sentinel.foundation.models import Event
from sentinel.risk.thrive.models import Thrive


@sentence("thrive_carried_over", group="risk", loads=Thrive)
def thrive_carried_over(event: Event, row: Thrive | None) -> Told:
    """'THRIVE carried over from the control room, log 612. It is no assessment'."""
    log = f", log {row.log}" if row else ""
    return told(strong("THRIVE"), f" carried over from the control room{log}. It is no assessment")
