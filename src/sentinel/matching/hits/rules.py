"""Which kinds of record are silent, and the terms of asking for access. Pure: no clock of its own, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sentinel.kernel.working_time import Calendar, deadline

# What is asked of whoever marks a record, by the kinds of accounts.rules.SILENT_KINDS. Of a record of one of these kinds nobody is told by an agreement that does not name the kind. Safe addresses need no mark: nothing
# is told of them whatever is agreed, nor of protected identities.
KINDS = {
    "marac": "It has been to a MARAC, or is to go to one",
    "intelligence": "It holds intelligence",
    "treatment": "It tells of treatment for drugs, alcohol or mental health",
    "youth_justice": "It is of youth justice",
}
READ, WRITE = "read", "write"
WORDS = {READ: "read it", WRITE: "read it and work on it"}
# A reason that nobody can weigh is none.
SHORTEST = 20


@dataclass(frozen=True)
class Terms:
    """What the local rule `access-requests` says: business days of the owner until an answer is due; for how many days access is given
    where nothing else is said, and at the longest."""

    answer_days: int
    usual_days: int
    longest_days: int

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Terms:
        """The content of the rule; numbers below one count as one."""
        usual, longest = (max(1, int(content[name])) for name in ("usual_days", "longest_days"))
        return cls(max(1, int(content["answer_days"])), min(usual, longest), longest)

    def due(self, asked_at: datetime, calendar: Calendar) -> datetime:
        """By when the owner is to answer what was asked at a moment (UTC)."""
        return deadline(asked_at, self.answer_days, calendar)

    def latest(self, now: datetime) -> datetime:
        """The last moment (UTC) to which access may be given now."""
        return now + timedelta(days=self.longest_days)

    def usual(self, now: datetime) -> datetime:
        """To when access is given where nothing else is said (UTC)."""
        return now + timedelta(days=self.usual_days)


def why_not_until(until: datetime, now: datetime, terms: Terms) -> str | None:
    """Why access cannot end at a moment, in a sentence; None where it can."""
    if until <= now:
        return "Choose a moment to come."
    if until > terms.latest(now):
        return f"Access ends after {terms.longest_days} days at the latest. They may ask again."
    return None


def why_not_granted(granted: str, wanted: str) -> str | None:
    """Why that cannot be granted, in a sentence; None where it can: what was asked for, or less."""
    if granted not in WORDS:
        return "Choose what they may do."
    if granted == WRITE and wanted == READ:
        return "They asked to read it. Grant no more than that."
    return None
