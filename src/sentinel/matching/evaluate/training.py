"""Learns weights from a file itself, without labels: how often each level is seen among strangers from pairs drawn by chance, and
among one person's records by expectation and maximisation over the candidate pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sentinel.matching.evaluate.comparing import Comparer, Ids, Levels, Part, Shares
from sentinel.matching.rules.levels import Kind
from sentinel.matching.rules.weights import RARITY_MOST, PartWeights, Weights

_SEED: Final = 20
_DRAWN: Final = 60_000
_ROUNDS: Final = 30
_TWINS: Final = 0.01
_LEAST: Final = 1e-30
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """What was learnt of a file: the weights, and the log-odds in bits of every candidate pair to be one person's."""

    weights: Weights
    bits: Floats
    expected: float

    @property
    def chances(self) -> Floats:
        """How likely each candidate pair is one person's."""
        chances: Floats = 1 / (1 + np.exp2(-np.clip(self.bits, -60, 60)))
        return chances


def drawn(size: int, most: int = _DRAWN) -> tuple[Ids, Ids]:
    """Pairs of records by chance, `most` at most: every pair of a small file."""
    if size * (size - 1) // 2 <= most:
        first, second = np.triu_indices(size, 1)
        return first.astype(np.int64), second.astype(np.int64)
    draw = np.random.default_rng(_SEED)
    first, second = draw.integers(0, size, most), draw.integers(0, size, most)
    kept = first != second
    return first[kept], second[kept]


def _strangers(levels: Levels, parts: list[Part], agree: Sequence[float | None]) -> list[Floats]:
    """How often strangers show each level: counted in the pairs drawn; that they have one value is known from how common each is."""
    found = []
    for at, (part, exact) in enumerate(zip(parts, agree, strict=True)):
        column = levels[:, at]
        counts = np.bincount(column[column >= 0], minlength=len(part.levels)) + 0.5
        shares = counts / counts.sum()
        if exact:
            shares[:-1] *= (1 - exact) / shares[:-1].sum()
            shares[-1] = exact
        found.append(shares)
    return found


def train(comparer: Comparer, levels: Levels, shares: Shares) -> Trained:
    """Learn from the candidate pairs' levels. The same for every file: nothing here is set by hand for one."""
    parts = comparer.parts
    total = comparer.size * (comparer.size - 1) / 2
    strangers = _strangers(comparer.compare(*drawn(comparer.size))[0], parts, comparer.agree())
    same, related = [], []
    for part, u in zip(parts, strangers, strict=True):
        begin = np.full(len(u), 0.1 / (len(u) - 1))
        begin[-1] = 0.9
        same.append(begin)
        related.append(begin.copy() if part.shared else _as_strangers(part, u))
    rare = np.zeros(levels.shape, np.float64)
    for at, u in enumerate(strangers):
        known = shares[:, at] > 0
        rare[known, at] = np.clip(np.log2(u[-1] / shares[known, at]), -RARITY_MOST, RARITY_MOST)
    prior, prior_related = 0.1 * len(levels) / total, 0.02 * len(levels) / total
    has_shared = any(part.shared for part in parts)
    for turn in range(_ROUNDS + 1):
        one = _sum(levels, rare, same, strangers, parts, shared_only=False) + math.log2(prior)
        other = _sum(levels, rare, related, strangers, parts, shared_only=True)
        other += math.log2(prior_related if has_shared else _LEAST)
        top = np.maximum(np.maximum(one, other), 0)
        as_one, as_other, as_none = np.exp2(one - top), np.exp2(other - top), np.exp2(-top)
        whole = as_one + as_other + as_none
        is_one, is_other = as_one / whole, as_other / whole
        if turn == _ROUNDS:
            break
        prior = max(is_one.sum() / total, _LEAST)
        prior_related = max(is_other.sum() / total, _LEAST)
        for at, part in enumerate(parts):
            same[at] = _share(levels[:, at], is_one, strangers[at])
            if part.shared:
                related[at] = _share(levels[:, at], is_other, strangers[at])
    weights = Weights(
        "", "", prior, prior_related if has_shared else _LEAST,
        tuple(
            PartWeights(part.name, part.kind, part.levels, tuple(m.tolist()), tuple(u.tolist()), tuple(h.tolist()), part.shared)
            for part, m, u, h in zip(parts, same, strangers, related, strict=True)
        ),
    )  # fmt: skip
    bits: Floats = one - np.log2(1 + np.exp2(np.clip(other, -60, 200)))
    return Trained(weights, bits, float(is_one.sum()))


def _as_strangers(part: Part, strangers: Floats) -> Floats:
    """A person's own particulars agree with those of whom they live with as with a stranger's, but that twins share a birth date."""
    if part.kind is not Kind.BIRTH:
        return strangers.copy()
    shares: Floats = strangers * (1 - _TWINS)
    shares[-1] += _TWINS
    return shares


def _share(column: npt.NDArray[np.int8], chance: Floats, strangers: Floats) -> Floats:
    known = column >= 0
    counts = np.bincount(column[known], weights=chance[known], minlength=len(strangers)) + strangers
    shares: Floats = counts / counts.sum()
    return shares


def _sum(
    levels: Levels,
    rare: Floats,
    learnt: list[Floats],
    strangers: list[Floats],
    parts: list[Part],
    *,
    shared_only: bool,
) -> Floats:
    """The log-likelihood ratio of every pair against strangers; how rare a value is counts where it may be in common at all."""
    total = np.zeros(len(levels))
    for at, part in enumerate(parts):
        total += np.r_[np.log2(learnt[at] / strangers[at]), 0.0][levels[:, at]]
        if part.shared or not shared_only:
            total += rare[:, at]
    return total
