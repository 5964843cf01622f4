"""Referrals for tests: a case with a high victim, and what somebody writes into a referral."""

from __future__ import annotations

from datetime import date
from typing import Any

from sentinel.accounts.models import Agency
from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals.operations import do_not_send, send_referral
from sentinel.partnership.referrals.queries import terms_on
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.risk.answers import THREAT, matrix
from tests.support import NOW, PRIYA, acting

ANA, COLIN = "ana.silva@victim-first.example", "colin.webb@charnwood.example"
BETH = "beth.carr@three-oaks.example"
PUBLIC_TASK = "public_task"
FILLED: dict[str, dict[str, Any]] = {
    "victim_first": {
        "name": "Margaret Ellis", "born": "12 March 1955", "contact": "Letter only.", "band": "high",
        "happened": "He shouted at the door.", "told": "That somebody will write to her.",
    },
    "safeguarding_child": {
        "name": "Joe Ellis", "born": "about 9", "concern": "He is left alone at night.", "danger": "no",
        "carers_told": "no", "carers_told__why": "It would put him at risk.",
    },
    "safeguarding_adult": {
        "name": "Margaret Ellis", "born": "12 March 1955", "contact": "Letter only.", "concern": "She does not eat.",
        "needs": "unknown", "at_risk": "yes", "protects": "no", "danger": "no", "outcome": "To be left in peace.",
        "capacity": "no", "told": "That the council will ring.",
    },
    "jag": {
        "problem": "Noise and threats in one street.", "band": "high", "harm": "Three households sleep badly.",
        "tried": "Visits and letters.", "asked_of_group": "A plan for the street.",
    },
}  # fmt: skip


def a_high_case(email: str = PRIYA) -> tuple[Actor, Case, Party]:
    """A case of this officer whose one victim has just become high risk."""
    officer = acting(email)
    case = a_case(officer)
    party = a_party(officer, case)
    assess(actor=officer, now=NOW, case=case, party=party, version=matrix(), answers=THREAT)
    return officer, Case.objects.get(pk=case.pk), party


def opened(case: Case, kind: str = "victim_first") -> Referral:
    """The referral of a kind that the case has."""
    return Referral.objects.get(case=case, kind=kind)


def questions(kind: str, on: date | None = None) -> QuestionSetVersion:
    """The version that is asked."""
    on = on or london_date(NOW)
    return current_version(terms_on(on)[kind].question_set, on)


def send(actor: Actor, case: Case, row: Referral, **changed: Any) -> Referral:
    """Send a referral, whole and agreed to, changed as said."""
    to = {"victim_first": "victim-first", "jag": "charnwood"}.get(row.kind, "county")
    given: dict[str, Any] = {
        "now": NOW, "version": row.version, "question_set": questions(row.kind), "answers": FILLED[row.kind],
        "wish": "agrees", "lawful_basis": PUBLIC_TASK, "to_agency": Agency.objects.get(code=to),
    }  # fmt: skip
    return send_referral(actor=actor, case=case, referral=row, **{**given, **changed})


def none_sent(actor: Actor, case: Case) -> None:
    """Every referral that waits to be sent is not: somebody has said why."""
    for row in Referral.objects.filter(case=case, sent_at__isnull=True, not_sent_at__isnull=True):
        do_not_send(
            actor=actor, now=NOW, case=case, referral=row, version=row.version, because="They have a worker."
        )
