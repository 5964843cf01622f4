"""What every step of a referral shares: whether it is still to be sent, and the event that tells of the step."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.operations.holding import is_held
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, NotFound
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.models import Referral

OVER = "This referral has been sent, or it was decided not to send it."
STILL = Q(sent_at__isnull=True, not_sent_at__isnull=True)
STANDS = STILL | Q(sent_at__isnull=False, declined_at__isnull=True, withdrawn_at__isnull=True)


def lock(actor: Actor, case: Case) -> None:
    """Hold the case until the transaction ends, where the operation does not hold it already."""
    if not is_held(case, actor):
        Case.objects.select_for_update(no_key=True).get(pk=case.pk)


def unsent(actor: Actor, case: Case, referral: Referral) -> None:
    """Raise unless the actor works on the case and the referral is still to be sent; from here on the case is held."""
    may_write(actor, case)
    if referral.case_id != case.id:
        raise NotFound()
    if referral.sent_at is not None or referral.not_sent_at is not None:
        raise Conflict(OVER)
    # The case before its referral, as whoever protects an identity takes them (the title may hold the name): neither waits
    # for the other in a ring.
    lock(actor, case)


def what(referral: Referral) -> str:
    return f"referral: {rules.KINDS[referral.kind]}"


def tell_of(kind: str, actor: Actor, now: datetime, case: Case, row: Referral, **more: object) -> None:
    """Raise an event of a referral on its case."""
    tell(
        kind=kind, actor=actor, now=now, case=case, subject_id=row.id, audience_id=row.audience_id,
        payload={
            "kind": row.kind, "party": str(row.party_id) if row.party_id else None,
            "agency": str(row.to_agency_id) if row.to_agency_id else None, **more,
        },
    )  # fmt: skip
