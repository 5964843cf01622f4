"""From weighed pairs to proposals: how many pairs there are of one person, which persons stand together, and what is not proposed.
Loaded by the command alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt

from sentinel.matching.batch.model import COMPARISONS, GROUP_BITS, LARGEST, PAIR_BITS

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_ROUNDS: Final = 30


@dataclass(frozen=True)
class Pairs:
    """Pairs of persons (by number, the lower first), each once: the weight of the two faces that agree best, in bits of log odds,
    and of each comparison the best level between any two of their faces, -1 where one says nothing."""

    first: Ids
    second: Ids
    bits: Floats
    levels: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Grouped:
    """What a run proposes: for each kept pair whether it stands in a group. `largest` persons in the largest group, `refused`
    pairs that would have made one too large."""

    together: npt.NDArray[np.bool_]
    groups: int
    largest: int
    refused: int


def pairs_in(files: Sequence[Path]) -> tuple[Pairs, int]:
    """The pairs of a run's files, and how many the household rule took out.

    The household rule: who has another given name, whatever face is looked at, and shares the home or the telephone, is somebody
    else of the house (twins and brothers above all): never proposed.
    """
    levels = ", ".join(f"max(gamma_{one.name})::TINYINT AS {one.name}" for one in COMPARISONS)
    home, phone = (len(one.names) - 1 for one in COMPARISONS if one.name in {"address", "phone"})
    with duckdb.connect() as connection:
        relation = connection.execute(
            f"SELECT least(person_l, person_r) AS first, greatest(person_l, person_r) AS second, max(match_weight) AS bits, {levels}"  # noqa: S608 - names of ours
            "  FROM read_parquet(?) GROUP BY ALL ORDER BY first, second",
            [[str(path) for path in files]],
        )
        columns = relation.fetchnumpy()
    first, second = columns["first"].astype(np.int64), columns["second"].astype(np.int64)
    seen = np.column_stack([np.asarray(columns[one.name], np.int8) for one in COMPARISONS])
    place = {one.name: at for at, one in enumerate(COMPARISONS)}
    other = (seen[:, place["given"]] == 0) & (
        (seen[:, place["address"]] == home) | (seen[:, place["phone"]] == phone)
    )
    kept = ~other
    return Pairs(first[kept], second[kept], np.asarray(columns["bits"], np.float64)[kept], seen[kept]), int(
        other.sum()
    )


def with_prior(pairs: Pairs, prior: float, persons: int) -> tuple[Pairs, float]:
    """The pairs weighed with how many pairs of one person they themselves make likely, and that number for each person.

    `prior` is what they were weighed with. By expectation and maximisation of that one number; no label is looked at.
    """
    total = max(persons * (persons - 1) / 2, 1.0)
    evidence = pairs.bits - _odds(prior)
    now = prior
    for _ in range(_ROUNDS):
        chances = 1 / (1 + np.exp2(-np.clip(evidence + _odds(now), -60, 60)))
        now = float(min(0.5, max(chances.sum() / total, 0.1 / total)))
    bits = evidence + _odds(now)
    return Pairs(pairs.first, pairs.second, bits, pairs.levels), now * total / max(persons, 1)


def _odds(chance: float) -> float:
    return float(np.log2(chance / (1 - chance)))


def above(pairs: Pairs, least: float = PAIR_BITS) -> Pairs:
    """Those of at least so many bits, the strongest first."""
    order = np.argsort(-pairs.bits, kind="stable")
    order = order[pairs.bits[order] >= least]
    return Pairs(pairs.first[order], pairs.second[order], pairs.bits[order], pairs.levels[order])


def group(pairs: Pairs, *, least: float = GROUP_BITS, largest: int = LARGEST) -> Grouped:
    """Put together, the strongest pair first (`above` sorted them), what is well above the cut-off; never more than `largest`."""
    parent: dict[int, int] = {}
    size: dict[int, int] = {}

    def find(at: int) -> int:
        while parent.setdefault(at, at) != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    strong = int((pairs.bits >= least).sum())
    refused = 0
    ends = list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))
    for one, other in ends[:strong]:
        a, b = find(one), find(other)
        if a == b:
            continue
        many = size.get(a, 1) + size.get(b, 1)
        if many > largest:
            refused += 1
            continue
        parent[a] = b
        size[b] = many
    together = np.zeros(len(ends), np.bool_)
    together[:strong] = [find(one) == find(other) for one, other in ends[:strong]]
    sizes = [size.get(root, 1) for root in {find(at) for at in list(parent)} if size.get(root, 1) > 1]
    return Grouped(together, len(sizes), max(sizes, default=0), refused)
