"""Compares many pairs of records at once: every two values that meet are compared once, however many pairs have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sentinel.matching.evaluate.fields import Field
from sentinel.matching.rules.levels import PARTS, UNKNOWN, Day, Kind, Name, Seen, Value, compare_values

Levels = npt.NDArray[np.int8]
Shares = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """One compared part of a file: its name, kind and levels, and whether people of a household share it."""

    name: str
    kind: Kind
    levels: tuple[str, ...]
    shared: bool


class Comparer:
    """The values of a file, numbered, with how common each is."""

    def __init__(self, fields: Sequence[Field], size: int) -> None:
        self.fields = fields
        self.size = size
        self.parts = [
            Part(name, field.kind, levels, field.is_part_shared(name))
            for field in fields
            for name, (_, levels) in zip(field.parts, PARTS[field.kind], strict=True)
        ]
        self._numbers: list[Ids] = []
        self._values: list[list[Value]] = []
        self.shares: list[dict[str, float]] = []
        for field in fields:
            numbered: dict[Value, int] = {}
            self._numbers.append(
                np.array([numbered.setdefault(value, len(numbered)) for value in field.values], np.int64)
            )
            self._values.append(list(numbered))
            self.shares.append(_shares(field))

    def compare(self, first: Ids, second: Ids) -> tuple[Levels, Shares]:
        """For each pair and part the level, and the share of records that have the value that both have (0: none in common)."""
        levels = np.full((len(first), len(self.parts)), UNKNOWN, np.int8)
        shares = np.zeros((len(first), len(self.parts)), np.float32)
        at = 0
        for field, numbers, values, common in zip(
            self.fields, self._numbers, self._values, self.shares, strict=True
        ):
            one, other = numbers[first], numbers[second]
            keys = np.minimum(one, other) * len(values) + np.maximum(one, other)
            different, back = np.unique(keys, return_inverse=True)
            width = len(field.parts)
            found = np.full((len(different), width), UNKNOWN, np.int8)
            rare = np.zeros((len(different), width), np.float32)
            for row, (low, high) in enumerate(
                zip((different // len(values)).tolist(), (different % len(values)).tolist(), strict=True)
            ):
                for column, seen in enumerate(compare_values(field.kind, values[low], values[high])):
                    found[row, column] = seen.level
                    if seen.value:
                        rare[row, column] = common[seen.value]
            levels[:, at : at + width] = found[back]
            shares[:, at : at + width] = rare[back]
            at += width
        return levels, shares

    def see(self, first: int, second: int) -> list[Seen]:
        """How far two records agree, part by part."""
        return [
            seen
            for field in self.fields
            for seen in compare_values(field.kind, field.values[first], field.values[second])
        ]

    def agree(self) -> list[float | None]:
        """For each part how likely two records drawn by chance have the same value; None for the parts of a name, where any two of
        several words may meet."""
        found: list[float | None] = []
        for field, numbers, values in zip(self.fields, self._numbers, self._values, strict=True):
            single = field.kind is not Kind.NAME and all(
                value is None or isinstance(value, Day) or len(value) == 1 for value in values
            )
            counts = np.bincount(numbers, minlength=len(values)).astype(np.float64)
            for at, value in enumerate(values):
                if value is None or (isinstance(value, Day) and not all(value)):
                    counts[at] = 0
            known = counts.sum()
            same = (
                float((counts * (counts - 1)).sum() / (known * (known - 1))) if single and known > 1 else 0.0
            )
            found += [same or None] * len(field.parts)
        return found

    def share(self, part: int, value: str) -> float:
        """The share of records that have a value of a part."""
        at = -1
        for place, field in enumerate(self.fields):
            at += len(field.parts)
            if part <= at:
                return self.shares[place].get(value, 0.0)
        return 0.0


def _shares(field: Field) -> dict[str, float]:
    """How common each value is among the records that have one; each word of a name among those that have a name."""
    counts: Counter[str] = Counter()
    known = 0
    for value in field.values:
        if not value:
            continue
        known += 1
        if isinstance(value, Name):
            counts.update(set(value.given) | set(value.family))
        elif field.kind is Kind.BIRTH:
            counts["-".join(value)] += 1
        else:
            counts.update(set(value))
    return {value: count / known for value, count in counts.items()}
