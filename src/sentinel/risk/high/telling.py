"""What became of high risk and its marker, put on the timeline of the case by who may not reach the case."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from sentinel.foundation.actor import SYSTEM
from sentinel.foundation.events import raise_event
from sentinel.foundation.models import Event
from sentinel.kernel.ids import new_id
from sentinel.risk.high.models import Marker


def tell_case(kind: str, subject_id: uuid.UUID, now: datetime) -> None:
    """Put on the timeline of the case what the actor has done with its high risk or the marker, though they may not reach the
    case. The database reads from the rows themselves what the line tells, and for whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_high_said(%s, %s, %s, %s)", [new_id(), kind, subject_id, now])


def say_unanswered(*, now: datetime) -> int:
    """Put on the timeline of each case that the control room has not answered its marker in time, once for each; for the worker.
    Returns how many."""
    said = Event.objects.filter(
        record_id=OuterRef("high_risk__case_id"), kind="marker_unanswered", subject_id=OuterRef("pk")
    )
    late = Marker.objects.filter(state="proposed", answer_due__lte=now, high_risk__ended_at__isnull=True)
    found = list(late.exclude(Exists(said)).select_related("high_risk__party"))
    for marker in found:
        party = marker.high_risk.party
        raise_event(
            kind="marker_unanswered", actor=SYSTEM, now=now, record_id=marker.high_risk.case_id, subject_id=marker.id,
            audience_id=party.audience_id if party else None, payload={"kind": marker.kind},
        )  # fmt: skip
    return len(found)
