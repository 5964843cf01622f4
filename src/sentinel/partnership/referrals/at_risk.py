"""An assessment tells that somebody is at risk: not whoever is assessed, and least of all whoever poses it. So it is asked who,
and the safeguarding referral is about them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party
from sentinel.cases.operations.guards import change, may_write
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.filling import somebody_at_risk, under_18
from sentinel.partnership.referrals.models import Referral
from sentinel.partnership.referrals.operations import (
    STANDS,
    STILL,
    lock,
    not_sent,
    open_referral,
    tell_of,
    unsent,
)
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from sentinel.risk.models import Assessment
from sentinel.risk.rules import PERPETRATOR

ELSEWHERE = "They stand in another safeguarding referral of this case that is still to be sent."
POSES_IT = "The assessment is of the danger that they may pose. Choose whoever is at risk from it."
MOST = 20


def open_at_risk(*, actor: Actor, now: datetime, case: Case, assessment: Assessment) -> Referral | None:
    """Open a safeguarding referral of whom an assessment tells as of somebody at risk: who that is has still to be said.

    None where the assessment tells of nobody, where the same was told before and stands, or without the right. One of whom nobody
    has said who they are goes on with the newer assessment.
    """
    words = somebody_at_risk(assessment)
    if not words or not actor.may("work_case"):
        return None
    may_write(actor, case)
    lock(actor, case)
    told = Referral.objects.filter(
        case=case, told_in__subject=assessment.subject, told_in__party=assessment.party_id
    ).select_related("told_in")
    waits = told.filter(STILL, party__isnull=True).first()
    if waits is not None:
        return change(waits, waits.version, told_in=assessment)
    if any(somebody_at_risk(one.told_in) == words for one in told.filter(STANDS) if one.told_in):
        return None
    row = Referral.objects.create(
        case=case, kind=rules.UNDECIDED, because="safeguarding", told_in=assessment, opened_at=now,
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=assessment.audience_id),
    )  # fmt: skip
    tell_of("referral_opened", actor, now, case, row)
    return row


def asks_who(assessment: Assessment) -> Referral | None:
    """The referral that asks who is at risk by an assessment; None where it tells of nobody or it has been said. At most one query."""
    if not somebody_at_risk(assessment):
        return None
    return Referral.objects.filter(STILL, told_in=assessment, party__isnull=True).first()


def poses_it(referral: Referral) -> uuid.UUID | None:
    """The party from whom the danger comes, by the assessment that told of it; None where it is not of somebody complained of."""
    if referral.told_in_id is None:
        return None
    found = Assessment.objects.filter(pk=referral.told_in_id, subject=PERPETRATOR).first()
    return found.party_id if found else None


def say_who(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    referral: Referral,
    version: int,
    parties: Sequence[Party] = (),
    names: Iterable[str] = (),
) -> list[Referral]:
    """Say who is at risk: people of the case, and names of others, who are added to it. One referral for each of them; of somebody
    who stands in one that is still to be sent it is that one.

    Raises Invalid (parties) for nobody or for whoever poses the danger, NotFound for another case's party, Conflict where it
    was said already or changed since `version`, and as `keep_referral`.
    """
    unsent(actor, case, referral)
    if not rules.is_of_nobody_yet(referral):
        raise Conflict("Who is at risk has been said already.")
    told = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not parties and not told:
        raise Invalid.of("parties", "Choose who is at risk, or write their name.")
    if len(told) > MOST:
        raise Invalid.of("names", f"Write no more than {MOST} names.")
    if poses_it(referral) in {one.id for one in parties}:
        raise Invalid.of("parties", POSES_IT)
    if any(one.case_id != case.id for one in parties):
        raise NotFound()
    whole = [*parties, *(_added(actor, now, case, name) for name in told)]
    left: Referral | None = change(referral, version)
    found = []
    for party in whole:
        there = Referral.objects.filter(_OPEN_OF, STILL, case=case, party=party).first()
        if there is not None:
            if there.told_in_id is None:
                there = change(there, there.version, told_in_id=referral.told_in_id)
        elif left is not None:
            there = _said(actor, now, case, left, party)
            left = None
        else:
            there = open_referral(
                actor=actor, now=now, case=case, kind=rules.UNDECIDED, party=party, because="safeguarding"
            )
            there = change(there, there.version, told_in_id=referral.told_in_id)
        found.append(there)
    if left is not None:
        not_sent(actor, now, case, left, ELSEWHERE)
    return found


_OPEN_OF = Q(kind__in=rules.SAFEGUARDING)


def _said(actor: Actor, now: datetime, case: Case, referral: Referral, party: Party) -> Referral:
    kind = rules.safeguarding_kind(under_18=under_18(actor, case, party, london_date(now)))
    row = change(
        referral,
        referral.version,
        party=party,
        kind=kind,
        audience_id=party.audience_id or referral.audience_id,
    )
    tell_of("referral_about_said", actor, now, case, row)
    return row


def _added(actor: Actor, now: datetime, case: Case, name: str) -> Party:
    """Somebody who was in no part of the case until now."""
    person = add_person(actor=actor, now=now, record_id=case.id, facts=Facts(name=NameGiven(full=name[:200])))
    return add_party(actor=actor, now=now, case_or_record=case, kind="person", person=person)
