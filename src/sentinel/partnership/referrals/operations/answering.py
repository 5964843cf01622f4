"""What was sent is withdrawn, answered by whoever got it, and emptied where an identity is protected."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from sentinel.access.operations import disclose
from sentinel.cases.models import Case
from sentinel.cases.operations.guards import change, may_write
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.partnership.referrals.models import Referral, SentReferral
from sentinel.partnership.referrals.operations.telling import tell_of, what
from sentinel.partnership.referrals.queries import received_one


def withdraw_referral(
    *, actor: Actor, now: datetime, case: Case, referral: Referral, version: int, because: str
) -> Referral:
    """Take back what was sent, or say that nothing follows where it was declined. The other agency keeps a line that says so,
    and nothing of what it said. Raises Refused, Invalid (because), Conflict where it is not out or changed since `version`."""
    may_write(actor, case, closed_too=True)
    if referral.sent_at is None or referral.withdrawn_at is not None:
        raise Conflict("This referral has not been sent, or it was withdrawn already.")
    words = filled("because", because, "Say why it is withdrawn.", longest=4000)
    row = change(
        referral, version, withdrawn_at=now, withdrawn_by_id=actor.user_id, withdrawn_because=words, settled_at=now
    )  # fmt: skip
    _call("partnership_withdraw", referral.id)
    disclose(
        actor=actor, now=now, record_id=case.id, kind="revoke", what=what(row), lawful_basis="", why=words,
        wish="not_applicable", to_agency=row.to_agency_id, to_person=None,
    )  # fmt: skip
    tell_of("referral_withdrawn", actor, now, case, row)
    return row


def answer_referral(
    *, actor: Actor, now: datetime, sent_id: uuid.UUID, acknowledges: bool, because: str = ""
) -> SentReferral:
    """The agency that it was sent to acknowledges a referral, or declines it with a reason; the case is told.

    Raises Refused without the right, NotFound, Invalid (because), Conflict where it was answered or withdrawn meanwhile.
    """
    row = received_one(actor, sent_id)
    words = "" if acknowledges else filled("because", because, "Say why you decline it.", longest=2000)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partnership_answer(%s, %s, %s, %s, %s)", [row.id, new_id(), acknowledges, words, now]
        )
        answered = cursor.fetchone()
    if not answered or not answered[0]:
        raise Conflict("Somebody has answered this referral, or it was withdrawn.")
    row.refresh_from_db()
    return row


def silence_referrals(*, actor: Actor, now: datetime, party_id: uuid.UUID) -> None:
    """Empty every copy of a referral of somebody whose identity is protected from now on, and keep what the case has of it for
    those who may know who they are."""
    _call("partnership_silence", party_id)


def _call(function: str, given: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [given])
