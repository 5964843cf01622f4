"""High risk ends: by an assessment, or with its case."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, QuerySet

from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.risk.high.models import HighRisk, Marker, ToldOfHighRisk
from sentinel.risk.high.operations.markers import end_markers
from sentinel.risk.high.operations.reaching import let_workers_reach
from sentinel.risk.high.rules import LOCATION


def end_high_risk(
    *, actor: Actor, now: datetime, case: Case, party: Party | None, subject: str
) -> list[HighRisk]:
    """The decision that somebody, or a place, is no longer at high risk ends what followed from it: nobody need acknowledge
    any more, and the control room takes the marker off and says so. Of a place it ends in every case there that the actor
    works on (R40). Empty where nothing had begun."""
    let_workers_reach(case)
    rows = HighRisk.objects.filter(subject=subject, ended_at__isnull=True)
    rows = rows.filter(place=case.place) if subject == LOCATION else rows.filter(case=case, party=party)
    return _end_all(actor, now, rows, case)


def end_with_case(*, actor: Actor, now: datetime, case: Case) -> list[HighRisk]:
    """The same for everybody in a case that is closed. Its place stays at risk until somebody assesses it anew."""
    let_workers_reach(case)
    rows = HighRisk.objects.filter(case=case, ended_at__isnull=True).exclude(subject=LOCATION)
    return _end_all(actor, now, rows, case)


def _end_all(actor: Actor, now: datetime, rows: QuerySet[HighRisk], case: Case) -> list[HighRisk]:
    # Whoever passes on inserts rows that name these: NO KEY lets them, so that neither waits for the other for ever.
    found = list(rows.select_related("party").select_for_update(of=("self",), no_key=True).order_by("id"))
    for row in found:
        _end(actor, now, row, case)
    return found


def _end(actor: Actor, now: datetime, row: HighRisk, case: Case) -> None:
    row.ended_at, row.ended_by_id = now, actor.user_id
    row.version += 1
    row.save(update_fields=["ended_at", "ended_by_id", "version"])
    end_markers(Marker.objects.filter(high_risk=row), now)
    waiting = ToldOfHighRisk.objects.filter(
        high_risk=row, acknowledged_at__isnull=True, passed_on_at__isnull=True
    )
    waiting.update(passed_on_at=now, version=F("version") + 1)
    party = row.party
    raise_event(
        kind="high_risk_ended", actor=actor, now=now, record_id=case.id,
        subject_id=row.id, audience_id=party.audience_id if party else None,
        payload={"party": str(party.id) if party else None, "subject": row.subject},
    )  # fmt: skip
