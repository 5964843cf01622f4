"""Reading referrals: those of a case, and those that were sent to the reader's agency."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from sentinel.accounts.models import Agency, AgencyArea
from sentinel.cases.models import Case, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound, Refused
from sentinel.partnership.referrals.models import UNANSWERED, Referral, ReferralContent, SentReferral
from sentinel.partnership.referrals.rules import Terms, kinds_for, terms_of
from sentinel.questionnaires.queries import rule_contents

RULE = "referrals"
MOST = 200


def terms_on(on: date) -> dict[str, Terms]:
    """The terms of each kind of referral, as the rule stands on a day in London. One query."""
    content: Mapping[str, list[Mapping[str, Any]]] = rule_contents([RULE], on).get(RULE, {})
    return terms_of(content.get("items", []))


def recipients(terms: Terms, district_id: uuid.UUID | None) -> list[Agency]:
    """The agencies that a kind of referral may go to for a district: of the first group of the rule of which one works there;
    of every group where the district is not known. By name; one query."""
    wanted = {kind for group in terms.to for kind in group}
    rows = Agency.objects.filter(kind__in=wanted, merged_into__isnull=True)
    if district_id is not None:
        works = AgencyArea.objects.filter(area_id=district_id, valid_until__isnull=True)
        rows = rows.filter(pk__in=works.values("agency_id"))
    found = list(rows.order_by("name"))
    if district_id is None:
        return found
    return next(
        (some for group in terms.to if (some := [one for one in found if one.kind in group])), []
    )  # fmt: skip


def referrals_of(actor: Actor, case: Case) -> list[Referral]:
    """The referrals of a case that the actor may see, the newest first. One query."""
    return list(_rows().filter(case=case).order_by("-opened_at", "-id"))


def referral_of(actor: Actor, case: Case, referral_id: uuid.UUID) -> Referral:
    """One referral of a case. Raises NotFound where it is not this case's, or not the actor's to see."""
    found = _rows().filter(case=case, pk=referral_id).first()
    if found is None:
        raise NotFound()
    return found


def _rows() -> QuerySet[Referral]:
    people = (
        "to_agency",
        "asked_by",
        "decided_by",
        "sent_by",
        "answered_by",
        "not_sent_by",
        "withdrawn_by",
        "outcome_by",
        "settled_by",
    )
    return Referral.objects.select_related("party", *people)


@dataclass(frozen=True)
class Said:
    """What a referral says: `hidden` where something is kept that this reader may not see."""

    content: ReferralContent | None
    hidden: bool


def content_of(actor: Actor, referral: Referral) -> Said:
    """What a referral says so far; hidden, too, where who it is about is. One query, two of who is protected."""
    found = ReferralContent.objects.filter(referral=referral).first()
    if hides(referral):
        return Said(None, hidden=True)
    # Whoever sent it, or asked a supervisor, kept what it says.
    kept = referral.asked_at is not None or referral.sent_at is not None
    return Said(found, hidden=found is None and kept)


def audience_of(referral: Referral) -> uuid.UUID | None:
    """Who may read what it says: of a protected identity those who may know it, of whom the actor is one."""
    party = referral.party
    if party is None:
        return None
    if party.identity_protected:
        identity = PartyIdentity.objects.filter(party=party).first()
        if identity is not None and identity.audience_id is not None:
            return identity.audience_id
    return party.audience_id


def hides(referral: Referral) -> bool:
    """Whether who it is about is protected, as it stands now, and kept from this reader. No query where nobody is protected
    by what was read of the party; one otherwise."""
    party = referral.party
    if party is None or not party.identity_protected:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnership_hides(%s)", [party.pk])
        row = cursor.fetchone()
    return bool(row and row[0])


# What is not settled of a case, for what is next: fetched with the case itself (cases.queries.one).
UNSETTLED = "unsettled_referrals"
COLUMNS = (
    "id",
    "kind",
    "party_id",
    "asked_at",
    "decided_at",
    "sent_at",
    "due_at",
    "acknowledged_at",
    "declined_at",
    "wish",
)


def unsettled_with_case() -> ArraySubquery:
    """The referrals of a case of which something is left to be done, as the reader may see them, for a query of cases."""
    rows = Referral.objects.filter(case=OuterRef("pk"), settled_at__isnull=True).order_by("opened_at", "id")
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in COLUMNS})))


def unsettled_in(actor: Actor, case: Case) -> list[Mapping[str, Any]]:
    """The same of one case: those that came with it, or by one query. Moments are in ISO 8601 where they came with it."""
    known: list[Mapping[str, Any]] | None = getattr(case, UNSETTLED, None)
    if known is not None:
        return known
    rows = Referral.objects.filter(case=case, settled_at__isnull=True).order_by("opened_at", "id")
    return list(rows.values(*COLUMNS))


def answers_referrals(actor: Actor) -> list[str]:
    """The kinds of referral that the actor answers for their agency. Raises Refused for who answers none."""
    kinds = kinds_for(actor.rights)
    if not kinds or actor.agency_id is None:
        raise Refused("Your role does not answer referrals.")
    return kinds


def received(actor: Actor) -> list[SentReferral]:
    """What was sent to the actor's agency and is theirs to answer: what waits first, the earliest due first, then the newest
    of the rest. Two queries. Raises Refused for who answers none."""
    rows = _received(actor.agency_id, answers_referrals(actor))
    first = list(rows.filter(UNANSWERED).order_by("due_at", "id")[:MOST])
    return first + list(rows.exclude(UNANSWERED).order_by("-sent_at", "-id")[: MOST - len(first)])


def received_one(actor: Actor, sent_id: uuid.UUID) -> SentReferral:
    """One referral that was sent to the actor's agency. Raises Refused for who answers none, NotFound."""
    found = _received(actor.agency_id, answers_referrals(actor)).filter(pk=sent_id).first()
    if found is None:
        raise NotFound()
    return found


def _received(agency_id: uuid.UUID | None, kinds: Sequence[str]) -> QuerySet[SentReferral]:
    rows = SentReferral.objects.select_related("from_agency", "sent_by", "answered_by", "outcome_by")
    return rows.filter(to_agency_id=agency_id, kind__in=list(kinds))
