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


# Complete and calm answers to the sets of whom and what else is assessed.
SAFE = dict.fromkeys(("threat_to_life", "weapon", "violence", "stalking", "person_at_risk", "suicide"), "no")
OF_CASE: dict[str, Any] = {
    **SAFE,
    "frequency": "most_weeks",
    "escalation": "no",
    "people_around": "a school across the road",
    "occurred": "broken glass on the path",
    "support": "it is swept on Fridays",
    "targeted": "place",
    "hidden_victim": "no",
    "band_reason": "Glass and noise, and nobody near it after dark.",
}
OF_PERPETRATOR: dict[str, Any] = {
    **SAFE,
    "frequency": "most_weeks",
    "escalation": "no",
    "targeted": "household",
    "impact": "may lose the tenancy",
    "age_group": "no",
    "orders": "a written warning in May, kept to",
    "support": "none",
    "vulnerable": "no",
    "safeguarding": "no",
    "band_reason": "Loud, and never more than that.",
}
OF_PLACE: dict[str, Any] = dict.fromkeys(
    ("threat_to_life", "weapon", "violence", "person_at_risk", "suicide", "season"), "no"
) | {
    "incidents": "three_to_nine",
    "trend": "same",
    "targets": "a bus stop",
    "surroundings": "no light behind the shops",
    "orders": "none known after asking",
    "support": "a patrol on Saturdays",
    "band_reason": "Often, and mild.",
}
OF_WITNESS: dict[str, Any] = dict.fromkeys(
    (
        "threatened",
        "person_at_risk",
        "suicide",
        "known_to_other_side",
        "lives_near",
        "may_be_known_as_witness",
    ),
    "no",
) | {"evidence": "statement", "band_reason": "She lives in another town."}
CALM_OF = {
    "victim": CALM,
    "perpetrator": OF_PERPETRATOR,
    "witness": OF_WITNESS,
    "case": OF_CASE,
    "location": OF_PLACE,
}


def matrix(subject: str = "victim") -> QuestionSetVersion:
    """The set that Charnwood assesses victims, or something else, with."""
    return matrix_for(subject, date(2026, 11, 20), None)


def assessed_as(
    actor: Actor,
    case: Case,
    subject: str,
    party: Party | None = None,
    band: str = "low",
    *,
    now: datetime = NOW,
    **changed: Any,
) -> Assessment:
    """One assessment of anything, with calm answers, changed as said."""
    answers = {**CALM_OF[subject], **changed}
    return assess(
        actor=actor, now=now, case=case, party=party, version=matrix(subject), answers=answers, band=band
    )


def assessed(
    actor: Actor, case: Case, party: Party, band: str = "low", *, now: datetime = NOW, **changed: Any
) -> Assessment:
    """One assessment with calm answers, changed as said."""
    return assess(
        actor=actor, now=now, case=case, party=party, version=matrix(), answers={**CALM, **changed}, band=band
    )
