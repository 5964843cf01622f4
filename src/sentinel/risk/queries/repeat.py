"""What the records say of a repeat victim: earlier reports by or about a person, in the period that the local rule sets (R47)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from sentinel.cases.models import Case, Party, PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.reports.models import Report
from sentinel.risk.lists import repeat_rule
from sentinel.risk.rules import months_before

MOST = 20


@dataclass(frozen=True)
class Earlier:
    """One report: `by` says that the person told it, `about` that it happened to them. `told_at` UTC."""

    record_id: uuid.UUID
    reference: str
    told_at: datetime
    agency: str
    national_type: str
    by: bool
    about: bool


@dataclass(frozen=True)
class Repeat:
    """What the records that the reader may see say of one person since a moment (UTC).

    `reports` are the newest, newest first; `more` that there are others. `likely` says that there are as many as the rule asks for. `known`
    is False where the reader may not know who this is: then nothing can be said.
    """

    months: int
    needed: int
    reports: tuple[Earlier, ...] = ()
    more: bool = False
    known: bool = True

    @property
    def likely(self) -> bool:
        """Whether the rule makes them a repeat victim; the officer decides."""
        return len(self.reports) >= self.needed


def earlier_reports(actor: Actor, case: Case, party: Party, now: datetime) -> Repeat:
    """The reports by or about the person that a party is, also in other cases, in the period of the local rule. Four queries."""
    months, needed = repeat_rule(london_date(now), case.owner_agency_id)
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return Repeat(months, needed, known=not party.identity_protected)
    same = set(PartyIdentity.objects.filter(person_id=identity.person_id).values_list("party_id", flat=True))
    hit = set(
        PartyRole.objects.filter(party_id__in=same, role="victim", incident__isnull=False).values_list(
            "incident_id", flat=True
        )
    )
    since = months_before(now, months)
    rows = (
        Report.objects.filter(Q(caller_party_id__in=same) | Q(incident_id__in=hit), told_at__gte=since)
        .select_related("agency", "incident")
        .order_by("-told_at", "-id")
    )[: MOST + 1]
    found = [
        Earlier(
            record_id=row.record_id,
            reference=row.reference,
            told_at=row.told_at,
            agency=row.agency.short_name,
            national_type=row.incident.national_type if row.incident else "",
            by=row.caller_party_id in same,
            about=row.incident_id in hit,
        )
        for row in rows
    ]
    return Repeat(months, needed, tuple(found[:MOST]), len(found) > MOST)
