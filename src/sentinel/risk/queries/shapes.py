"""What is known of risk, as plain values: the assessment that stands, what is not known, what was put off."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.risk.rules import CHANGED, REPORTED, Currency, Happened, currency
from sentinel.risk.supervision.rules import Reviewed


@dataclass(frozen=True)
class Unknown:
    """A question answered with "not known", or not answered at all, and since when (UTC): saying it again never
    restarts the clock."""

    key: str
    text: str
    since: datetime


@dataclass(frozen=True)
class Assessed:
    """The assessment that stands for one party, for a place or for a case that has no victim.

    `subject` is "victim", "perpetrator", "witness", "location" or "case"; `party_id` is None for the last two. `band` is
    "high", "medium" or "low"; `number` 3, 2 or 1. `stale_since` is when the report that is newer than the
    assessment was told, `changed_since` when the person's part changed since (UTC), None where there is none; `days` after
    how many days the band is looked at again. `judgement` is "", "judged", "raised" or "lowered". `beside` is the
    assessment that was made while this one was being written.
    """

    id: uuid.UUID
    party_id: uuid.UUID | None
    case_id: uuid.UUID
    subject: str
    band: str
    number: int
    at: datetime
    assessor_id: uuid.UUID | None
    assessor: str
    judgement: str
    reason: str
    automatic: tuple[str, ...]
    score: int | None
    max_score: int
    unknown: tuple[Unknown, ...]
    stale_since: datetime | None
    flags: Mapping[str, bool | str]
    days: int = 28
    changed_since: datetime | None = None
    place_id: uuid.UUID | None = None
    beside_id: uuid.UUID | None = None

    def currency(self, now: datetime) -> Currency:
        """Whether it still holds at a moment (UTC), until when, and else why not."""
        since = ((REPORTED, self.stale_since), (CHANGED, self.changed_since))
        happened = [Happened(kind, at) for kind, at in since if at is not None]
        return currency(assessed_at=self.at, days=self.days, happened=happened, now=now)


@dataclass(frozen=True)
class Deferred:
    """That an assessment was put off at `at` until `until` (UTC), by whom and why. It is no assessment."""

    at: datetime
    until: datetime
    by: str
    reason: str

    def is_live(self, now: datetime) -> bool:
        """Whether it still runs."""
        return self.until > now


@dataclass(frozen=True)
class Unshown:
    """A marker that the control room has `refused`, since when and why, or is to answer by `at` (UTC). Of the place `party_id` is
    None."""

    at: datetime
    refused: bool
    why: str
    party_id: uuid.UUID | None


@dataclass(frozen=True)
class InCase:
    """All that is known of risk in one case.

    `people` are the assessments that stand, by party and subject, `itself` that of a case without a victim, `place` that of
    its place, in whichever case it was made. `deferred` is the newest deferral of each victim, and under None of the case.
    `reviews` are a supervisor's, the oldest first; `proposed` when each action that waits for a decision would be due (UTC), the first
    first. `markers` are those that the control room refused or has still to answer.
    """

    people: dict[tuple[uuid.UUID, str], Assessed] = field(default_factory=dict)
    itself: Assessed | None = None
    place: Assessed | None = None
    deferred: dict[uuid.UUID | None, Deferred] = field(default_factory=dict)
    reviews: list[Reviewed] = field(default_factory=list)
    proposed: list[datetime] = field(default_factory=list)
    markers: list[Unshown] = field(default_factory=list)

    def put_off(self, party_id: uuid.UUID | None, now: datetime) -> Deferred | None:
        """The deferral that still runs for a victim (None: for the case); None where there is none."""
        found = self.deferred.get(party_id)
        return found if found is not None and found.is_live(now) else None
