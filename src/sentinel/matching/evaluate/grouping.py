"""From pairs to people: records are put together strongest pair first, and only where all of both sides speak for it.

Two groups become one when the mean weight over all pairs between them is for it, so that one mistaken pair cannot chain two people
together. No group grows beyond a size at which something must be wrong; such ones are for a person to look at.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import numpy as np

from sentinel.matching.evaluate.comparing import Ids
from sentinel.matching.evaluate.training import Floats

LARGEST: Final = 200
MOST_SEEN: Final = 60
_SEED: Final = 20
# No pair says more than this for or against, in bits, however much it is sure of itself.
_MOST: Final = 10.0


def group(
    size: int, first: Ids, second: Ids, bits: Floats, weigh: Callable[[int, int], float],
    *, at_least: float = 0.0, largest: int = LARGEST,
) -> list[int]:  # fmt: skip
    """The group of every record, by the number of one of its records.

    `weigh` gives the bits of any pair, also one that is no candidate. Pairs below `at_least` begin nothing.
    """
    draw = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    parent = list(range(size))
    members = {at: [at] for at in range(size)}
    tried: dict[tuple[int, int], int] = {}

    def find(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    order = np.argsort(-bits, kind="stable")
    for pair in order[bits[order] >= at_least].tolist():
        one, other = find(int(first[pair])), find(int(second[pair]))
        if one == other:
            continue
        ours, theirs = members[one], members[other]
        together = len(ours) + len(theirs)
        if together > largest:
            continue
        if together > 2:
            key = (min(one, other), max(one, other))
            if tried.get(key) == together:
                continue
            between = [(a, b) for a in ours for b in theirs]
            if len(between) > MOST_SEEN:
                between = draw.sample(between, MOST_SEEN)
            mean = sum(max(-_MOST, min(_MOST, weigh(a, b))) for a, b in between) / len(between)
            if mean < at_least:
                tried[key] = together
                continue
        parent[one] = other
        members[other] = theirs + ours
        del members[one]
    return [find(at) for at in range(size)]
