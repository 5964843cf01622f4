"""The weights of the check, learnt by Splink without labels: what `sentinel match train` writes as a versioned file.

Every pair of records that agrees on one telling field (a birth, a telephone, an email, a register's number, a whole name) is compared by our
own levels. Splink's expectation and maximisation runs over each such block in turn and learns how often one person's records show each level
of the fields that did not choose the pairs. How often strangers show them is counted in pairs drawn by chance; what a household has in
common, for which Splink has no place, comes from our own fit over the same pairs (evaluate.training).
"""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final

import numpy as np

from sentinel.kernel.errors import Invalid
from sentinel.matching.evaluate.columns import Role
from sentinel.matching.evaluate.comparing import Comparer, Ids, Levels
from sentinel.matching.evaluate.fields import Field, fields_of
from sentinel.matching.evaluate.reading import Table
from sentinel.matching.evaluate.training import Trained, drawn, train
from sentinel.matching.rules.levels import Day, Kind, Name, Value
from sentinel.matching.rules.values import value_of
from sentinel.matching.rules.weights import PartWeights, Weights

Say = Callable[[str], None]
# The fields that the check compares, in its order.
FIELDS: Final = (
    Kind.NAME, Kind.BIRTH, Kind.POSTCODE, Kind.ADDRESS, Kind.PHONE, Kind.EMAIL, Kind.IDENTIFIER
)  # fmt: skip
_CHOOSING: Final = (Kind.BIRTH, Kind.PHONE, Kind.EMAIL, Kind.IDENTIFIER, Kind.NAME)
# Of a value that more records have no pairs are made; and so many pairs are drawn by chance.
_CAP: Final = 60
_DRAWN: Final = 400_000
_SEED: Final = 20
# A share is never taken to be smaller: what a file has not shown may still happen.
LEAST_SAME: Final = 5e-4
LEAST_STRANGERS: Final = 1e-5
_ROUNDS: Final = 25
# A level is the difference of two numbers of the pair's own (see `_columns`): more than any part has levels.
_STEP: Final = 16


def learn(
    table: Table, roles: Mapping[str, Role], now: Weights, *, version: str, source: str, say: Say
) -> tuple[Weights, dict[str, Any]]:
    """Weights in the form that the check reads, and what they were learnt from and how. `table.truth` is not looked at.

    `now` are those in use: its priors stay, for they are about how many people are known and not about mistakes, and so does every field
    that the file does not have. Raises `Invalid` where fewer than two fields choose pairs: none can be learnt from those that it chose itself.
    """
    fields = _chosen(fields_of(table, roles), table)
    comparer = Comparer(fields, table.size)
    blocks = {
        field.kind: pairs
        for field in fields
        if field.kind in _CHOOSING and len((pairs := _together(field.values))[0])
    }
    if len(blocks) < 2:
        raise Invalid("Fewer than two columns tell people apart: weights cannot be learnt from this file.")
    every = np.unique(np.concatenate([first * table.size + second for first, second in blocks.values()]))
    first, second = every // table.size, every % table.size
    levels, shares = comparer.compare(first, second)
    say(f"{len(every):,} pairs that agree on one of {', '.join(sorted(blocks))}")
    ours = train(comparer, levels, shares)
    by_chance = comparer.compare(*drawn(table.size, _DRAWN))[0]
    strangers = _strangers(comparer, levels, by_chance, ours, list(blocks))
    same = _by_splink(comparer, levels, strangers, ours, list(blocks), say)
    in_use = {part.name: part for part in now.parts}
    learnt = {
        part.name: _kept_where_unseen(
            PartWeights(
                part.name, part.kind, part.levels, same[at], strangers[at],
                _related(part, strangers[at]), part.shared,
            ),
            in_use[part.name],
            np.bincount(np.r_[levels[:, at], by_chance[:, at]] + 1, minlength=len(part.levels) + 1)[1:].tolist(),
        )
        for at, part in enumerate(_renamed(ours, now))
    }  # fmt: skip
    parts = tuple(learnt.get(part.name, part) for part in now.parts)
    manifest = {
        "by": f"Splink {_splink_version()}: expectation and maximisation, without labels",
        "records": table.size,
        "blocks": {kind.value: len(pairs[0]) for kind, pairs in sorted(blocks.items())},
        "drawn_by_chance": _DRAWN,
        "kept_from": {"version": now.version, "parts": [part.name for part in now.parts if part.name not in learnt]},
        "least": {"same": LEAST_SAME, "strangers": LEAST_STRANGERS},
    }  # fmt: skip
    return Weights(version, source, now.prior, now.prior_related, parts), manifest


def _splink_version() -> str:
    from importlib.metadata import version

    return version("splink")


def _chosen(fields: Sequence[Field], table: Table) -> list[Field]:
    """The first field of each kind that the check compares, in its order; an address whole with its postcode, as the check has it."""
    found: dict[Kind, Field] = {}
    for field in fields:
        found.setdefault(field.kind, field)
    address, postcode = found.get(Kind.ADDRESS), found.get(Kind.POSTCODE)
    if address is not None and postcode is not None:
        lines, codes = table.columns[address.columns[0]], table.columns[postcode.columns[0]]
        whole = [
            value_of(Kind.ADDRESS, [line if code in line else f"{line}, {code}"] if line else [])
            for line, code in zip(lines, codes, strict=True)
        ]
        found[Kind.ADDRESS] = replace(address, values=whole)
    return [found[kind] for kind in FIELDS if kind in found]


def _renamed(ours: Trained, now: Weights) -> list[PartWeights]:
    """What was learnt of each part under the name that the check has for it; who shares what is as the check says."""
    known = {(part.kind, part.name if part.kind is Kind.NAME else ""): part for part in now.parts}
    return [
        PartWeights(mine.name, part.kind, part.levels, part.same, part.strangers, part.related, mine.shared)
        for part in ours.weights.parts
        for mine in [known[part.kind, part.name if part.kind is Kind.NAME else ""]]
    ]


def _related(part: PartWeights, strangers: tuple[float, ...]) -> tuple[float, ...]:
    """What a household shares, by our own fit; of what is a person's own they are as strangers, but for twins' birth."""
    if part.shared or part.kind is Kind.BIRTH:
        return _shares(part.related, LEAST_SAME)
    return strangers


def _kept_where_unseen(part: PartWeights, in_use: PartWeights, counts: Sequence[int]) -> PartWeights:
    """A level that no pair showed weighs what it did: of it the file says nothing."""
    if all(counts):
        return part
    strangers = [
        u if count else m / 2**bits
        for u, m, count, bits in zip(part.strangers, part.same, counts, in_use.bits, strict=True)
    ]
    return replace(part, strangers=_shares(strangers, 0.0))


def _together(values: Sequence[Value], cap: int = _CAP) -> tuple[Ids, Ids]:
    """Every two records with one value that is whole, of values that at most `cap` records have."""
    holders: dict[object, list[int]] = defaultdict(list)
    for at, value in enumerate(values):
        if isinstance(value, Name):
            if value.given and value.family:
                holders[value].append(at)
        elif isinstance(value, Day):
            if all(value):
                holders[value].append(at)
        elif value:
            for one in value:
                holders[one].append(at)
    pairs = [
        pair for some in holders.values() if 1 < len(some) <= cap for pair in combinations(sorted(set(some)), 2)
    ]  # fmt: skip
    table = np.array(sorted(set(pairs)), np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _strangers(
    comparer: Comparer, levels: Levels, by_chance: Levels, ours: Trained, blocks: Sequence[Kind]
) -> list[tuple[float, ...]]:
    """How often two strangers show each level, in pairs drawn by chance; that they have one value from how common each is, or, of what
    chose the pairs, from those of its pairs that are held to be of two people."""
    found = []
    pairs = comparer.size * (comparer.size - 1) / 2
    for at, (part, exact) in enumerate(zip(comparer.parts, comparer.agree(), strict=True)):
        column = by_chance[:, at]
        known = column[column >= 0]
        counts = np.bincount(known, minlength=len(part.levels)).astype(np.float64)
        if part.kind in blocks and part.kind is not Kind.NAME:
            share = len(known) / max(len(column), 1)
            alike = levels[:, at] == len(part.levels) - 1
            exact = float((1 - ours.chances[alike]).sum()) / (pairs * share) if share else exact
        if exact is not None:
            counts[:-1] *= (1 - exact) / max(float(counts[:-1].sum()), 1.0)
            counts[-1] = exact
        found.append(_shares(counts.tolist(), LEAST_STRANGERS))
    return found


def _shares(values: Sequence[float], least: float) -> tuple[float, ...]:
    """Shares that make one, none of them smaller than `least`."""
    whole = sum(values)
    kept = [max(value / whole, least) for value in values]
    return tuple(value / sum(kept) for value in kept)


def _by_splink(
    comparer: Comparer,
    levels: Levels,
    strangers: Sequence[tuple[float, ...]],
    ours: Trained,
    blocks: Sequence[Kind],
    say: Say,
) -> list[tuple[float, ...]]:
    """How often one person's records show each level, part by part."""
    import pyarrow
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    parts = comparer.parts
    names = [f"part_{at}" for at in range(len(parts))]
    size, one, other = _columns(levels, [len(part.levels) - 1 for part in parts], names)
    chosen_by = {
        kind: [name for name, part in zip(names, parts, strict=True) if part.kind is kind] for kind in blocks
    }
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            _comparison(name, part.levels, u, m.same)
            for name, part, u, m in zip(names, parts, strangers, ours.weights.parts, strict=True)
        ],
        blocking_rules_to_generate_predictions=[block_on(*some) for some in chosen_by.values()],
        probability_two_random_records_match=min(max(ours.expected / size**2, 1e-12), 0.5),
        max_iterations=_ROUNDS,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = DuckDBAPI()
        both = [
            api.register(
                pyarrow.table({"unique_id": list(range(size)), **columns}), dataset_display_name=name
            )
            for name, columns in (("one", one), ("other", other))
        ]
        linker = Linker(both, settings, log_level=logging.ERROR)
        for kind, some in chosen_by.items():
            say(f"learning from those that agree on {kind}")
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*some), record_sample_proportion=1.0
            )
        learnt = linker.misc.save_model_to_json()["comparisons"]
    return [
        _shares([_learnt(found, level) for level in part.levels], LEAST_SAME)
        for part, found in zip(parts, learnt, strict=True)
    ]


def _learnt(comparison: Mapping[str, Any], level: str) -> float:
    found = next(one for one in comparison["comparison_levels"] if one["label_for_charts"] == level)
    value = found.get("m_probability")
    return float(value) if isinstance(value, int | float) else LEAST_SAME


def _columns(
    levels: Levels, exact: Sequence[int], names: Sequence[str]
) -> tuple[int, dict[str, list[int | None]], dict[str, list[int | None]]]:
    """The pairs as two tables of which Splink joins the nth row to the nth: it is shown no value. Of each part the difference of the two
    numbers is how many levels the pair lacks to be exact, so that only pairs that agree have one number, and none is another pair's.

    To every level is added one pair that agrees in all else, so that none is learnt to be impossible (its share would fall below
    what Splink can hold).
    """
    added = [
        [level if place == at else top for place, top in enumerate(exact)]
        for at, most in enumerate(exact)
        for level in range(most)
    ]
    rows = np.concatenate([levels.astype(np.int64), np.array(added, np.int64)])
    base = (np.arange(len(rows), dtype=np.int64) + 1) * _STEP
    one: dict[str, list[int | None]] = {}
    other: dict[str, list[int | None]] = {}
    for at, name in enumerate(names):
        known = rows[:, at] >= 0
        pairs = zip(base.tolist(), rows[:, at].tolist(), known.tolist(), strict=True)
        one[name] = [number + level if is_known else None for number, level, is_known in pairs]
        whole = zip((base + exact[at]).tolist(), known.tolist(), strict=True)
        other[name] = [number if is_known else None for number, is_known in whole]
    return len(rows), one, other


def _comparison(
    name: str, levels: Sequence[str], strangers: Sequence[float], same: Sequence[float]
) -> dict[str, Any]:
    """One part as Splink is told of it, with what is known of strangers and where to begin."""
    lacks, begin = f"abs({name}_l - {name}_r)", _shares(same, LEAST_SAME)
    top = len(levels) - 1
    return {
        "output_column_name": name,
        "comparison_levels": [
            {
                "sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL",
                "label_for_charts": "unknown",
                "is_null_level": True,
            },
            *(
                {
                    "sql_condition": f"{lacks} = {top - at}" if at else "ELSE",
                    "label_for_charts": levels[at],
                    "m_probability": begin[at],
                    "u_probability": strangers[at],
                }
                for at in range(top, -1, -1)
            ),
        ],
    }
