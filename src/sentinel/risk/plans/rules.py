"""Which lines a band's template proposes. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sentinel.kernel.clock import end_of_day, london_date
from sentinel.risk.rules import BAND_NUMBERS, HIGH

ANY = "any"
LEAD, AGENCY, POLICE = "lead", "agency", "police"
# What was decided on is not proposed again within this time, should the band rise twice.
AGAIN_AFTER = timedelta(days=28)


@dataclass(frozen=True)
class Line:
    """One line of the template: in words, due so many days of the calendar after the band rose, for whom.

    `owner` is "lead" (the lead officer), "agency" (the owner, nobody in particular) or "police" (the force that works on the
    case, else the owner). `of_person` says that it is proposed for each person, not once for the case.
    """

    task: str
    words: str
    days: int
    owner: str
    of_person: bool

    def due(self, on: date) -> datetime:
        """The last minute (UTC) of the day in London on which it is due, counted from a day."""
        return end_of_day(on + timedelta(days=max(self.days, 1))) - timedelta(minutes=1)


def template(items: Iterable[Mapping[str, Any]], *, band: int, subject: str) -> list[Line]:
    """The lines of the rule `action-plan` for a band and what was assessed; the earliest due first."""
    found = [
        Line(
            str(one["task"])[:40],
            str(one["label"])[:240],
            int(one["days"]),
            str(one["owner"]),
            one["subject"] != ANY,
        )
        for one in items
        if BAND_NUMBERS.get(one["band"]) == band and one["subject"] in {ANY, subject}
    ]
    return sorted(found, key=lambda one: one.days)


def has_risen(before: str | None, band: str) -> bool:
    """Whether an assessment says more than the one before it, or is the first."""
    return BAND_NUMBERS[band] > BAND_NUMBERS.get(before or "", 0)


@dataclass(frozen=True)
class Proposed:
    """What was proposed before: whether it still waits or its action is open, and when it was decided (UTC). Of one that waits
    also its id, its band and when it is due (UTC)."""

    task: str
    party_id: uuid.UUID | None
    stands: bool
    decided_at: datetime | None
    id: uuid.UUID | None = None
    band: int = 0
    due: datetime | None = None


def wanted(
    lines: Iterable[Line],
    *,
    party_id: uuid.UUID | None,
    before: Collection[Proposed],
    open_words: Collection[str],
    now: datetime,
) -> list[Line]:
    """The lines that are proposed now: not what waits already, is being done, was decided on of late, or stands on the plan
    in the same words."""
    there = {words.strip().casefold() for words in open_words}
    kept = {
        (one.task, one.party_id)
        for one in before
        if one.stands or (one.decided_at is not None and now - one.decided_at < AGAIN_AFTER)
    }
    return [
        line
        for line in lines
        if (line.task, party_id if line.of_person else None) not in kept
        and line.words.casefold() not in there
    ]


def tightened(
    lines: Iterable[Line], *, party_id: uuid.UUID | None, band: int, before: Iterable[Proposed], now: datetime
) -> dict[uuid.UUID, datetime]:
    """Of what waits already, what a higher band also proposes: when each is due now (UTC), the earlier of the two days."""
    by_task = {(line.task, party_id if line.of_person else None): line for line in lines}
    found = {}
    for one in before:
        line = by_task.get((one.task, one.party_id))
        if line is None or one.id is None or one.due is None or one.decided_at is not None:
            continue
        due = min(one.due, line.due(london_date(now)))
        if due < one.due or one.band < band:
            found[one.id] = due
    return found


def needs_reason(*, decision: str, highest_band: int) -> bool:
    """Whether a decision on a line takes a reason: always where somebody in the case is high (R45), else where the line is
    changed or struck."""
    return highest_band >= HIGH or decision in {"changed", "struck"}
