"""What came of a referral: Victim First says whether they reached somebody, and the case settles what is left of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from sentinel.access.models import Rung
from sentinel.cases.models import Case
from sentinel.cases.operations.guards import change, may_write
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.kernel.ids import new_id
from sentinel.kernel.text import filled
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.models import Referral, SentReferral
from sentinel.partnership.referrals.operations import tell_of
from sentinel.partnership.referrals.queries import received_one
from sentinel.partnership.referrals.tasks import tell_of_no_contact


def record_outcome(
    *, actor: Actor, now: datetime, sent_id: uuid.UUID, outcome: str, tries: int | None = None, note: str = ""
) -> SentReferral:
    """Victim First says what came of a referral that they acknowledged; it may be said anew when more has come of it.

    `tries` are those of a contact that failed: that is for the lead officer, on My work and by a message, until they say what
    follows. Raises Refused without the right, NotFound, Invalid (outcome, tries, note), Conflict where it was not acknowledged, or
    was withdrawn meanwhile.
    """
    row = received_one(actor, sent_id)
    if row.kind != rules.VICTIM_FIRST:
        raise NotFound()
    if outcome not in rules.OUTCOMES:
        raise Invalid.of("outcome", "Choose what came of it.")
    failed = outcome == rules.CONTACT_FAILED
    if failed and (tries is None or not 1 <= tries <= rules.MOST_TRIES):
        raise Invalid.of("tries", f"Say how often you tried, from 1 to {rules.MOST_TRIES}.")
    words = note.strip()
    if len(words) > 2000:
        raise Invalid.of("note", "At most 2000 characters.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partnership_outcome(%s, %s, %s, %s, %s, %s)",
            [row.id, new_id(), outcome, tries if failed else None, words, now],
        )
        recorded = cursor.fetchone()
    if not recorded or not recorded[0]:
        raise Conflict("This referral was not acknowledged, or it was withdrawn.")
    if failed:
        defer(tell_of_no_contact, referral=str(row.referral_id))
    row.refresh_from_db()
    return row


def settles(actor: Actor, case: Case, referral: Referral) -> bool:
    """Whether this reader may say that nothing is left to be done about a referral: a supervisor where it was declined, whoever works on
    the case where they reached nobody."""
    right = _right(referral)
    return right != "" and actor.may(right) and case.rung >= Rung.WRITE


def settle_referral(
    *, actor: Actor, now: datetime, case: Case, referral: Referral, version: int, because: str
) -> Referral:
    """A supervisor agrees that a referral is declined, or whoever works on the case says what follows where Victim First reached
    nobody: from then on nobody is asked about it any more.

    Raises Refused without the right, NotFound for another case's, Invalid (because), Conflict where nothing is left to be said or it
    changed since `version`.
    """
    if referral.case_id != case.id:
        raise NotFound()
    right = _right(referral)
    if not right:
        raise Conflict("Nothing is left to be said about this referral.")
    may_write(actor, case, right, closed_too=True)
    words = filled("because", because, "Say why.", longest=4000)
    row = change(referral, version, settled_at=now, settled_by_id=actor.user_id, settled_because=words)
    tell_of("referral_settled", actor, now, case, row, declined=row.declined_at is not None)
    return row


def _right(referral: Referral) -> str:
    """The right that it takes to settle a referral as it stands; "" where there is nothing to settle."""
    if referral.settled_at is not None or referral.withdrawn_at is not None:
        return ""
    if referral.declined_at is not None:
        return "decide_referral"
    return "work_case" if referral.outcome == rules.CONTACT_FAILED else ""
