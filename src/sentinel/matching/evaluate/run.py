"""Links a labelled file without looking at its labels, and then measures against them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sentinel.kernel.errors import Invalid
from sentinel.matching.evaluate.candidates import CAP, pairs_of
from sentinel.matching.evaluate.columns import Role
from sentinel.matching.evaluate.comparing import Comparer, Ids
from sentinel.matching.evaluate.fields import Field, fields_of
from sentinel.matching.evaluate.figures import Counts, Flags, of_groups, of_pairs
from sentinel.matching.evaluate.grouping import LARGEST, group
from sentinel.matching.evaluate.origins import origin_of
from sentinel.matching.evaluate.reading import Table
from sentinel.matching.evaluate.training import Floats, Trained, train
from sentinel.matching.rules.levels import Kind, Name
from sentinel.matching.rules.weights import Weights

Say = Callable[[str], None]
# The one rule for every file: a pair is linked where the fitted model thinks it more likely one person's than not.
CUT_OFF_BITS: Final = 0.0
RULE: Final = (
    "A pair is linked where the model fitted to the file without labels holds it more likely to be one person's than not (0 bits). "
    "Records are grouped strongest pair first; two groups become one where the mean over all pairs between them is for it, "
    f"and no group has more than {LARGEST} records."
)


@dataclass(frozen=True)
class Linked:
    """A file linked: its fields, the pairs that are said to be one person's, everybody's group, and what was learnt."""

    fields: list[Field]
    first: Ids
    second: Ids
    groups: list[int]
    trained: Trained
    compared: int


@dataclass(frozen=True)
class Compared:
    """A file's candidate pairs, compared and weighed."""

    comparer: Comparer
    first: Ids
    second: Ids
    trained: Trained


def compare(table: Table, roles: Mapping[str, Role], say: Say) -> Compared:
    """Find the candidate pairs of a file and learn their weights. Raises `Invalid` where no column tells people apart."""
    fields = fields_of(table, roles)
    if not any(
        field.kind in (Kind.NAME, Kind.BIRTH, Kind.EMAIL, Kind.PHONE, Kind.IDENTIFIER) for field in fields
    ):
        raise Invalid(
            "No column was recognised as a name, a birth date, a telephone number, an email address or an identifier. "
            "Say which is which with --map COLUMN=ROLE."
        )
    say(f"{table.size:,} records, {len(fields)} fields: {', '.join(field.name for field in fields)}")
    first, second = pairs_of(fields, table.size)
    if not len(first):
        raise Invalid("No two records have enough in common to be compared.")
    say(f"{len(first):,} pairs to compare")
    comparer = Comparer(fields, table.size)
    trained = train(comparer, *comparer.compare(first, second))
    say(f"weights learnt; {trained.expected:,.0f} pairs expected to be one person's")
    return Compared(comparer, first, second, trained)


def link(table: Table, roles: Mapping[str, Role], say: Say) -> Linked:
    """Link a file by what is in it; `table.truth` is not looked at. Raises `Invalid` where no column tells people apart."""
    compared = compare(table, roles, say)
    comparer, first, second, trained = compared.comparer, compared.first, compared.second, compared.trained
    groups = group(
        table.size, first, second, trained.bits,
        _weigher(comparer, trained.weights, first, second, trained.bits), at_least=CUT_OFF_BITS,
    )  # fmt: skip
    kept = trained.bits >= CUT_OFF_BITS
    return Linked(list(comparer.fields), first[kept], second[kept], groups, trained, len(first))


def _weigher(
    comparer: Comparer, weights: Weights, first: Ids, second: Ids, bits: Floats
) -> Callable[[int, int], float]:
    """The weight of any two records; those of the candidates are known already."""
    size = comparer.size
    known = dict(zip((first * size + second).tolist(), bits.tolist(), strict=True))
    places = {part.name: at for at, part in enumerate(weights.parts)}

    def rarity(part: str, value: str) -> float:
        return comparer.share(places[part], value)

    def weigh(one: int, other: int) -> float:
        low, high = (one, other) if one < other else (other, one)
        found = known.get(low * size + high)
        if found is None:
            found = known[low * size + high] = weights.weigh(comparer.see(low, high), rarity).bits
        return found

    return weigh


def evaluate(table: Table, roles: Mapping[str, Role], say: Say) -> dict[str, Any]:
    """Link, measure and say: one object with `pairs` and `clusters`, how the columns were read, the rule, and what the model expected."""
    began = time.monotonic()
    linked = link(table, roles, say)
    seconds = time.monotonic() - began
    marks = breakdowns(linked.fields, table.size)
    chances = linked.trained.chances[linked.trained.bits >= CUT_OFF_BITS]
    expected = linked.trained.expected
    return {
        "records": table.size,
        "people": len(set(table.truth)),
        "columns": {name: role.value for name, role in roles.items()},
        "fields": {field.name: {"kind": field.kind.value, "columns": list(field.columns)} for field in linked.fields},
        "threshold": {
            "rule": RULE,
            "bits": CUT_OFF_BITS,
            "block_cap": CAP,
            "pairs_compared": linked.compared,
            "pairs_expected": round(expected),
            "precision_expected": round(float(chances.mean()), 4) if len(chances) else None,
            "recall_expected": round(float(chances.sum() / expected), 4) if expected else None,
        },
        "pairs": _with(
            lambda about: of_pairs(linked.first, linked.second, table.truth, about), marks
        ),
        "clusters": {
            **_with(lambda about: of_groups(linked.groups, table.truth, about), marks),
            "largest": max(Counter(linked.groups).values()),
            "count": len(set(linked.groups)),
        },
        "seconds": round(seconds, 1),
    }  # fmt: skip


def _with(
    measure: Callable[[Flags | None], Counts], marks: Mapping[str, Mapping[str, Flags]]
) -> dict[str, Any]:
    return {
        **measure(None).as_figures(),
        **{
            by: {name: measure(flags).as_figures() for name, flags in some.items()}
            for by, some in marks.items()
        },
    }


def breakdowns(fields: Sequence[Field], size: int) -> dict[str, dict[str, Flags]]:
    """Which records have a name of which origin, and which lack which field: a pair counts where at least one of its two does."""
    name = next((field for field in fields if field.kind is Kind.NAME), None)
    origins = np.array([origin_of(value) for value in name.values] if name else [], dtype=object)
    by_origin = {str(origin): origins == origin for origin in sorted(set(origins.tolist()))}
    missing: dict[str, Flags] = {}
    for field in fields:
        if field.kind is Kind.NAME:
            for at, part in enumerate(field.parts):
                lacks = [not (isinstance(value, Name) and value[at]) for value in field.values]
                missing[part] = np.array(lacks, np.bool_)
        else:
            missing[field.name] = np.array([value is None for value in field.values], np.bool_)
    by_missing = {part: flags for part, flags in missing.items() if 0 < flags.sum() < size}
    return {"by_name_origin": by_origin, "by_missing_field": by_missing}
