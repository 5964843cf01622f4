"""Somebody complained of who is from 10 to 17: a guardian is recorded and youth justice is told (design.md, children)."""

from __future__ import annotations

from datetime import datetime

from sentinel.access.models import Rung
from sentinel.access.queries import holders_of
from sentinel.accounts.models import Agency
from sentinel.cases.models import Case
from sentinel.cases.next import Due, provider
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date

YOUTH_JUSTICE = "youth_justice"


@provider
def guardian_and_youth_justice(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """For each young person complained of: name the guardian, until the case has one; share with youth justice, until it
    is shared. Nothing is shared by itself. No query where nobody young is complained of."""
    people = people_of(actor, case, london_date(now))
    young = [one for one in people if one.is_young and "alleged_perpetrator" in one.role_codes]
    if not young:
        return []
    found = []
    if not any("guardian" in one.role_codes for one in people):
        found += [
            Due("Name the guardian of {party}", None, "case_party_add", ": under 18", {}, one.id)
            for one in young
        ]
    holders = {one.holder_id for one in holders_of(actor, case.id) if one.rung >= Rung.READ}
    services = list(Agency.objects.filter(kind=YOUTH_JUSTICE).values_list("id", flat=True))
    if services and holders.isdisjoint(services):
        found += [
            Due("Tell youth justice of {party}", None, "case_share", ": under 18", {}, one.id)
            for one in young
        ]
    return found
