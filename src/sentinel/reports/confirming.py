"""The written confirmation of a report that was held for lack of a safe way: it goes once somebody has asked for one."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.people import messages
from sentinel.people.whole import whole
from sentinel.reports.models import Report

WHY = "Written confirmation of a report, once the caller had said how it is safe to get in touch"


def key_of(report_id: uuid.UUID) -> str:
    """What the decision to confirm a report is called."""
    return f"report {report_id} confirmation"


def release_confirmations(*, actor: Actor, now: datetime, person_id: uuid.UUID) -> None:
    """Send the confirmations of this person's reports that are held, where there is a safe way by now.

    One that promises to be in touch by a moment that is over stays held: it would be read as a promise for tomorrow.
    """
    rows = Report.objects.filter(
        confirmation="held", next_contact_due__gt=now, caller_party__identity__person_id=person_id
    )
    reports = {key_of(report_id): report_id for report_id in rows.values_list("id", flat=True)}
    if not reports:
        return
    gone = messages.release(actor=actor, now=now, person_id=person_id, decided_keys=reports, why=WHY)
    for message in gone:
        Report.objects.filter(pk=reports[message.decided_key]).update(confirmation=message.state)


@follow("safe_contact_set")
def safe_contact_asked(event: Event, actor: Actor, now: datetime) -> None:
    """Whoever said how it is safe to reach them is sent what waited for it."""
    if event.subject_id is not None:
        for person_id in whole(event.subject_id).ids:
            release_confirmations(actor=actor, now=now, person_id=person_id)
