"""The demonstration's referrals: what high risk opened is sent to Victim First, acknowledged there, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals.filling import filled_in
from sentinel.partnership.referrals.operations import answer_referral, send_referral
from sentinel.partnership.referrals.outcomes import record_outcome
from sentinel.partnership.referrals.queries import received, terms_on
from sentinel.questionnaires.queries import current_version, question_set_of


def refer_to_victim_first(actor: Actor, case: Case, party: Party, at: datetime) -> None:
    """Send the referral that high risk opened, with what is filled in. `actor` is stated; `at` is when it became high (UTC)."""
    row = Referral.objects.get(case=case, party=party, kind="victim_first")
    day = london_date(at)
    version = current_version(terms_on(day)[row.kind].question_set, day)
    answers = {
        "name": "Not told yet",
        "contact": "Ring the officer first.",
        "happened": "Threats at the door, at night and more than once.",
        **filled_in(actor, case, party, question_set_of(version.id), day),
        "told": "That Victim First will be in touch, and why.",
    }
    send_referral(
        actor=actor, now=at + timedelta(hours=3), case=case, referral=row, version=row.version, question_set=version,
        answers=answers, wish="agrees", lawful_basis="public_task",
        to_agency=Agency.objects.get(code="victim-first"),
    )  # fmt: skip


def acknowledged_by(actor: Actor, case: Case, at: datetime) -> None:
    """Somebody of Victim First acknowledges what was sent of a case, and reaches her. `actor` is stated."""
    sent = next(one for one in received(actor) if one.reference == case.reference)
    answer_referral(actor=actor, now=at + timedelta(hours=20), sent_id=sent.id, acknowledges=True)
    record_outcome(
        actor=actor, now=at + timedelta(hours=26), sent_id=sent.id, outcome="contact_made",
        note="Spoke with her at the library. She would like somebody to come along to the next meeting.",
    )  # fmt: skip
