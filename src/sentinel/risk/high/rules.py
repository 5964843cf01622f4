"""The protocol's rows as values, and what a marker may say. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

HIGH = "high"
LOCATION = "location"
OWNER, AREA, FORCE = "owner", "area", "force"
KIND_OF = {"victim": "at_risk", "witness": "at_risk", "perpetrator": "may_pose_risk", LOCATION: "place"}


@dataclass(frozen=True)
class Telling:
    """One line of the protocol: who is told in which step, and in how many minutes they acknowledge."""

    key: str
    words: str
    step: int
    duty: str
    role: str
    of: str
    minutes: int

    def due(self, now: datetime) -> datetime:
        """Until when it is to be acknowledged (UTC)."""
        return now + timedelta(minutes=self.minutes)


def tellings(items: Iterable[Mapping[str, Any]]) -> list[Telling]:
    """The lines of the rule `high-risk-told`, the first step first."""
    found = [
        Telling(
            str(one["key"]), str(one["label"]), int(one["step"]), str(one["duty"]), str(one["role"]),
            str(one["of"]), int(one["minutes"]),
        )
        for one in items
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.step)


def next_step(lines: Sequence[Telling], step: int) -> int | None:
    """The step after one, None where there is none."""
    return min((one.step for one in lines if one.step > step), default=None)


@dataclass(frozen=True)
class Terms:
    """A marker's terms, by the rule `high-risk-marker`."""

    answer_minutes: int
    review_days: int
    lasts_days: int
    first_action: str

    def days(self, today: date) -> tuple[date, date, date]:
        """Start, review and end, from a day in London: in this order, whatever numbers the rule was given."""
        review = today + timedelta(days=max(self.review_days, 1))
        return today, review, max(review, today + timedelta(days=self.lasts_days))


# States in which a marker is in the control room's hands; of each high risk one is at a time.
LIVE = ("proposed", "ending", "accepted")


# States in which a marker tells whoever was told of the risk whom it is about: also one that the control room has refused.
TELLS = ("proposed", "accepted", "refused")
WHY = {
    "victim": "Somebody at high risk of harm",
    "witness": "A witness at high risk of harm",
    "perpetrator": "Somebody who may pose high risk to others",
    LOCATION: "A place at high risk",
}
WHY_OTHER = "A case at high risk"


def may_propose(*, ended: bool, states: Iterable[str]) -> bool:
    """Whether a marker may be proposed (again) of a high risk that has `ended` or not and of the states of its markers so far."""
    return not ended and not any(state in LIVE for state in states)


def review_is_due(review_on: date, asked_at: datetime | None, today: date) -> bool:
    """Whether a marker that is shown is to be looked at on a day in London."""
    return asked_at is not None or review_on <= today


def terms(items: Iterable[Mapping[str, Any]], subject: str) -> Terms | None:
    """The terms for a subject of assessment; None where no marker is made of it."""
    for one in items:
        if one["key"] == subject:
            return Terms(
                int(one["answer_minutes"]),
                int(one["review_days"]),
                int(one["lasts_days"]),
                str(one["first_action"]),
            )
    return None


def why_no_marker(*, subject: str, protected: bool, young: bool, supervisor: bool, place: bool) -> str | None:
    """Why no marker is proposed, in a sentence; None where one is.

    A marker says who it is about, so a protected identity has none. Of somebody from 10 to 17 who is complained of only a
    supervisor proposes one (design.md, children).
    """
    if subject not in KIND_OF:
        return "A case without a victim has no marker of its own: assess the place."
    if subject == LOCATION:
        return None if place else "The case has no place."
    if protected:
        return "Their identity is protected: a marker would say who they are."
    if subject == "perpetrator" and young and not supervisor:
        return "They are under 18: only a supervisor proposes a marker."
    return None
