"""From what the answers give and what the assessor judges to the band that holds. Pure: no clock, no database.

Bands are numbers: 1 low, 2 medium, 3 high. A band is a judgement about a person, not a formula for a behaviour (R41):
any assessor may raise it, a supervisor may lower it, each with a reason that stays beside it (R42, R43).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sentinel.kernel.errors import Invalid

LOW, MEDIUM, HIGH = 1, 2, 3
BAND_KEYS = {LOW: "low", MEDIUM: "medium", HIGH: "high"}
BAND_NUMBERS = {key: number for number, key in BAND_KEYS.items()}

VICTIM, PERPETRATOR = "victim", "perpetrator"
AGE_OF_RESPONSIBILITY = 10  # Children and Young Persons Act 1933 s.50


def band_key(number: int) -> str | None:
    """'high' for 3; None for 0, not assessed."""
    return BAND_KEYS.get(number)


@dataclass(frozen=True)
class Standing:
    """The assessment that stands: its band and who made it."""

    band: int
    assessor_id: uuid.UUID | None


@dataclass(frozen=True)
class Given:
    """What the answers give: `computed` is 0 where the set leaves the band to judgement; `automatic` where an answer
    alone makes it high."""

    computed: int
    automatic: bool

    @property
    def floor(self) -> int:
        """The band below which nothing goes."""
        return HIGH if self.automatic else LOW


@dataclass(frozen=True)
class Assessor:
    """Who judges, and whether their roles let them raise and lower."""

    user_id: uuid.UUID | None
    may_raise: bool
    may_lower: bool


@dataclass(frozen=True)
class Decided:
    """The band that holds, and how judgement came into it: "" (none), "judged", "raised" or "lowered"."""

    band: int
    judgement: str = ""


def decide(
    *, given: Given, chosen: int | None, reason: str, standing: Standing | None, by: Assessor
) -> Decided:
    """The band that holds after an assessment.

    `chosen` is the assessor's own band: needed where the set is judged, else only where it differs from the answers'.
    What an answer makes high stays high, whatever is chosen. Raises Invalid, with the field's name, where a band or a
    reason is missing or the assessor may not go there; leaving high takes a supervisor who did not make the standing
    assessment, by answers as by judgement.
    """
    if chosen is not None and chosen not in BAND_KEYS:
        raise Invalid.of("band", "Choose low, medium or high.")
    judged = given.computed == 0
    if judged and chosen is None and not given.automatic:
        raise Invalid.of("band", "Choose a band: low, medium or high.")
    band = max(chosen or given.computed or LOW, given.floor)
    against = (standing.band if standing else 0) if judged else given.computed
    judgement = _judgement(band, against, judged=judged)
    if judgement and not reason.strip():
        raise Invalid.of("judgement_reason", "Say why: the reason stays beside the band.")
    if judgement == "raised" and not by.may_raise:
        raise Invalid.of("band", "Your role may not raise a band.")
    if judgement == "lowered" and not by.may_lower:
        raise Invalid.of("band", _only_a_supervisor(against))
    if standing is not None and standing.band == HIGH and band < HIGH:
        _leaving_high(reason, standing, by)
    return Decided(band, judgement)


def _judgement(band: int, against: int, *, judged: bool) -> str:
    if against and band > against:
        return "raised"
    if against and band < against:
        return "lowered"
    return "judged" if judged else ""


def _only_a_supervisor(against: int) -> str:
    return (
        f"Only a supervisor can lower a band from {BAND_KEYS[against]}. Keep it there with your reason, "
        "and ask one to look at it."
    )


def _leaving_high(reason: str, standing: Standing, by: Assessor) -> None:
    if not by.may_lower:
        raise Invalid.of("band", _only_a_supervisor(HIGH))
    if by.user_id is not None and by.user_id == standing.assessor_id:
        raise Invalid.of(
            "band",
            "You made the assessment that stands. Another supervisor has to decide that the risk is no longer high.",
        )
    if not reason.strip():
        raise Invalid.of(
            "judgement_reason",
            "Say why this person is no longer at high risk: the reason stays beside the band.",
        )


def highest(bands: Iterable[int]) -> int:
    """The highest of some bands, 0 where there is none."""
    return max(bands, default=0)


def why_not_assessed(
    *, subject: str, roles: Iterable[str], child_involved: bool, under_age: bool
) -> str | None:
    """Why a party cannot be assessed as a victim or as a perpetrator, in a sentence; None where it can.

    A child complained of and under 10 is never a perpetrator and has no band; a child victim is assessed (design.md).
    """
    held = set(roles)
    if subject == VICTIM:
        return (
            None
            if VICTIM in held
            else "Only a victim has a victim's assessment. Name this person as a victim first."
        )
    if subject == PERPETRATOR:
        if child_involved or under_age or "child_involved" in held:
            return "A child under 10 is never assessed as a perpetrator. Think of early help or safeguarding."
        return None if "alleged_perpetrator" in held else "Nobody complains of this person in this case."
    return "There is no such assessment."
