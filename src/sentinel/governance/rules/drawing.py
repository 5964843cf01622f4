"""Two bars for each band, before and after: the shapes of a drawing in its own units. Pure; a template writes them as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 480
HEIGHT: Final = 200
LEFT: Final = 4
TOP: Final = 22
BOTTOM: Final = 28
# A count of which only "fewer than 5" is said is drawn as if it were this.
FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Group:
    """A band with how many stand in it before and after; None stands for fewer than five."""

    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how high, the figure over it, and whether it says what was before."""

    x: float
    y: float
    width: float
    height: float
    words: str
    title: str
    before: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bars, and under each pair the name of its band with the place of its middle."""

    bars: tuple[Bar, ...]
    names: tuple[tuple[float, str], ...]
    summary: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Where the bars stand."""
        return self.height - BOTTOM


def few(count: int | None) -> str:
    """A count in words."""
    return "fewer than 5" if count is None else f"{count:,}"


def pairs_of_bars(groups: Sequence[Group]) -> Drawing | None:
    """The drawing of some bands; None where there is nothing to draw."""
    drawn = [FEW if count is None else count for one in groups for count in (one.before, one.after)]
    if not drawn or not max(drawn):
        return None
    room, each = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / len(groups)
    bars, names = [], []
    for at, one in enumerate(groups):
        middle = LEFT + each * (at + 0.5)
        names.append((round(middle, 1), one.label))
        wide = round(min(each * 0.36, 70), 1)
        for place, (count, said) in enumerate(((one.before, "now"), (one.after, "with the draft"))):
            high = round(room * (FEW if count is None else count) / max(drawn), 1)
            bars.append(
                Bar(
                    x=round(middle - wide - 2 if place == 0 else middle + 2, 1),
                    y=round(HEIGHT - BOTTOM - high, 1),
                    width=wide,
                    height=high,
                    words="<5" if count is None else f"{count:,}",
                    title=f"{one.label}, {said}: {few(count)}",
                    before=place == 0,
                )
            )
    summary = "; ".join(f"{one.label} from {few(one.before)} to {few(one.after)}" for one in groups)
    return Drawing(tuple(bars), tuple(names), summary)
