"""A case whose people are assessed and whose plan has begun is being worked: nobody needs to say so."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.operations import set_status
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event


@follow("action_planned")
def begin_work(event: Event, actor: Actor, now: datetime) -> None:
    """The first action of an assessed case makes it one that is being worked."""
    case = Case.objects.get(pk=event.record_id)
    if case.status == "assessed":
        set_status(
            actor=actor,
            now=now,
            case=case,
            version=case.version,
            status="active",
            reason="The plan has begun.",
            by_itself=True,
        )
