"""One model over three backends gives the same pairs."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import psycopg
import pytest

from sentinel.kernel.errors import Invalid
from sentinel.matching.batch.engines import SCHEMA, Settings, check, engine, linker
from sentinel.matching.batch.faces import Told
from sentinel.matching.batch.groups import above, pairs_in, with_prior
from sentinel.matching.batch.learning import agreements, learn, steps
from sentinel.matching.batch.model import KEPT_BITS, Model, read_model, start_model
from tests.matching.batch.making import told, twice_told, write

MANY, AGAIN = 150, 60


def said(
    settings: Settings, folder: Path, model: Model | None = None, people: list[Told] | None = None
) -> dict[tuple[int, int], float]:
    """The pairs that a backend proposes of invented persons, with their weights."""
    people = people or twice_told(MANY, AGAIN)[0]
    faces = write(folder / "extract.parquet", people)
    model = model or start_model().with_pairs(0.3)
    with engine(settings, folder / "extract.parquet", folder) as made:
        found = linker(made, model, faces).inference.predict_chunk(
            left_chunk=(1, 1), right_chunk=(1, 1), threshold_match_weight=KEPT_BITS, warning_mode="never"
        )
        import pyarrow.parquet

        pyarrow.parquet.write_table(found.as_pyarrow_table(), folder / "pairs.parquet")
    pairs, _ = pairs_in([folder / "pairs.parquet"])
    kept = above(with_prior(pairs, model.prior(faces), len(people))[0])
    return dict(
        zip(zip(kept.first.tolist(), kept.second.tolist(), strict=True), kept.bits.tolist(), strict=True)
    )


def test_who_was_told_of_twice_is_found_over_duckdb(tmp_path: Path) -> None:
    _, true = twice_told(MANY, AGAIN)
    found = set(said(Settings("duckdb", 500, 1), tmp_path))
    assert len(found & true) >= 0.9 * len(true)
    assert len(found & true) >= 0.95 * len(found)


@pytest.mark.parametrize(
    ("first", "second", "proposed"),
    [
        ("Kasia", "Basia", False),
        ("Margaret", "Rosemary", False),
        ("Margaret", "Peggy", True),
        ("Margaret", "Margret", True),
    ],
)
def test_twins_are_two_people_however_alike_their_names(
    tmp_path: Path, first: str, second: str, proposed: bool
) -> None:
    shared = ("Wolny", "1990-05-13", ("12 Tern Street", "LE2 7AB"), "+441632960101")
    people = [told(first, *shared), told(second, *shared), *twice_told(20, 0)[0]]
    assert ((0, 1) in said(Settings("duckdb", 500, 1), tmp_path, people=people)) == proposed


def test_postgresql_proposes_the_same_pairs_and_keeps_nothing(
    tmp_path: Path, database_urls: dict[str, str]
) -> None:
    pytest.importorskip("sqlalchemy")
    url = database_urls["postgres"]
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    ours = said(Settings("duckdb", 500, 1), tmp_path / "a")
    theirs = said(Settings("postgresql", 500, 1, database_url=url), tmp_path / "b")
    assert theirs.keys() == ours.keys()
    assert all(abs(theirs[pair] - ours[pair]) < 0.01 for pair in ours)
    with psycopg.connect(url) as connection:
        assert (
            connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SCHEMA]).fetchone() is None
        )


@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark or Java is not installed",
)
def test_spark_on_this_machine_proposes_the_same_pairs(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    ours = said(Settings("duckdb", 500, 1), tmp_path / "a")
    theirs = said(Settings("spark", 1_000, 1), tmp_path / "b")
    assert theirs.keys() == ours.keys()
    assert all(abs(theirs[pair] - ours[pair]) < 0.01 for pair in ours)


def test_weights_are_learnt_without_labels_and_read_again(tmp_path: Path) -> None:
    people, _true = twice_told(700, 300)
    faces = write(tmp_path / "extract.parquet", people)
    settings, done = Settings("duckdb", 500, 1), []
    with engine(settings, tmp_path / "extract.parquet", tmp_path) as made:
        model = learn(
            made, settings, tmp_path / "extract.parquet", start_model(), faces=faces, persons=len(people), day="2026-11-22",
            step=lambda: done.append(1),
        )  # fmt: skip
    assert len(done) == steps()
    assert read_model(model.as_dict()) == model
    birth = model.shares["birth"]
    assert birth["swapped"].bits > birth["different"].bits
    assert birth["exact"].strangers == pytest.approx(agreements(tmp_path / "extract.parquet")["birth"])
    assert 0.4 < birth["exact"].same < 0.95
    (tmp_path / "b").mkdir()
    found = set(said(settings, tmp_path / "b", model))
    _, few = twice_told(MANY, AGAIN)
    assert len(found & few) >= 0.9 * len(few)


def test_a_backend_that_is_not_there_is_said_plainly() -> None:
    with pytest.raises(Invalid, match="There is no backend oracle"):
        check(Settings("oracle", 1, 1))
    with pytest.raises(Invalid, match="SENTINEL_MATCH_DATABASE_URL"):
        check(Settings("postgresql", 1, 1))


def test_weights_of_another_format_are_refused() -> None:
    data = start_model().as_dict()
    assert read_model(json.loads(json.dumps(data, sort_keys=True))) == start_model(), (
        "the database keeps no order"
    )
    with pytest.raises(Invalid, match="format 9"):
        read_model({**data, "format": 9})
    with pytest.raises(Invalid, match="other levels"):
        read_model({**data, "comparisons": {**data["comparisons"], "birth": {"exact": [0.9, 0.1]}}})
    with pytest.raises(Invalid, match="cannot be read"):
        read_model({"format": 1})
