"""The lines of My work as plain values, and the order in which they stand: worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.web.formats import how_long, local, uk_day, uk_time

URGENT, UNKNOWN, NEXT = "urgent", "unknown", "next"
TITLES = {URGENT: "High, and late", UNKNOWN: "Not known", NEXT: "Next"}
NO_BAND = "none"
# Nobody's risk is known where nobody has asked: not assessed stands beside high.
_BAND_PLACE = {"high": 0, None: 0, "medium": 1, "low": 2, NO_BAND: 3}
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One thing to do: the reason as a link, what follows it, the quiet line, when, and whose band it is.

    `band` is a band, None (not assessed) or NO_BAND where nobody's stands beside it. `due` (UTC) sorts. `mine` marks an
    action of one's own, `harm` a line that stands before all others of its group, `first` one that stands next to them. `place` is what a place is called, and its page.
    `begun` marks what the actor began and has not finished.
    """

    group: str
    words: str
    href: str | None
    due: datetime | None
    when: str
    rest: str = ""
    meta: tuple[str, ...] = ()
    reference: str = ""
    band: str | None = NO_BAND
    whose: str = ""
    late: bool = False
    mine: bool = False
    harm: bool = False
    first: bool = False
    place: tuple[str, str] | None = None
    begun: bool = False


@dataclass(frozen=True)
class Group:
    """The lines under one heading; `more` are not shown."""

    key: str
    title: str
    lines: list[Line]
    count: int

    @property
    def more(self) -> int:
        """How many lines there are besides those shown."""
        return self.count - len(self.lines)


def group_of(*, due: datetime | None, now: datetime) -> str:
    """What is late stands first; the rest by date."""
    return URGENT if due is not None and due < now else NEXT


def grouped(lines: Iterable[Line]) -> list[Group]:
    """The three groups, worst first: within what is late who tells of harm, who is not assessed, then by band and the longest
    late; the rest by date, after the answers that one waited for."""
    found: dict[str, list[Line]] = {URGENT: [], UNKNOWN: [], NEXT: []}
    for line in lines:
        found[line.group].append(line)
    found[URGENT].sort(
        key=lambda line: (not line.harm, not line.first, _BAND_PLACE[line.band], _moment(line), line.words)
    )
    # Who is not assessed at all stands before whoever is but for an answer.
    found[UNKNOWN].sort(
        key=lambda line: (line.band is not None, _BAND_PLACE[line.band], _moment(line), line.words)
    )
    found[NEXT].sort(key=lambda line: (not line.first, _moment(line), _BAND_PLACE[line.band], line.words))
    return [Group(key, TITLES[key], some[:SHOWN], len(some)) for key, some in found.items()]


def _moment(line: Line) -> float:
    return line.due.timestamp() if line.due else float("inf")


def when_words(due: datetime | None, now: datetime) -> str:
    """ "2 days late", "today by 17:00", "by Mon 23 Nov, 17:00"; "" for no date."""
    if due is None:
        return ""
    if due < now:
        return f"{how_long(due, now)} late"
    days = (local(due).date() - local(now).date()).days
    if days == 0:
        return f"today by {uk_time(due)}"
    if days == 1:
        return f"tomorrow by {uk_time(due)}"
    return f"by {uk_day(due, now)}"


def since_words(at: datetime, now: datetime) -> str:
    """ "since 21:58" for the last day, "since Thu 19 Nov" before."""
    return f"since {uk_time(at)}" if now - at < timedelta(days=1) else f"since {uk_day(at, now)}"
