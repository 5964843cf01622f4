"""Answers to LLR's own matrix, complete, with nobody in danger; a test changes what it is about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sentinel.cases.models import Case, Party
from sentinel.foundation.actor import Actor
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.risk.models import Assessment
from sentinel.risk.operations import assess
from sentinel.risk.queries import matrix_for
from tests.support import NOW

CALM: dict[str, Any] = {
    "threat_to_life": "no",
    "weapon": "no",
    "violence": "no",
    "stalking": "no",
    "person_at_risk": "no",
    "suicide": "no",
    "frequency": "most_weeks",
    "impact": "a_little",
    "vulnerabilities": "none known after asking",
    "support": "a neighbour looks in",
    "targeted": "household",
    "repeat_victim": "no",
    "vulnerable": "no",
    "safeguarding": "no",
    "band_reason": "It wears her down, and nothing says that it will get worse.",
}
THREAT = {**CALM, "threat_to_life": "yes", "threat_to_life__why": "He said that he would burn the house."}


def matrix() -> QuestionSetVersion:
    """The set that Charnwood assesses victims with."""
    return matrix_for("victim", date(2026, 11, 20), None)


def assessed(
    actor: Actor, case: Case, party: Party, band: str = "low", *, now: datetime = NOW, **changed: Any
) -> Assessment:
    """One assessment with calm answers, changed as said."""
    return assess(
        actor=actor, now=now, case=case, party=party, version=matrix(), answers={**CALM, **changed}, band=band
    )
