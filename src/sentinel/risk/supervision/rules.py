"""When a case is looked at by whom: pure functions of its band, of what was reviewed and of the local rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sentinel.kernel.clock import london_date
from sentinel.questionnaires.rules import line_for
from sentinel.risk.rules import BAND_NUMBERS

# The lines of supervision: the role that the local rule names, the right that goes with it, the level. A review on one level
# counts for those below it too.
LEVELS = {"supervisor": 1, "area_inspector": 2}
_RIGHTS = {"review_case": 1, "review_above": 2}


@dataclass(frozen=True)
class Clock:
    """One line of the local rule `supervision-review`: on which level a case of a band is reviewed, and every how many
    days of the calendar."""

    band: int
    level: int
    days: int
    words: str


@dataclass(frozen=True)
class Reviewed:
    """A review: when (UTC), on which level, and by which day in London the reviewer wants the next."""

    at: datetime
    level: int
    next_on: date


@dataclass(frozen=True)
class ReviewDue:
    """The next review of a case: on which level, in words, and the last day in London on which it is in time."""

    level: int
    words: str
    on: date

    def is_late(self, today: date) -> bool:
        """Whether that day has passed."""
        return self.on < today


def clocks(items: Iterable[Mapping[str, Any]], agency_kind: str) -> tuple[Clock, ...]:
    """The lines of the rule that hold for an agency of a kind, one for each role and band; those of roles that there are not are
    left out."""
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in items:
        if one["role"] in LEVELS and one["band"] in BAND_NUMBERS:
            lines.setdefault((one["role"], one["band"]), []).append(one)
    return tuple(
        Clock(BAND_NUMBERS[band], LEVELS[role], int(line["days"]), str(line["label"]))
        for (role, band), some in lines.items()
        if (line := line_for(some, agency_kind))
    )


def due_on(*, since: datetime, days: int, reviews: Iterable[Reviewed], level: int) -> date:
    """The last day in London on which a review on a level is in time.

    So many days after the band began to hold (`since`, UTC) or was last reviewed on this level or above, whichever is later;
    sooner where that reviewer asked for it. What became high after a review waits for no day that was set before.
    """
    counted = [one for one in reviews if one.level >= level]
    if not counted:
        return london_date(since) + timedelta(days=days)
    last = max(counted, key=lambda one: one.at)
    return min(last.next_on, london_date(max(last.at, since)) + timedelta(days=days))


def next_review(
    lines: Sequence[Clock], *, band: int, since: datetime, reviews: Collection[Reviewed]
) -> ReviewDue | None:
    """The review that is due first; None where the rule has none for the band."""
    found = [
        ReviewDue(one.level, one.words, due_on(since=since, days=one.days, reviews=reviews, level=one.level))
        for one in lines
        if one.band == band
    ]
    return min(found, key=lambda one: (one.on, one.level), default=None)


def level_of(rights: Collection[str]) -> int:
    """The highest level on which somebody with these rights reviews; 0 for nobody who does."""
    return max((level for right, level in _RIGHTS.items() if right in rights), default=0)


def longest(lines: Sequence[Clock], *, band: int, level: int) -> int | None:
    """Within how many days the next review must be set by a reviewer on a level; None where the rule says nothing."""
    return max((one.days for one in lines if one.band == band and one.level <= level), default=None)


def why_not_review(*, is_lead: bool, owns: bool) -> str | None:
    """Why somebody may not review a case, in a sentence; None where they may."""
    if not owns:
        return "A supervisor of the agency that owns the case reviews it."
    return "You lead this case. Another supervisor reviews it." if is_lead else None
