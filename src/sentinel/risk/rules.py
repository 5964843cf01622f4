"""From what the answers give and what the assessor judges to the band that holds. Pure: no clock, no database.

Bands are numbers: 1 low, 2 medium, 3 high. A band is a judgement about a person, not a formula for a behaviour (R41):
any assessor may raise it, a supervisor may lower it, each with a reason that stays beside it (R42, R43).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sentinel.kernel.clock import from_london, london_date
from sentinel.kernel.errors import Invalid

LOW, MEDIUM, HIGH = 1, 2, 3
BAND_KEYS = {LOW: "low", MEDIUM: "medium", HIGH: "high"}
BAND_NUMBERS = {key: number for number, key in BAND_KEYS.items()}

VICTIM, PERPETRATOR, WITNESS, CASE, LOCATION = "victim", "perpetrator", "witness", "case", "location"
# As which a person may be assessed, the first that a person is counting where nothing else is said, and the role that it needs.
OF_PEOPLE = {VICTIM: "victim", PERPETRATOR: "alleged_perpetrator", WITNESS: "witness"}
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
        f"Only a supervisor can lower a band from {BAND_KEYS[against]}. Ask one to, with your answers and your band, or keep it there "
        "with your reason."
    )


def why_not_asked_lower(*, given: Given, wanted: int, stands: int) -> str:
    """Why a supervisor may not be asked for the band `wanted` in place of the one that stands; "" where they may."""
    if given.automatic:
        return "An answer alone makes it high: it cannot be lowered."
    if wanted not in BAND_KEYS:
        return "Choose the band that you ask for."
    if given.computed > stands:
        return f"These answers make it {BAND_KEYS[given.computed]}. Keep them so first, and ask then."
    if wanted >= stands:
        return f"It is {BAND_KEYS[stands]} now, and {BAND_KEYS[wanted]} is no lower: keep the assessment."
    return ""


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


def subjects_of(roles: Iterable[str], *, child_involved: bool = False) -> list[str]:
    """As what somebody with these roles is assessed, first things first; a child under 10 never as who is complained of."""
    held = set(roles)
    never = {PERPETRATOR} if child_involved or "child_involved" in held else set()
    return [subject for subject, role in OF_PEOPLE.items() if role in held and subject not in never]


_NOT_AS = {
    VICTIM: "Only a victim has a victim's assessment. Name this person as a victim first.",
    PERPETRATOR: "Nobody complains of this person in this case.",
    WITNESS: "Only a witness has a witness's assessment. Name this person as a witness first.",
}


def why_not_assessed(
    *, subject: str, roles: Iterable[str], child_involved: bool, under_age: bool
) -> str | None:
    """Why a party cannot be assessed as a victim, perpetrator or witness, in a sentence; None where it can.

    A child complained of and under 10 is never a perpetrator and has no band; a child victim is assessed (design.md).
    """
    held = set(roles)
    if subject not in OF_PEOPLE:
        return "There is no such assessment."
    if subject == PERPETRATOR and (child_involved or under_age or "child_involved" in held):
        return "A child under 10 is never assessed as a perpetrator. Think of early help or safeguarding."
    return None if OF_PEOPLE[subject] in held else _NOT_AS[subject]


REPORTED, CHANGED, CLOCK = "reported", "changed", "clock"


@dataclass(frozen=True)
class Happened:
    """Something after which an assessment may be out of date: `kind` is REPORTED (something was told of the case or the
    place) or CHANGED (the part that somebody has in it), `at` when (UTC)."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class Currency:
    """Whether an assessment still holds. `next_review` (UTC) is when the band's clock runs out. `why` is "" while it holds,
    else REPORTED, CHANGED or CLOCK, whichever came first, and `since` (UTC) when that was."""

    next_review: datetime
    why: str = ""
    since: datetime | None = None

    @property
    def last_day(self) -> date:
        """The last day, in London, on which the band's clock lets it hold."""
        return london_date(self.next_review) - timedelta(days=1)


def review_due(assessed_at: datetime, days: int) -> datetime:
    """The end, in London, of the day that is so many days after the day of the assessment (UTC)."""
    return from_london(london_date(assessed_at) + timedelta(days=days + 1), time())


def currency(*, assessed_at: datetime, days: int, happened: Iterable[Happened], now: datetime) -> Currency:
    """Whether an assessment still holds, worked out from what has happened and the clock, never from a counter.

    `days` are those of its band. What happened before it, or with it, was known to the assessor.
    """
    ends = review_due(assessed_at, days)
    reasons = [(one.at, one.kind) for one in happened if one.at > assessed_at]
    if ends <= now:
        reasons.append((ends, CLOCK))
    if not reasons:
        return Currency(ends)
    since, why = min(reasons)
    return Currency(ends, why, since)


def deferred_until(now: datetime, hours: int) -> datetime:
    """When a deferral made now runs out: hours of the clock, also over a night and a change of the clocks."""
    return now + timedelta(hours=hours)


def why_not_deferred(*, reason: str, before: int, supervises: bool, assessed: bool) -> str | None:
    """Why an assessment may not be put off, in a sentence; None where it may.

    `before` counts how often it was put off already: whoever assesses may do so once, a supervisor again.
    """
    if assessed:
        return "There is an assessment already. What is due is a review of it, which is not put off."
    if not reason.strip():
        return "Say why it cannot be done now."
    if before and not supervises:
        return "It was put off already. Only a supervisor can put it off again: assess with what is known."
    return None
