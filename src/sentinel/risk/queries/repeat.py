"""What the records say of a repeat victim: how many incidents happened to a person, and the reports by or about them, in the period that the
local rule `repeats` sets (R47)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from sentinel.cases.models import Case, Party, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.matching.queries import VICTIM, incidents_of, repeat_rules
from sentinel.matching.rules.occurrences import once
from sentinel.people.whole import OfOne
from sentinel.reports.models import Report

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

    `incidents` is how many different ones happened to them, however often they were told of (of one category alone where the rule asks for
    that). `reports` are the newest by or about them, newest first; `more` that there are others. `likely` says that there are as many
    incidents as the rule asks for. `known` is False where the reader may not know who this is: then nothing can be said.
    """

    months: int
    needed: int
    incidents: int = 0
    one_kind: bool = False
    reports: tuple[Earlier, ...] = ()
    more: bool = False
    known: bool = True

    @property
    def likely(self) -> bool:
        """Whether the rule makes them a repeat victim; the officer decides."""
        return self.incidents >= self.needed


def earlier_reports(actor: Actor, case: Case, party: Party, now: datetime) -> Repeat:
    """What happened to the person that a party is, and the reports by or about them, also in other cases, in the period of the local
    rule. Four queries."""
    today = london_date(now)
    rule = repeat_rules(today, case.owner_agency_id)[VICTIM]
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return Repeat(rule.months, rule.incidents, known=not party.identity_protected)
    # Every id that is one person with theirs: what was told of either half counts, and each report once.
    whole = PartyIdentity.objects.filter(OfOne("person_id", [identity.person_id]))
    same = set(whole.values_list("party_id", flat=True))
    happened = incidents_of(actor, identity.person_id, ["victim"])
    hit = {incident for _, incident in happened}
    since = rule.since(today)
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
    return Repeat(
        rule.months,
        rule.incidents,
        rule.counted(once([(one.occurrence, one.category) for one in happened.values() if one.at >= since])),
        rule.same_category,
        tuple(found[:MOST]),
        len(found) > MOST,
    )
