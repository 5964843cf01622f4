"""Precision, recall and F1 of what was linked, against what is true: of all pairs, and of those that have something about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sentinel.matching.evaluate.comparing import Ids

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Counts:
    """Pairs that are true, that were said, and that are both."""

    true: int
    said: int
    both: int

    def as_figures(self) -> dict[str, float | int | None]:
        """As they are reported; a share of nothing is None."""
        precision = self.both / self.said if self.said else None
        recall = self.both / self.true if self.true else None
        f1 = 2 * self.both / (self.true + self.said) if self.true + self.said else None
        return {
            "precision": _rounded(precision), "recall": _rounded(recall), "f1": _rounded(f1),
            "true_pairs": self.true, "said_pairs": self.said,
        }  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def pairs_in(groups: Sequence[Hashable]) -> int:
    """How many pairs there are of records of one group."""
    return sum(count * (count - 1) // 2 for count in Counter(groups).values())


def of_groups(said: Sequence[Hashable], truth: Sequence[Hashable], about: Flags | None = None) -> Counts:
    """Groups against truth, over all pairs within a group; with `about`, over those of which at least one record is marked."""
    whole = Counts(pairs_in(truth), pairs_in(said), pairs_in(list(zip(said, truth, strict=True))))
    if about is None:
        return whole
    rest = np.flatnonzero(~about).tolist()
    without = of_groups([said[at] for at in rest], [truth[at] for at in rest])
    return Counts(whole.true - without.true, whole.said - without.said, whole.both - without.both)


def of_pairs(first: Ids, second: Ids, truth: Sequence[Hashable], about: Flags | None = None) -> Counts:
    """Pairs that were said against truth; with `about`, those of which at least one record is marked."""
    people: dict[Hashable, int] = {}
    numbers = np.array([people.setdefault(person, len(people)) for person in truth], np.int64)
    kept = np.ones(len(first), np.bool_) if about is None else about[first] | about[second]
    both = int((numbers[first[kept]] == numbers[second[kept]]).sum())
    return Counts(of_groups(truth, truth, about).true, int(kept.sum()), both)
