"""What is assessed besides victims, in the demonstration: who is complained of, a place, a case that has no victim, and one
that was put off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sentinel.accounts.models import User
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import open_case
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.places.operations import find_or_make_place
from sentinel.risk.deferring import defer_assessment
from sentinel.risk.operations import assess
from sentinel.risk.queries import matrix_for

SAFE = dict.fromkeys(("threat_to_life", "weapon", "violence", "stalking", "person_at_risk", "suicide"), "no")
OF_HIM: dict[str, Any] = {
    **SAFE, "frequency": "most_weeks", "escalation": "unknown", "targeted": "household",
    "impact": "He may lose the tenancy.", "age_group": "no", "orders": "A written warning in May, kept to until August.",
    "support": "None. He has asked the landlord for help with drinking.", "vulnerable": "unknown", "safeguarding": "no",
    "band_reason": "Loud and drunk, and until now no more than that.",
}  # fmt: skip
OF_THERE: dict[str, Any] = {
    "threat_to_life": "no", "weapon": "no", "violence": "no", "person_at_risk": "no", "suicide": "no",
    "incidents": "three_to_nine", "trend": "more", "targets": "Two flats for older people across the road.",
    "surroundings": "No light in the passage behind the garages.", "season": "no", "orders": "None known after asking.",
    "support": "The landlord has been asked for a lamp.", "band_reason": "More often than in spring, in a place that nobody overlooks.",
}  # fmt: skip


def assess_others(actor: Actor, case: Case, at: datetime) -> None:
    """Assess who is complained of in a case, and its place."""
    complained_of = Party.objects.filter(case=case, roles__role="alleged_perpetrator").first()
    if complained_of is not None:
        _assess(actor, case, "perpetrator", OF_HIM, "low", at, complained_of)
    _assess(actor, case, "location", OF_THERE, "medium", at)


def nobody_is_a_victim(actor: Actor, lead: User, now: datetime) -> Case:
    """A case in which nobody is named as a victim, opened this morning; its assessment is put off until somebody has been
    there in daylight."""
    opened = now - timedelta(hours=7)
    place = find_or_make_place(
        actor=actor, now=opened, words="Footpath behind Heron Drive, Shepshed", postcode="LE12 9ZZ"
    )
    case = open_case(
        actor=actor, now=opened, title="Needles and broken glass on the footpath behind Heron Drive", category="environmental",
        national_type="littering_drugs", told_at=opened - timedelta(hours=1), lead=lead, place=place,
    )  # fmt: skip
    defer_assessment(
        actor=actor, now=opened + timedelta(minutes=20), case=case,
        reason="Nobody has been there in daylight. The wardens go on Monday.",
    )  # fmt: skip
    return case


def _assess(
    actor: Actor,
    case: Case,
    subject: str,
    answers: dict[str, Any],
    band: str,
    at: datetime,
    party: Party | None = None,
) -> None:
    version = matrix_for(subject, london_date(at), actor.agency_id)
    assess(actor=actor, now=at, case=case, party=party, version=version, answers=answers, band=band)
