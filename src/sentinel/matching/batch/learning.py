"""Learns the weights from the extract itself, without labels: what strangers agree on from pairs drawn by chance, what one person's
records agree on by Splink's expectation and maximisation. Loaded by the command alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from sentinel.matching.batch.engines import Engine, Settings, linker
from sentinel.matching.batch.model import COMPARISONS, LEARNT_FROM, Model, Share, rule_of

_SEED: Final = 20
_DRAWN: Final = 5e6
_MOST_PAIRS: Final = 2e6
_LEAST: Final = 1e-9
# One person's records differ in anything at least so often, however few were seen that do.
_LEAST_SAME: Final = 0.005
# The column of which two exactly alike values make the level "exact".
_EXACT: Final = {
    "given": "given",
    "family": "family",
    "birth": "born",
    "address": "home",
    "phone": "phone",
    "email": "email",
}
Shares = Mapping[str, Sequence[float | None]]


def learn(
    made: Engine, settings: Settings, extract: Path, start: Model, *, faces: int, persons: int, day: str,
    step: Callable[[], None],
) -> Model:  # fmt: skip
    """The weights learnt from this extract; what it shows too little of is taken from `start`, and said in `notes`. `day` (ISO) is
    today. Calls `step` after each of `steps()` steps."""
    notes: list[str] = []
    first = linker(made, start, faces)
    first.training.estimate_u_using_random_sampling(
        max_pairs=_DRAWN, seed=None if settings.backend == "postgresql" else _SEED
    )
    step()
    strangers = _with_exact(_of(first, "u_probability"), agreements(extract), start)
    model = Model(
        version=f"learnt-{day}", source=f"learnt without labels from {persons:,} persons, over {settings.backend}",
        shares={
            one.name: {
                name: Share(start.shares[one.name][name].same, u) for name, u in zip(one.names, strangers[one.name], strict=True)
            }
            for one in COMPARISONS
        },
        pairs_a_person=start.pairs_a_person, learnt_on=day, persons=persons,
    )  # fmt: skip
    second = linker(made, model, faces)
    for columns in LEARNT_FROM:
        try:
            second.training.estimate_parameters_using_expectation_maximisation(
                rule_of(columns), estimate_without_term_frequencies=True, max_pairs=_MOST_PAIRS,
                record_sample_proportion=min(1.0, 200_000 / faces),
            )  # fmt: skip
        except Exception as error:  # too few pairs agree: Splink raises one of several kinds for it
            notes.append(f"Nothing was learnt from {' and '.join(columns)}: {type(error).__name__}.")
        step()
    same = _of(second, "m_probability")
    shares: dict[str, dict[str, Share]] = {}
    for one in COMPARISONS:
        begun = start.shares[one.name]
        # What EM did not see stays as it was given.
        found = [
            None if m is None or math.isclose(m, begun[name].same, rel_tol=1e-9) else m
            for name, m in zip(one.names, same[one.name], strict=True)
        ]
        if None in found:
            notes.append(f"Of {one.name} not every level was seen: those weigh as in {start.version}.")
        shares[one.name] = {
            name: Share(_seldom(m, u, begun[name], last=name == one.names[-1]), u)
            for name, m, u in zip(one.names, found, strangers[one.name], strict=True)
        }
    return Model(
        version=model.version, source=model.source, shares=shares, pairs_a_person=start.pairs_a_person, learnt_on=day,
        persons=persons, notes=tuple(notes),
    )  # fmt: skip


def _seldom(same: float | None, strangers: float, begun: Share, *, last: bool) -> float:
    """The share of a level among one person's records; of one that is hardly seen its weight is what it was, and nothing is so seldom
    that one person's records never differ."""
    if same is not None and same >= _LEAST_SAME:
        return same
    return _LEAST_SAME if last else min(begun.same, strangers * begun.same / begun.strangers)


def steps() -> int:
    """How often `learn` says that it has come further."""
    return 1 + len(LEARNT_FROM)


def _of(trained: Any, which: str) -> dict[str, list[float | None]]:
    """One of the shares of every level, the strongest first; None for what was not seen."""
    settings = trained.misc.save_model_to_json()
    found: dict[str, list[float | None]] = {}
    for one in settings["comparisons"]:
        levels = [level for level in one["comparison_levels"] if not level.get("is_null_level")]
        values = [level.get(which) for level in levels]
        found[one["output_column_name"]] = [
            float(value) if isinstance(value, int | float) and value > 0 else None for value in values
        ]
    return found


def agreements(extract: Path) -> dict[str, float]:
    """How likely two rows drawn by chance have the same value, of those that have one: counted, since it is too seldom to be drawn."""
    found = {}
    with duckdb.connect() as connection:
        for name, column in _EXACT.items():
            row = connection.execute(
                f"SELECT sum(many * (many - 1)) / (sum(many) * (sum(many) - 1)) FROM ("  # noqa: S608 - names of ours
                f" SELECT count(*)::DOUBLE AS many FROM read_parquet(?) WHERE {column} IS NOT NULL GROUP BY {column})",
                [str(extract)],
            ).fetchone()
            if row and row[0]:
                found[name] = float(row[0])
    return found


def _with_exact(strangers: Shares, exact: Mapping[str, float], start: Model) -> dict[str, list[float]]:
    found = {}
    for one in COMPARISONS:
        values = _whole(strangers[one.name], [start.shares[one.name][name].strangers for name in one.names])
        if one.name in exact:
            rest = sum(values[1:])
            values = [exact[one.name], *(value * (1 - exact[one.name]) / rest for value in values[1:])]
        found[one.name] = values
    return found


def _whole(values: Sequence[float | None], otherwise: Sequence[float]) -> list[float]:
    """Shares that make one together; those that were not seen are taken from elsewhere."""
    found = [
        max(_LEAST, other if value is None else value) for value, other in zip(values, otherwise, strict=True)
    ]
    return [value / sum(found) for value in found]
