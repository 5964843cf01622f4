"""Children complained of (design.md, children).

* Whoever was under 10 when it happened is never a perpetrator: as soon as a birth says so they are a child involved, with no
  matrix, band or marker, also where a band held until then.
* From 10 to 17 a guardian is recorded and youth justice is told.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from sentinel.access.models import Rung
from sentinel.access.queries import holders_of
from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Party, PartyRole
from sentinel.cases.next import Due, provider
from sentinel.cases.operations import add_role, end_role
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.risk.high.operations import end_high_risk
from sentinel.risk.operations import was_under_ten
from sentinel.risk.rules import PERPETRATOR

YOUTH_JUSTICE = "youth_justice"
COMPLAINED_OF, CHILD = "alleged_perpetrator", "child_involved"
WHY = "The birth on record makes them under 10 when it happened. A child under 10 is never a perpetrator."


@follow("person_birth_added")
def birth_is_known(event: Event, actor: Actor, now: datetime) -> None:
    """A birth that a case tells of somebody who is complained of in it."""
    if event.subject_id is not None:
        of_person = Party.objects.filter(identity__person_id=event.subject_id)
        _children_involved(event, actor, now, of_person)


@follow("party_added")
@follow("party_changed")
@follow("role_added")
def is_complained_of(event: Event, actor: Actor, now: datetime) -> None:
    """Somebody is added, named or complained of whose birth is known already."""
    payload = event.payload or {}
    roles = payload.get("roles", [payload["role"]] if "role" in payload else None)
    if event.subject_id is not None and (roles is None or COMPLAINED_OF in roles):
        _children_involved(event, actor, now, Party.objects.filter(pk=event.subject_id))


def _children_involved(event: Event, actor: Actor, now: datetime, parties: QuerySet[Party]) -> None:
    held = PartyRole.objects.filter(
        party__in=parties.filter(case_id=event.record_id), role=COMPLAINED_OF, until__isnull=True
    )
    for role in held.select_related("party__case"):
        party = role.party
        if party.case is None or not was_under_ten(party.case, party):
            continue
        end_role(actor=actor, now=now, role=role, reason=WHY)
        if not PartyRole.objects.filter(party=party, role=CHILD, until__isnull=True).exists():
            add_role(actor=actor, now=now, party=party, role=CHILD)
        end_high_risk(actor=actor, now=now, case=party.case, party=party, subject=PERPETRATOR)


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
