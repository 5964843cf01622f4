"""Bars by month, drawn on the server: the shapes of a drawing, in its own units. Pure; a template writes them as SVG.

Every chart stands with the table that says the same (components/chart.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sentinel.web.formats import MONTHS, uk_month

WIDTH, HEIGHT = 480, 180
LEFT, RIGHT, TOP, BOTTOM = 34, 4, 16, 28
SHORT = tuple(name[:3] for name in MONTHS)


class Counted(Protocol):
    """A month as rooms count it: its first day, how many, and whether anything was counted at all."""

    @property
    def month(self) -> date:
        """The first day."""

    @property
    def count(self) -> int:
        """How many."""

    @property
    def loaded(self) -> bool:
        """Whether the month was counted; else nothing is known of it."""


@dataclass(frozen=True)
class Bar:
    """One month: its words for who points at it, and its place. `loaded` False is drawn as a gap."""

    words: str
    x: float
    y: float
    width: float
    height: float
    loaded: bool


@dataclass(frozen=True)
class Tick:
    """A line across with its figure, or a word under the bars; `minor` words are left out where there is little room."""

    at: float
    words: str
    minor: bool = False


@dataclass(frozen=True)
class Year:
    """One row of the table: twelve cells, None for a month that is not in it, "" for one that was not counted."""

    year: int
    cells: tuple[int | str | None, ...]
    total: int


@dataclass(frozen=True)
class Chart:
    """All that the drawing and its table need. `summary` says in a sentence what the drawing shows."""

    title: str
    summary: str
    bars: tuple[Bar, ...]
    lines: tuple[Tick, ...]
    words: tuple[Tick, ...]
    years: tuple[Year, ...]
    most: int
    most_at: tuple[float, float] | None
    total: int
    gaps: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Where the bars stand."""
        return self.height - BOTTOM


def top_of(most: int) -> int:
    """The highest figure of the scale: 2, 4, 10, 20, 40, 50 or 100 times a power of ten, so that its half is whole."""
    step = 1
    while True:
        for factor in (2, 4, 6, 10):
            if most <= factor * step:
                return factor * step
        step *= 10


def months_chart(title: str, months: Sequence[Counted]) -> Chart | None:
    """A chart of counts by month, oldest first; None for no months."""
    if not months:
        return None
    most = max(one.count for one in months)
    top = top_of(most)
    room = HEIGHT - TOP - BOTTOM
    each = (WIDTH - LEFT - RIGHT) / len(months)
    bars = []
    words = []
    for at, one in enumerate(months):
        high = round(room * one.count / top, 1)
        said = f"{one.count}" if one.loaded else "not loaded"
        bars.append(
            Bar(
                f"{uk_month(one.month)}: {said}", round(LEFT + each * at + each * 0.12, 1),
                round(HEIGHT - BOTTOM - high, 1), round(each * 0.76, 1), high, one.loaded,
            )
        )  # fmt: skip
        if (one.month.month in (1, 7) and at < len(months) - 1) or len(months) <= 6:
            named = f"{SHORT[one.month.month - 1]} {one.month.year}"
            words.append(Tick(round(LEFT + each * (at + 0.12), 1), named, minor=one.month.month != 1))
    if words and all(word.minor for word in words):
        words[0] = Tick(words[0].at, words[0].words)
    highest = next((bar for bar, one in zip(bars, months, strict=True) if most and one.count == most), None)
    return Chart(
        title=title,
        summary=_summary(months, most),
        bars=tuple(bars),
        lines=tuple(
            Tick(round(HEIGHT - BOTTOM - room * part, 1), f"{int(top * part):,}") for part in (0.5, 1.0)
        ),
        words=tuple(words),
        years=_years(months),
        most=most,
        most_at=(round(highest.x + highest.width / 2, 1), round(highest.y - 4, 1)) if highest else None,
        total=sum(one.count for one in months),
        gaps=any(not one.loaded for one in months),
    )


def _summary(months: Sequence[Counted], most: int) -> str:
    first, last = months[0], months[-1]
    total = sum(one.count for one in months)
    span = f"{uk_month(first.month)} to {uk_month(last.month)}"
    if not total:
        return f"None from {span}."
    peak = next(one for one in months if one.count == most)
    return f"{total:,} from {span}; the most in one month were {most:,}, in {uk_month(peak.month)}."


def _years(months: Sequence[Counted]) -> tuple[Year, ...]:
    found = {one.month: one for one in months}
    rows = []
    for year in range(months[0].month.year, months[-1].month.year + 1):
        cells: list[int | str | None] = []
        for number in range(1, 13):
            one = found.get(date(year, number, 1))
            cells.append(None if one is None else one.count if one.loaded else "")
        rows.append(Year(year, tuple(cells), sum(cell for cell in cells if isinstance(cell, int))))
    return tuple(rows)
