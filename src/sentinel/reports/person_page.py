"""What reports and cases tell on a person's page: which of them told a fact, and where somebody has a part."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection

from django.urls import NoReverseMatch, reverse

from sentinel.cases.models import Case, PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.people.sources import PersonPart, Source, tells_parts, tells_sources
from sentinel.people.whole import OfOne
from sentinel.reports.models import Report


def _href(name: str, reference: str) -> str:
    try:
        return reverse(name, args=[reference])
    except NoReverseMatch:
        return ""


@tells_sources
def records_in_words(actor: Actor, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Source]:
    """Cases and reports that the actor reads, by record. Two queries."""
    cases = Case.objects.filter(pk__in=record_ids).values_list("pk", "reference")
    reports = Report.objects.filter(pk__in=record_ids, case__isnull=True).values_list("pk", "reference")
    return {
        **{pk: Source(f"Case {reference}", _href("case", reference)) for pk, reference in cases},
        **{pk: Source(f"Report {reference}", _href("report", reference)) for pk, reference in reports},
    }


@tells_parts
def parts(actor: Actor, person_id: uuid.UUID) -> list[PersonPart]:
    """The cases and reports in which a person has a part, with the roles held. Four queries."""
    identities = list(
        PartyIdentity.objects.filter(OfOne("person_id", [person_id])).select_related("party__case")
    )
    roles: dict[uuid.UUID, list[str]] = defaultdict(list)
    for role in PartyRole.objects.filter(party__in=[one.party_id for one in identities], until__isnull=True):
        words = str(role.get_role_display())
        if words not in roles[role.party_id]:
            roles[role.party_id].append(words)
    sources = records_in_words(actor, {one.record_id for one in identities})
    found = []
    for one in identities:
        source = sources.get(one.record_id)
        if source is not None:
            state = str(one.party.case.get_status_display()) if one.party.case else "Not in a case"
            found.append(PersonPart(", ".join(roles[one.party_id]), source, one.created_at, state))
    return found
