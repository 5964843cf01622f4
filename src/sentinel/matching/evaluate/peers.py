"""The same file, linked by Splink (as its own introduction does, and tuned) and by recordlinkage, to stand beside ours.

Splink's tuned run may choose its cut-offs with the labels in hand, which ours may not: it is the best that it could have done.
"""

from __future__ import annotations

import importlib.util
import logging
import time
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sentinel.matching.evaluate.columns import Role
from sentinel.matching.evaluate.fields import Field, fields_of
from sentinel.matching.evaluate.figures import of_groups, of_pairs
from sentinel.matching.evaluate.reading import Table
from sentinel.matching.rules.levels import Day, Kind, Name

Say = Callable[[str], None]
Ids = npt.NDArray[np.int64]
Columns = dict[str, list[str | None]]
_SEED: Final = 20
_LIKELY: Final = 0.0
_SURE: Final = 4.25  # bits of a probability of 0.95, at which Splink's introduction makes its clusters
_HINDSIGHT: Final = tuple(np.arange(-6, 26, 0.5).tolist())
# No rule of the peers may make more pairs than this for each record.
_PAIRS_A_RECORD: Final = 200
_WIDE_PAIRS_A_RECORD: Final = 60


def run_peers(table: Table, roles: Mapping[str, Role], say: Say) -> dict[str, Any]:
    """What each peer makes of the file: `pairs`, `clusters`, `seconds`; or `missing`, why it could not be run."""
    columns, kinds = _columns(fields_of(table, roles))
    found: dict[str, Any] = {}
    for name, peer in (
        ("splink_default", _splink),
        ("splink_tuned", _splink_tuned),
        ("recordlinkage", _recordlinkage),
    ):
        say(f"{name} ...")
        began = time.monotonic()
        try:
            found[name] = peer(table, columns, kinds)
        except ImportError as error:
            found[name] = {"missing": f"{error.name} is not installed"}
        except Exception as error:  # a peer that cannot work with a file must not hide our own figures
            found[name] = {"missing": f"it failed: {type(error).__name__}: {str(error)[:200]}"}
        found[name]["seconds"] = round(time.monotonic() - began, 1)
    return found


def _columns(fields: Sequence[Field]) -> tuple[Columns, dict[str, Kind]]:
    """The cleaned values as plain columns of text, one for each part of a field."""
    columns: Columns = {}
    kinds: dict[str, Kind] = {}
    for field in fields:
        if field.kind is Kind.NAME:
            for at, part in enumerate(field.parts):
                columns[part] = [
                    " ".join(one[at]) or None if isinstance(one, Name) else None for one in field.values
                ]
                kinds[part] = Kind.NAME
            continue
        name = "".join(character if character.isalnum() else "_" for character in field.name).lower()
        columns[name] = [
            None if not value else "-".join(value) if isinstance(value, Day) else str(value[0])
            for value in field.values
        ]
        kinds[name] = field.kind
    kept = [name for name, cells in columns.items() if any(cells)]
    return {name: columns[name] for name in kept}, {name: kinds[name] for name in kept}


def _made_by(columns: Columns, rule: Sequence[str]) -> int:
    """How many pairs agree on all columns of a rule."""
    rows = Counter(row for row in zip(*(columns[name] for name in rule), strict=True) if all(row))
    return sum(count * (count - 1) // 2 for count in rows.values())


def _rules(columns: Columns, kinds: Mapping[str, Kind], size: int, most: int) -> list[tuple[str, ...]]:
    """Blocking rules: single columns that tell a person, else two columns together, none making too many pairs."""
    single = [
        (name,)
        for name, kind in kinds.items()
        if kind in (Kind.EMAIL, Kind.PHONE, Kind.IDENTIFIER, Kind.BIRTH, Kind.POSTCODE)
    ]
    double = [
        pair
        for pair in combinations(kinds, 2)
        if not {kinds[name] for name in pair} <= {Kind.CATEGORY, Kind.NUMBER}
    ]
    rules: list[tuple[str, ...]] = []
    for rule in (*single, *double):
        if any(set(known) <= set(rule) for known in rules):
            continue
        if 0 < _made_by(columns, rule) <= most * size:
            rules.append(rule)
    return rules


def _splink(table: Table, columns: Columns, kinds: dict[str, Kind]) -> dict[str, Any]:
    """Splink as its introduction uses it: its ready comparisons, a few rules, a pair at a half, a cluster at 0.95."""
    first, second, bits = _predicted(columns, kinds, table.size, tuned=False)
    pairs = bits >= _LIKELY
    return {
        "pairs": of_pairs(first[pairs], second[pairs], table.truth).as_figures(),
        "clusters": of_groups(_connected(table.size, first, second, bits >= _SURE), table.truth).as_figures(),
    }


def _splink_tuned(table: Table, columns: Columns, kinds: dict[str, Kind]) -> dict[str, Any]:
    """Splink with every rule that is small enough and term frequencies, at the cut-offs that the labels show to be the best."""
    first, second, bits = _predicted(columns, kinds, table.size, tuned=True)
    by_pair = [
        (of_pairs(first[bits >= cut], second[bits >= cut], table.truth).as_figures(), cut)
        for cut in _HINDSIGHT
    ]
    by_cluster = [
        (of_groups(_connected(table.size, first, second, bits >= cut), table.truth).as_figures(), cut)
        for cut in _HINDSIGHT
    ]
    (pairs, pair_cut), (clusters, cluster_cut) = (
        max(found, key=lambda one: float(one[0]["f1"] or 0)) for found in (by_pair, by_cluster)
    )
    return {
        "pairs": {**pairs, "bits_by_hindsight": pair_cut},
        "clusters": {**clusters, "bits_by_hindsight": cluster_cut},
    }


def _connected(size: int, first: Ids, second: Ids, kept: npt.NDArray[np.bool_]) -> list[int]:
    """Connected components: what Splink's own clustering gives."""
    parent = list(range(size))

    def find(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for one, other in zip(first[kept].tolist(), second[kept].tolist(), strict=True):
        parent[find(one)] = find(other)
    return [find(at) for at in range(size)]


def _predicted(
    columns: Columns, kinds: Mapping[str, Kind], size: int, *, tuned: bool
) -> tuple[Ids, Ids, npt.NDArray[np.float64]]:
    import pyarrow
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    comparison: dict[Kind, Callable[[str], Any]] = {
        Kind.NAME: lambda name: library.NameComparison(name),
        Kind.EMAIL: lambda name: library.EmailComparison(name),
        Kind.POSTCODE: lambda name: library.LevenshteinAtThresholds(name, [1, 2]),
        Kind.BIRTH: lambda name: (
            library.DamerauLevenshteinAtThresholds(name, [1, 2])
            if tuned
            else library.DateOfBirthComparison(name, input_is_string=True)
        ),
        Kind.TEXT: lambda name: library.JaroWinklerAtThresholds(name, [0.9, 0.7]),
        Kind.ADDRESS: lambda name: library.JaroWinklerAtThresholds(name, [0.9, 0.7]),
        Kind.CATEGORY: lambda name: library.ExactMatch(name),
    }
    comparisons = []
    for name, kind in kinds.items():
        creator = comparison.get(kind, comparison[Kind.POSTCODE])
        made = creator(name)
        if tuned and kind is not Kind.CATEGORY:
            made = made.configure(term_frequency_adjustments=True)
        comparisons.append(made)
    rules = _rules(columns, kinds, size, _WIDE_PAIRS_A_RECORD if tuned else _PAIRS_A_RECORD)
    if not tuned:
        names = [name for name in ("given", "family") if name in kinds]
        birth = [name for name, kind in kinds.items() if kind is Kind.BIRTH]
        usual = {
            tuple(names),
            *((name, *birth) for name in names),
            *(rule for rule in rules if len(rule) == 1),
        }
        rules = [rule for rule in rules if rule in usual] or rules[:3]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    )
    records: dict[str, list[Any]] = {"unique_id": list(range(size)), **columns}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        api = DuckDBAPI()
        linker = Linker(api.register(pyarrow.table(records)), settings, log_level=logging.ERROR)
        sure = sorted(rules, key=lambda rule: _made_by(columns, rule))
        linker.training.estimate_probability_two_random_records_match(
            [block_on(*rule) for rule in sure[:3]], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=_SEED)
        for rule in _training_rules(rules, columns):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), record_sample_proportion=1.0
            )
        predicted: Any = linker.inference.predict(threshold_match_weight=min(_HINDSIGHT))
        found = predicted.as_pyarrow_table()
    one, other, bits = (
        found.column(name).to_numpy() for name in ("unique_id_l", "unique_id_r", "match_weight")
    )
    return one.astype(np.int64), other.astype(np.int64), bits.astype(np.float64)


def _training_rules(rules: Sequence[tuple[str, ...]], columns: Columns) -> list[tuple[str, ...]]:
    """Two or three rules to learn from that leave every column free in one of them."""
    ranked = sorted(rules, key=lambda rule: -_made_by(columns, rule))
    chosen: list[tuple[str, ...]] = []
    for rule in ranked:
        if all(not set(rule) & set(known) for known in chosen):
            chosen.append(rule)
    return chosen[:3] or list(ranked[:1])


def _recordlinkage(table: Table, columns: Columns, kinds: dict[str, Kind]) -> dict[str, Any]:
    """recordlinkage: blocks on single columns, similarities cut at 0.85, its unsupervised classifier (ECM), connected components."""
    if importlib.util.find_spec("recordlinkage") is None:
        raise ModuleNotFoundError("recordlinkage", name="recordlinkage")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas
        import recordlinkage

        frame = pandas.DataFrame(columns)
        indexer = recordlinkage.Index()
        rules = _rules(columns, kinds, table.size, _PAIRS_A_RECORD // 4)
        for rule in rules:
            indexer.block(list(rule))
        pairs = indexer.index(frame)
        comparer = recordlinkage.Compare()
        for name, kind in kinds.items():
            if kind in (Kind.NAME, Kind.TEXT, Kind.ADDRESS, Kind.EMAIL):
                comparer.string(name, name, method="jarowinkler", threshold=0.85, label=name)
            else:
                comparer.exact(name, name, label=name)
        links = recordlinkage.ECMClassifier(binarize=0.5).fit_predict(comparer.compute(pairs, frame))
    first = np.array([one for one, _ in links], np.int64)
    second = np.array([other for _, other in links], np.int64)
    every = np.ones(len(first), np.bool_)
    return {
        "pairs": of_pairs(first, second, table.truth).as_figures(),
        "clusters": of_groups(_connected(table.size, first, second, every), table.truth).as_figures(),
    }
