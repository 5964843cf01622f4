"""High risk for tests: who is told of it, and a case that has it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.risk.models import HighRisk, ToldOfHighRisk
from sentinel.risk.operations import assess
from tests.cases.making import a_case, a_party
from tests.risk.answers import CALM, THREAT, matrix
from tests.support import NOW, PRIYA, acting

BETH, COLIN, RUTH = (
    "beth.carr@three-oaks.example",
    "colin.webb@charnwood.example",
    "ruth.adeyemi@charnwood.example",
)
TOM, HELEN, AISHA = "tom.marsh@police.example", "helen.brook@police.example", "aisha.rahman@police.example"
KOFI = "kofi.mensah@soar-valley.example"
NADIA = "nadia.khan@police.example"
HOUR = timedelta(hours=1)


def high(actor: Actor, case: Case, party: Party, **given: Any) -> HighRisk:
    """An assessment that an answer alone makes high, and what it set going."""
    assess(actor=actor, now=NOW, case=case, party=party, version=matrix(), answers=THREAT, **given)
    return HighRisk.objects.get(case=case, party=party, ended_at__isnull=True)


def told(row: HighRisk, step: int = 1) -> dict[str, set[str]]:
    """Who was told, by role."""
    found: dict[str, set[str]] = {}
    for one in ToldOfHighRisk.objects.filter(high_risk=row, step=step).select_related("user"):
        found.setdefault(one.role, set()).add(one.user.email)
    return found


def a_high_case(email: str = PRIYA) -> tuple[Actor, Case, Party, HighRisk]:
    officer = acting(email)
    case = a_case(officer)
    party = a_party(officer, case)
    return officer, case, party, high(officer, case, party)


def lowered(case: Case, party: Party) -> None:
    assess(
        actor=acting(COLIN), now=NOW + timedelta(days=3), case=Case.objects.get(pk=case.pk), party=party, version=matrix(),
        answers=CALM, band="medium", judgement_reason="He has moved away and she feels safe.",
    )  # fmt: skip
