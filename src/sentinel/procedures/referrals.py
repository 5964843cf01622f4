"""Who is referred, and when (R37, R73 to R75; founding documents 000 section 9 and 003).

* Every victim at high risk, of every agency and of the landlords too: the referral to Victim First opens filled in. It is sent,
  or somebody says why not.
* An assessment that tells of a safeguarding concern opens the safeguarding referral: of a child or of an adult by age; where
  nobody knows the age, the officer says which. It is about whoever is assessed only where the concern is about them; where the
  assessment says that somebody else is at risk, the officer says who, and it is about them.
* High risk of whatever kind offers the Joint Action Group: refer the case, or say why not.
"""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case
from sentinel.cases.operations.holding import case_of, named_in
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.partnership.referrals.at_risk import open_at_risk
from sentinel.partnership.referrals.filling import has_concern, somebody_at_risk
from sentinel.partnership.referrals.operations import Wanted, open_by_themselves, silence_referrals
from sentinel.partnership.referrals.rules import JAG, UNDECIDED, VICTIM_FIRST
from sentinel.risk.models import Assessment
from sentinel.risk.rules import VICTIM


@follow("high_risk_began")
def high_risk_began(event: Event, actor: Actor, now: datetime) -> None:
    """Victim First for a victim; the Joint Action Group is offered for the case."""
    party = named_in(event) if event.payload.get("subject") == VICTIM else None
    wanted = [Wanted(VICTIM_FIRST, party)] if party is not None else []
    open_by_themselves(
        actor=actor, now=now, case=case_of(event), wanted=[*wanted, Wanted(JAG)], because="high_risk"
    )


@follow("assessed")
def concern_told(event: Event, actor: Actor, now: datetime) -> None:
    """A safeguarding concern about whoever is assessed opens the safeguarding referral of them; one about somebody else opens
    one that asks who."""
    if event.subject_id is None:
        return
    held = (row for row in event.holding if isinstance(row, Assessment))
    assessment = next(held, None) or Assessment.objects.filter(pk=event.subject_id).first()
    if assessment is None:
        return
    about_them, of_another = has_concern(assessment), bool(somebody_at_risk(assessment))
    if not about_them and not of_another:
        return
    case, party = case_of(event), named_in(event)
    if about_them and party is not None:
        wanted = [Wanted(UNDECIDED, party)]
        open_by_themselves(actor=actor, now=now, case=case, wanted=wanted, because="safeguarding")
    if of_another:
        open_at_risk(actor=actor, now=now, case=case, assessment=assessment)


@follow("identity_protected")
def identity_protected(event: Event, actor: Actor, now: datetime) -> None:
    """What was sent about somebody whose identity is protected now says no more who they are."""
    if event.subject_id is not None and Case.objects.filter(pk=event.record_id).exists():
        silence_referrals(actor=actor, now=now, party_id=event.subject_id)
