"""A measured figure, its target, and how all of a run are printed."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

import click


@dataclass(frozen=True)
class Figure:
    """One measured value. `most` is the largest value that meets the target, `least` the smallest; neither: no target."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool:
        """Whether the target is met, or there is none."""
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )

    @property
    def target(self) -> str:
        """The target in words."""
        if self.most is not None:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.least is not None else ""


def finish(name: str, figures: list[Figure], as_json: bool) -> None:
    """Print every figure with its target; exit 1 where one falls short."""
    met = all(figure.met for figure in figures)
    if as_json:
        rows = [{**asdict(figure), "met": figure.met} for figure in figures]
        click.echo(json.dumps({"bench": name, "met": met, "figures": rows}))
    else:
        for figure in figures:
            mark = "" if figure.most is None and figure.least is None else "met" if figure.met else "SHORT"
            click.echo(f"{figure.name:<62} {figure.value:>9.2f} {figure.unit:<8} {figure.target:<14} {mark}")
    sys.exit(0 if met else 1)
