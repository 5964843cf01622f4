"""Carrying over what the control room wrote, and reading it beside an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import clean_text, filled
from sentinel.risk.thrive.models import Thrive

TOPICS = {
    "threat": "Threat",
    "harm": "Harm",
    "risk": "Risk",
    "investigation": "Investigation",
    "vulnerability": "Vulnerability",
    "engagement": "Engagement",
}
SOURCE = "control-room log"


def carry_over(
    *, actor: Actor, now: datetime, case: Case, log: str, written_at: datetime, said: Mapping[str, str]
) -> Thrive:
    """Keep what a control-room log says under THRIVE. `said` maps a topic to its words, each may be missing, not all.

    `written_at` is UTC. Changes no band and makes no assessment. Raises Invalid beside log, written_at or a topic.
    """
    may_write(actor, case)
    number = filled("log", log, "Enter the number of the log.", longest=60)
    if written_at > now:
        raise Invalid.of("written_at", "Choose a moment that has passed.")
    words = {topic: _clean(topic, said.get(topic, "")) for topic in TOPICS}
    if not any(words.values()):
        raise Invalid.of("threat", "Copy at least one of the six from the log.")
    origin = {**provenance(actor=actor, now=now, record_id=case.id), "source": SOURCE}
    row = Thrive.objects.create(case=case, log=number, written_at=written_at, **words, **origin)
    tell(kind="thrive_carried_over", actor=actor, now=now, case=case, subject_id=row.id)
    return row


def _clean(topic: str, text: str) -> str:
    try:
        return clean_text(text, 4000)
    except Invalid as error:
        raise Invalid.of(topic, error.message) from error


def thrives_of(actor: Actor, case: Case) -> list[Thrive]:
    """What came with the logs of a case, the newest first; at most ten. One query."""
    return list(Thrive.objects.filter(case=case).order_by("-written_at", "-id")[:10])


def topics_of(row: Thrive) -> list[tuple[str, str]]:
    """What a row says, topic by topic, in THRIVE's order; what is empty is left out."""
    return [(label, words) for topic, label in TOPICS.items() if (words := getattr(row, topic))]
