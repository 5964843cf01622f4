"""From weights to proposals: the household rule, how many there are, and no group larger than it may be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from sentinel.matching.batch.groups import Pairs, above, group, pairs_in, with_prior
from sentinel.matching.batch.model import COMPARISONS, start_model

TOP = {one.name: len(one.names) - 1 for one in COMPARISONS}


def pairs(*weighed: tuple[int, int, float]) -> Pairs:
    first, second, bits = zip(*weighed, strict=True)
    levels = np.full((len(bits), len(COMPARISONS)), 1, np.int8)
    return Pairs(np.array(first, np.int64), np.array(second, np.int64), np.array(bits, np.float64), levels)


def written(path: Path, *rows: dict[str, float]) -> Path:
    """A file of pairs as a run writes it, all levels at their strongest unless said."""
    whole = [
        {
            "person_l": 1,
            "person_r": 2,
            "match_weight": 9.0,
            **{f"gamma_{name}": top for name, top in TOP.items()},
            **row,
        }
        for row in rows
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(whole), path)
    return path


def test_the_best_of_all_faces_counts_and_a_pair_is_there_once(tmp_path: Path) -> None:
    found, household = pairs_in([
        written(tmp_path / "1.parquet", {"match_weight": 3.0, "gamma_phone": -1}, {"person_l": 2, "person_r": 1, "gamma_birth": 0}),
    ])  # fmt: skip
    assert (found.first.tolist(), found.second.tolist(), found.bits.tolist(), household) == (
        [1],
        [2],
        [9.0],
        0,
    )
    assert found.levels.tolist() == [list(TOP.values())]


def test_another_first_name_at_one_home_or_telephone_is_somebody_else_of_the_house(tmp_path: Path) -> None:
    path = written(
        tmp_path / "1.parquet",
        {"gamma_given": 0},
        {"person_r": 3, "gamma_given": 0, "gamma_address": 1},
        {"person_r": 4, "gamma_given": 0, "gamma_address": 0, "gamma_phone": 0},
        {"person_r": 5, "gamma_given": 1},
        {"person_r": 6, "gamma_given": 0},
        {"person_r": 6},
    )
    found, household = pairs_in([path])
    assert household == 2
    assert found.second.tolist() == [4, 5, 6], "who was known by that name too is no twin"


def test_how_many_there_are_is_worked_out_from_the_pairs_themselves() -> None:
    strong = pairs(*((at, 1000 + at, 8.0) for at in range(50)), *((at, 2000 + at, -9.0) for at in range(500)))
    weighed, a_person = with_prior(strong, 1e-4, 3000)
    assert 47 / 3000 < a_person < 56 / 3000
    assert (weighed.bits[:50] > 0).all()
    assert (weighed.bits[50:] < 0).all()
    seldom, _ = with_prior(pairs((0, 1, -9.0)), 1e-4, 3000)
    assert seldom.bits[0] < -9


def test_only_what_is_above_the_cut_off_is_proposed_the_strongest_first() -> None:
    kept = above(pairs((0, 1, -0.1), (2, 3, 4.0), (4, 5, 30.0)))
    assert kept.first.tolist() == [4, 2]


def test_groups_begin_well_above_the_cut_off_of_pairs() -> None:
    kept = above(pairs((0, 1, 30.0), (1, 2, 12.0), (2, 3, 4.0)))
    found = group(kept)
    assert found.together.tolist() == [True, True, False]
    assert (found.groups, found.largest) == (1, 3)


def test_no_group_is_larger_than_it_may_be() -> None:
    chain = pairs(*((at, at + 1, 40.0 - at / 10) for at in range(30)))
    found = group(above(chain), largest=10)
    assert found.largest == 10
    assert found.refused == 3
    assert found.together.sum() == 27


def test_the_weights_that_come_with_sentinel_are_whole() -> None:
    model = start_model()
    for one in COMPARISONS:
        shares = [model.shares[one.name][name] for name in one.names]
        assert abs(sum(share.same for share in shares) - 1) < 0.01, one.name
        assert abs(sum(share.strangers for share in shares) - 1) < 0.01, one.name
        assert shares[0].bits > 5
        assert shares[-1].bits < 0
