"""From the one who took the call to the one who works it, with the minutes between (R14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from sentinel.accounts.models import Team
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.reports.models import Report
from sentinel.reports.operations.guards import open_to_change
from sentinel.reports.rules import minutes_between


def pick_up(*, actor: Actor, now: datetime, report: Report) -> Report:
    """Take a report that was handed on. The first practitioner's time stays: it is what is measured.

    Raises Refused for somebody who works no cases, Conflict where somebody else has it already.
    """
    with transaction.atomic():
        row = open_to_change(actor, report, "work_case", "Your roles do not include working on reports.")
        if row.practitioner_id == actor.user_id:
            return row
        if row.practitioner_id is not None and not actor.may("reassign"):
            raise Conflict("Somebody else has picked this report up already.")
        first = row.practitioner_at or now
        Report.objects.filter(pk=row.pk).update(
            practitioner_id=actor.user_id,
            practitioner_at=first,
            team_id=row.team_id or actor.team_id,
            changed_at=now,
            version=F("version") + 1,
        )
        row.refresh_from_db()
        raise_event(
            kind="report_picked_up", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"minutes": minutes_between(row.told_at, first)},
        )  # fmt: skip
    return row


def hand_on(*, actor: Actor, now: datetime, report: Report, team: Team) -> Report:
    """Hand a report on to another team of one's agency: it stands on their list until somebody picks it up.

    Raises Invalid for a team of another agency or one that takes none.
    """
    with transaction.atomic():
        row = open_to_change(actor, report, "take_report", "Your roles do not include handing reports on.")
        if team.agency_id != row.agency_id or not team.takes_skeletons:
            raise Invalid.of("team", "Choose a team of your agency that takes reports.")
        Report.objects.filter(pk=row.pk).update(
            team_id=team.id, practitioner_id=None, changed_at=now, version=F("version") + 1
        )
        row.refresh_from_db()
        raise_event(
            kind="report_handed_on", actor=actor, now=now, record_id=row.record_id, subject_id=row.id,
            payload={"team": str(team.id)},
        )  # fmt: skip
    return row
