"""A line by week with a line across to compare it with: the shapes of a drawing, in its own units. Pure.

A template writes them as SVG, a document to print draws them. They always stand with the table that says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sentinel.web.charts import BOTTOM, HEIGHT, LEFT, RIGHT, SHORT, TOP, WIDTH, Tick, top_of

if TYPE_CHECKING:
    from sentinel.insight.rules import Baseline
    from sentinel.insight.weeks import Week


@dataclass(frozen=True)
class Point:
    """One week: where it stands, its words, and whether it was worked out late (drawn hollow)."""

    x: float
    y: float
    words: str
    late: bool


@dataclass(frozen=True)
class Trend:
    """All that the drawing needs. `summary` says in a sentence what it shows; `across` is the line to compare with, if there is one."""

    title: str
    summary: str
    points: tuple[Point, ...]
    lines: tuple[Tick, ...]
    words: tuple[Tick, ...]
    across: Tick | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Where nothing stands."""
        return self.height - BOTTOM

    @property
    def path(self) -> str:
        """The line as SVG's polyline wants it."""
        return " ".join(f"{one.x},{one.y}" for one in self.points)


def trend_of(
    title: str, weeks: Sequence[tuple[date, float, bool]], *, across: tuple[float, str] | None, unit: str = ""
) -> Trend | None:
    """A trend of (Sunday of the week, figure, worked out late), the earliest first; None for no weeks. `across` is a figure
    to compare with, and its words."""
    if not weeks:
        return None
    most = max([*(figure for _, figure, _ in weeks), across[0] if across else 1])
    top = top_of(int(most) + (most > int(most)))
    room = HEIGHT - TOP - BOTTOM
    each = (WIDTH - LEFT - RIGHT) / max(len(weeks), 2)

    def high(figure: float) -> float:
        return round(HEIGHT - BOTTOM - room * figure / top, 1)

    points = tuple(
        Point(
            round(LEFT + each * (at + 0.5), 1), high(figure),
            f"Week to {_day(day)}: {_number(figure)}{unit}{', worked out late' if late else ''}", late,
        )
        for at, (day, figure, late) in enumerate(weeks)
    )  # fmt: skip
    step = max(1, -(-len(weeks) // 6))
    words = tuple(
        Tick(round(LEFT + each * (at + 0.1), 1), _day(day), minor=bool(at % (step * 2)))
        for at, (day, _, _) in enumerate(weeks)
        if at % step == 0
    )
    first, last = weeks[0], weeks[-1]
    return Trend(
        title=title,
        summary=f"{_number(first[1])}{unit} in the week to {_day(first[0])}, {_number(last[1])}{unit} in the week to {_day(last[0])}"
        f"{f'; {across[1]}' if across else ''}.",
        points=points,
        lines=tuple(Tick(high(top * part), f"{_number(top * part)}{unit}") for part in (0.5, 1.0)),
        words=words,
        across=Tick(high(across[0]), across[1]) if across else None,
    )


def trends_of(weeks: Sequence[Week], baseline: Baseline | None) -> dict[str, Trend | None]:
    """The two pictures of past weeks (the earliest first): the cases `by_number`, and `by_share` of those open, in per cent."""
    return {
        "by_number": trend_of(
            "Cases with somebody not assessed, by week", [(one.ended, one.figures.cases, one.taken_late) for one in weeks],
            across=(baseline.average, f"{baseline.average} on average") if baseline else None,
        ),
        "by_share": trend_of(
            "Share of the open cases with somebody not assessed, by week",
            [(one.ended, round(one.share, 1), one.taken_late) for one in weeks],
            across=(baseline.share, baseline.in_year) if baseline else None, unit="%",
        ),
    }  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day} {SHORT[day.month - 1]}"


def _number(figure: float) -> str:
    return f"{int(figure):,}" if figure == int(figure) else f"{figure:,.1f}"
