"""What people say of two tellings: that they are of one occurrence, or are not. They are linked, never merged: each report keeps its caller,
its words and its clock, and what is counted is the occurrence."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Incident
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Invalid, Refused
from sentinel.matching.models import SameOccurrence
from sentinel.people.provenance import provenance


def say_same_occurrence(
    *, actor: Actor, now: datetime, incident: Incident, other: Incident, how: str
) -> None:
    """Say that `incident`, which the actor writes, tells of the same occurrence as `other`, which they read; `how` is why it is thought so.

    Whatever either was one with before is one with both, while what was said of each pair stands; the records of those others are told
    quietly that they are counted with another. Raises Refused for whoever may not write the one, Invalid for an incident and
    itself or two that are one already.
    """
    _check(actor, incident, other)
    if _root(incident) == _root(other):
        raise Invalid.of("other", "These are told of as one already.")
    with transaction.atomic():
        _keep(actor, now, incident, other, how, same=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT matching_join_occurrence(%s, %s)", [incident.id, other.id])
            incident.occurrence_id = cursor.fetchone()[0]
        raise_event(
            kind="occurrence_joined", actor=actor, now=now, record_id=incident.record_id, audience_id=incident.audience_id,
            subject_id=incident.id, payload={},
        )  # fmt: skip


def say_other_occurrence(
    *, actor: Actor, now: datetime, incident: Incident, other: Incident, how: str
) -> None:
    """Say that `incident`, which the actor writes, tells of something else than `other`: nobody is asked again. Where they were linked, by
    what was said of the two or of others, `incident` leaves `other` and all that are one with that without it; what else it was said to
    be one with stays. Raises as `say_same_occurrence` does."""
    _check(actor, incident, other)
    linked = _root(incident) == _root(other)
    with transaction.atomic():
        _keep(actor, now, incident, other, how, same=False)
        if linked:
            with connection.cursor() as cursor:
                cursor.execute("SELECT matching_part_occurrence(%s, %s)", [incident.id, other.id])
                incident.occurrence_id = cursor.fetchone()[0]
        raise_event(
            kind="occurrence_parted" if linked else "occurrence_told_apart", actor=actor, now=now, record_id=incident.record_id,
            audience_id=incident.audience_id, subject_id=incident.id, payload={},
        )  # fmt: skip


def _root(incident: Incident) -> object:
    return incident.occurrence_id or incident.id


def _check(actor: Actor, incident: Incident, other: Incident) -> None:
    if not (actor.may("take_report") or actor.may("work_case")):
        raise Refused("Your roles do not include saying which reports are of the same thing.")
    if incident.id == other.id:
        raise Invalid.of("other", "This is the same report.")
    if rung_of(actor, incident.record_id) < Rung.WRITE:
        raise Refused("Your agency may read this report but not change it.").keeping(
            record_id=incident.record_id
        )


def _keep(actor: Actor, now: datetime, incident: Incident, other: Incident, how: str, *, same: bool) -> None:
    SameOccurrence.objects.create(
        **provenance(actor=actor, now=now, record_id=incident.record_id, audience_id=incident.audience_id),
        incident=incident, other_id=other.id, same=same, how=how.strip()[:200] or "read side by side", said_by_id=actor.user_id, at=now,
    )  # fmt: skip
