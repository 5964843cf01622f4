"""The weights of the check are learnt by Splink from records without labels, and kept as a file that says how."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sentinel.cli import main
from sentinel.kernel.errors import Invalid
from sentinel.matching.evaluate.columns import recognise
from sentinel.matching.evaluate.learning import LEAST_SAME, LEAST_STRANGERS, learn
from sentinel.matching.evaluate.reading import read
from sentinel.matching.rules.online import weights
from sentinel.matching.rules.weights import PartWeights, Weights, read_weights

GIVEN = [
    "Margaret",
    "Peter",
    "Joan",
    "Amina",
    "Tom",
    "Priya",
    "Colin",
    "Dawn",
    "Aisha",
    "Ravi",
    "Beth",
    "Kofi",
    "Ivan",
    "Zofia",
    "Omar",
    "Ruth",
]
FAMILY = [
    "Ellis",
    "Shaw",
    "Nair",
    "Webb",
    "Ashby",
    "Rahman",
    "Marsh",
    "Carr",
    "Desai",
    "Mensah",
    "Kowalska",
    "Osei",
    "Hassan",
    "Lim",
    "Begum",
    "Hart",
]
HEAD = ("name", "date_of_birth", "postcode", "telephone")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight hundred invented people, each twice; of the second time one birth in ten has a day more and one name in ten a letter less."""
    chance = random.Random(7)
    path = tmp_path_factory.mktemp("learning") / "records.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEAD)
        for number in range(800):
            given, family = (
                chance.choice(GIVEN),
                chance.choice(FAMILY) + chance.choice(["", "son", "ton", "ley"]),
            )
            born = date(1940, 1, 1) + timedelta(days=chance.randrange(25_000))
            code = f"LE{number % 19 + 1} {number % 9}{chance.choice('ABDEFGH')}{chance.choice('JLNPQRST')}"
            phone = f"07{number:09d}"[:11] if chance.random() < 0.7 else ""
            rows.writerow((f"{given} {family}", born.isoformat(), code, phone))
            if chance.random() < 0.1:
                born += timedelta(days=1)
            if chance.random() < 0.1:
                family = family[:-2] + family[-1]
            rows.writerow(
                (f"{given} {family}", born.isoformat(), code if chance.random() < 0.8 else "", phone)
            )
    return path  # fmt: skip


@pytest.fixture(scope="module")
def learnt(records: Path) -> tuple[Weights, dict[str, Any]]:
    table = read([records], truth=None)
    return learn(
        table,
        recognise(table.columns, {}),
        weights(),
        version="test-1",
        source="Invented",
        say=lambda _: None,
    )


def part(found: Weights, name: str) -> PartWeights:
    return next(one for one in found.parts if one.name == name)


def test_what_agrees_speaks_for_one_person_and_what_differs_against(
    learnt: tuple[Weights, dict[str, Any]],
) -> None:
    for name in ("given", "family", "birth", "postcode"):
        bits = part(learnt[0], name).bits
        assert bits[-1] > 3 > 0 > bits[0], (name, bits)
    birth = part(learnt[0], "birth")
    assert birth.same[birth.levels.index("exact")] == pytest.approx(0.9, abs=0.05)
    near = part(learnt[0], "family")
    assert near.same[near.levels.index("near")] == pytest.approx(0.1, abs=0.05)


def test_no_level_is_impossible_and_shares_make_one(learnt: tuple[Weights, dict[str, Any]]) -> None:
    for one in learnt[0].parts:
        for shares, least in ((one.same, LEAST_SAME), (one.strangers, LEAST_STRANGERS)):
            assert min(shares) > 0.5 * least, one.name
            assert sum(shares) == pytest.approx(1, abs=1e-6), one.name


def test_a_level_that_no_two_records_show_weighs_what_it_did(learnt: tuple[Weights, dict[str, Any]]) -> None:
    """All live in one postal area, and nobody is written with an initial."""
    for name, level in (("postcode", "different"), ("given", "initial")):
        found, before = part(learnt[0], name), part(weights(), name)
        at = found.levels.index(level)
        assert found.bits[at] == pytest.approx(before.bits[at], abs=0.1), name


def test_a_field_that_the_records_do_not_have_keeps_what_was_in_use(
    learnt: tuple[Weights, dict[str, Any]],
) -> None:
    found, manifest = learnt
    for name in ("address", "email", "identifier"):
        assert part(found, name) == part(weights(), name)
    assert manifest["kept_from"]["parts"] == ["address", "email", "identifier"]
    assert (found.prior, found.prior_related) == (weights().prior, weights().prior_related)


def test_the_file_is_read_again_and_says_with_what_it_was_learnt(records: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights.json"
    answer = CliRunner().invoke(
        main, ["match", "train", str(records), "--out", str(out), "--version", "x-1", "--source", "Invented"]
    )
    assert answer.exit_code == 0, answer.output
    found = read_weights(out.read_text(encoding="utf-8"))
    assert (found.version, found.source) == ("x-1", "Invented")
    said = json.loads(out.read_text(encoding="utf-8"))["learnt"]
    assert said["by"].startswith("Splink ")
    assert said["records"] == 1600
    assert set(said["blocks"]) == {"birth", "name", "phone"}
    assert [one["name"] for one in said["files"]] == ["records.csv"]


def test_nothing_is_learnt_where_one_column_alone_tells_people_apart(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text(
        "date_of_birth,town\n" + "1955-04-03,Quorn\n1955-04-03,Melton\n1960-01-01,Quorn\n" * 3,
        encoding="utf-8",
    )
    table = read([path], truth=None)
    with pytest.raises(Invalid, match="Fewer than two columns"):
        learn(table, recognise(table.columns, {}), weights(), version="x", source="", say=lambda _: None)


def test_the_file_in_use_was_learnt_and_says_so() -> None:
    assert weights().source.startswith("Splink "), weights().source
