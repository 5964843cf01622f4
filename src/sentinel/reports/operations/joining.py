"""A report becomes a case, or part of one. Everything recorded under it goes along."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from sentinel.accounts.models import User
from sentinel.cases.models import Case
from sentinel.cases.operations import open_case, rehome
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict
from sentinel.reports.models import Report
from sentinel.reports.operations.guards import open_to_change

SKELETON = "This report is still a skeleton. Complete it first."


def open_case_from_report(
    *,
    actor: Actor,
    now: datetime,
    report: Report,
    title: str,
    involved: Iterable[uuid.UUID] = (),
    lead: User | None = None,
) -> Case:
    """Open a case from a report and move everything of the report into it. Nothing is typed again (R17).

    `involved` are the ids of agencies that take part. Raises Refused without the right open_case, Invalid as
    cases.operations.open_case, Conflict for a skeleton or a report that has ended or is in a case already.
    """
    with transaction.atomic():
        row = open_to_change(
            actor, report, "open_case", "Your role takes reports; a practitioner opens the case."
        )
        incident = row.incident
        if row.state == "skeleton" or incident is None:
            raise Conflict(SKELETON)
        case = open_case(
            actor=actor,
            now=now,
            title=title,
            category=incident.category,
            national_type=incident.national_type,
            told_at=row.told_at,
            place=incident.place,
            involved=involved,
            lead=lead,
            crime=incident.crime,
        )
        _join(actor, now, row, case)
    return case


def join_case(*, actor: Actor, now: datetime, report: Report, case: Case) -> Case:
    """Put a report into a case that is open already. Raises Refused without WRITE on both, Conflict for a closed case."""
    with transaction.atomic():
        row = open_to_change(actor, report, "work_case", "Your roles do not include working on cases.")
        if row.state == "skeleton":
            raise Conflict(SKELETON)
        if case.status == "closed":
            raise Conflict("This case is closed. Reopen it first, or open a new one.")
        _join(actor, now, row, case)
    return case


def _join(actor: Actor, now: datetime, row: Report, case: Case) -> None:
    taken: dict[str, object] = {}
    if row.practitioner_at is None:
        taken = {"practitioner_id": actor.user_id, "practitioner_at": now}
    Report.objects.filter(pk=row.pk).update(state="case", changed_at=now, version=F("version") + 1, **taken)
    rehome(actor=actor, now=now, from_record=row.record_id, case=case)
