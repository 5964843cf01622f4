"""A labelled file of invented people is linked without its labels, and measured with them."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sentinel.kernel.errors import Invalid
from sentinel.matching.evaluate.candidates import pairs_of
from sentinel.matching.evaluate.columns import Role, recognise
from sentinel.matching.evaluate.fields import Field, fields_of
from sentinel.matching.evaluate.figures import of_groups, of_pairs
from sentinel.matching.evaluate.grouping import group
from sentinel.matching.evaluate.origins import OTHER, origin_of
from sentinel.matching.evaluate.reading import Table, read
from sentinel.matching.evaluate.run import evaluate, link
from sentinel.matching.rules.levels import Kind, Name

ROOT = Path(__file__).resolve().parents[2]
LINKAGE = Path(os.environ.get("LINKAGE_DATA", ROOT.parent / "shared" / "data" / "linkage"))
GIVEN = [
    "Margaret",
    "Gregory",
    "Aisha",
    "Mohammed",
    "Agnieszka",
    "Piotr",
    "Priya",
    "Sunil",
    "Faduma",
    "Abdi",
    "Joan",
    "Peter",
    "Ruth",
    "Colin",
    "Dawn",
    "Tariq",
]
FAMILY = [
    "Ellis",
    "Shaw",
    "Khan",
    "Hussain",
    "Nowak",
    "Kowalski",
    "Patel",
    "Desai",
    "Warsame",
    "Jama",
    "Webb",
    "Carr",
    "Marsh",
    "Lim",
    "Okafor",
    "Ashby",
]
STREETS = ("Sparrow Lane", "Tern Street", "Heron Close", "Plover Road", "Lapwing Way", "Curlew Court")


def mistyped(draw: random.Random, text: str) -> str:
    """A text with one letter left out, doubled or changed."""
    at = draw.randrange(len(text))
    return draw.choice(
        (text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], text[:at] + "x" + text[at + 1 :])
    )


def invented(people: int, *, households: bool = False, seed: int = 4) -> Table:
    """Three records of each invented person, with mistakes and gaps; with `households`, four of a family at each address."""
    draw = random.Random(seed)
    rows: list[dict[str, str]] = []
    home: dict[str, str] = {}
    for person in range(people):
        if not households or person % 4 == 0:
            home = {
                "address": f"{draw.randrange(1, 99)} {draw.choice(STREETS)}",
                "postcode": f"LE{draw.randrange(1, 19)} {draw.randrange(9)}{draw.choice('ABDEF')}{draw.choice('XYZWU')}",
                "surname": draw.choice(FAMILY) + draw.choice(("", "son", "ton", "by", "field", "er", "man")),
            }
        true = {
            "first_name": draw.choice(GIVEN), "dob": f"{draw.randrange(1940, 2008)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
            "phone": f"01632 960{draw.randrange(1000):03}" if draw.random() < 0.5 else "", **home,
        }  # fmt: skip
        for _ in range(3):
            one = dict(true)
            for field in one:
                chance = draw.random()
                if chance < 0.08:
                    one[field] = ""
                elif chance < 0.2 and one[field]:
                    one[field] = mistyped(draw, one[field])
            if draw.random() < 0.05:
                one["first_name"], one["surname"] = one["surname"], one["first_name"]
            rows.append({"person": str(person), **one})
    draw.shuffle(rows)
    names = [name for name in rows[0] if name != "person"]
    return Table({name: [row[name] for row in rows] for name in names}, [row["person"] for row in rows])


def measured(table: Table) -> dict[str, Any]:
    return evaluate(table, recognise(table.columns, {}), lambda words: None)


def test_invented_people_with_mistakes_are_found_again_without_their_labels() -> None:
    figures = measured(invented(300))
    assert figures["clusters"]["f1"] >= 0.98
    assert figures["clusters"]["precision"] >= 0.99
    assert figures["pairs"]["f1"] >= 0.95
    assert abs(figures["threshold"]["precision_expected"] - figures["pairs"]["precision"]) < 0.05


def test_a_family_at_one_address_stays_so_many_people() -> None:
    figures = measured(invented(300, households=True))
    assert figures["clusters"]["precision"] >= 0.97
    assert figures["clusters"]["recall"] >= 0.9


def test_the_labels_change_nothing_of_what_is_linked() -> None:
    table = invented(100)
    other = Table(table.columns, [str(at // 2) for at in range(table.size)])
    roles = recognise(table.columns, {})
    first, second = (link(one, roles, lambda words: None) for one in (table, other))
    assert first.groups == second.groups
    assert first.first.tolist() == second.first.tolist()


def test_figures_are_said_by_origin_of_name_and_by_what_is_missing() -> None:
    figures = measured(invented(100))
    for what in ("pairs", "clusters"):
        assert {"english", "south_asian", "polish", "somali"} <= set(figures[what]["by_name_origin"])
        assert {"given", "family", "dob", "postcode", "phone"} <= set(figures[what]["by_missing_field"])
        for some in (*figures[what]["by_name_origin"].values(), *figures[what]["by_missing_field"].values()):
            assert set(some) >= {"precision", "recall", "f1"}
            assert 0 <= some["true_pairs"] <= figures[what]["true_pairs"]


def test_a_file_that_tells_nobody_apart_is_refused() -> None:
    table = Table({"colour": ["red", "blue", "red"]}, ["1", "1", "2"])
    with pytest.raises(Invalid, match="No column was recognised"):
        link(table, {"colour": Role.CATEGORY}, lambda words: None)
    alone = Table({"surname": ["Ellis", "Shaw", "Nowak"]}, ["1", "1", "2"])
    with pytest.raises(Invalid, match="No two records"):
        link(alone, {"surname": Role.FAMILY}, lambda words: None)


def test_no_block_is_larger_than_its_cap_however_common_a_name() -> None:
    table = Table(
        {
            "surname": ["Khan"] * 500,
            "first_name": ["Ali"] * 500,
            "dob": ["1956-04-03"] * 498 + ["1988-12-29"] * 2,
        },
        ["1"] * 500,
    )
    first, _ = pairs_of(fields_of(table, recognise(table.columns, {})), table.size, cap=20)
    assert len(first) == 1


def test_two_people_are_not_chained_by_one_mistaken_pair() -> None:
    # 0, 1, 2 are one person and 3, 4, 5 another; 2 and 3 look alike, and nothing else between the two does.
    first, second = np.array([0, 0, 1, 3, 3, 4, 2]), np.array([1, 2, 2, 4, 5, 5, 3])
    bits = np.array([9.0, 9, 9, 9, 9, 9, 8])
    known = dict(zip(zip(first.tolist(), second.tolist(), strict=True), bits.tolist(), strict=True))
    groups = group(6, first, second, bits, lambda a, b: known.get((min(a, b), max(a, b)), -9.0))
    assert len(set(groups[:3])) == len(set(groups[3:])) == 1
    assert groups[0] != groups[3]


def test_a_group_grows_no_larger_than_it_may() -> None:
    first, second = (at.astype(np.int64) for at in np.triu_indices(9, 1))
    groups = group(9, first, second, np.full(len(first), 9.0), lambda a, b: 9.0, largest=4)
    assert max(groups.count(one) for one in groups) == 4


def test_figures_of_those_that_lack_something_count_pairs_with_at_least_one_such_record() -> None:
    truth, said = [1, 1, 1, 2, 2], [1, 1, 2, 2, 2]
    about = np.array([True, False, False, False, False])
    assert (of_groups(said, truth).true, of_groups(said, truth).said, of_groups(said, truth).both) == (
        4,
        4,
        2,
    )
    assert (of_groups(said, truth, about).true, of_groups(said, truth, about).said) == (2, 1)
    pairs = of_pairs(np.array([0, 2]), np.array([1, 3]), truth, about)
    assert (pairs.true, pairs.said, pairs.both) == (2, 1, 1)
    assert of_groups([1, 2], [1, 2]).as_figures()["precision"] is None


@pytest.mark.parametrize(
    ("given", "family", "origin"),
    [("malgorzata", "kowalska", "polish"), ("faduma", "warsame", "somali"), ("priya", "patel", "south_asian"), ("graham", "webb", "english"),
     ("zyx", "qqq", OTHER)],
)  # fmt: skip
def test_an_origin_is_guessed_of_a_name_on_a_file_for_evaluation(
    given: str, family: str, origin: str
) -> None:
    assert origin_of(Name((given,), (family,))) == origin


def test_nothing_but_the_evaluation_of_files_guesses_an_origin() -> None:
    """An origin is never inferred for a living person."""
    for path in (ROOT / "src").rglob("*.py"):
        if path.parent.name != "evaluate":
            assert "evaluate.origins" not in path.read_text(encoding="utf-8"), path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sentinel.cli", "match", "evaluate", *arguments], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src")}, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def people_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = invented(150)
    path = tmp_path_factory.mktemp("linkage") / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["person", *table.columns])
        writer.writerows(zip(table.truth, *table.columns.values(), strict=True))
    return path


def test_the_command_needs_no_server_and_stands_beside_its_peers(people_file: Path) -> None:
    done = run(str(people_file), "--truth", "person", "--ignore", "phone", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["columns"]["dob"] == "birth"
    assert "phone" not in figures["columns"]
    for name in ("splink_default", "splink_tuned", "recordlinkage"):
        for what in ("pairs", "clusters"):
            assert 0 < figures["peers"][name][what]["f1"] <= 1, figures["peers"][name]
    assert figures["clusters"]["f1"] >= figures["peers"]["splink_default"]["clusters"]["f1"]


def test_the_command_says_what_is_wrong_in_one_line(people_file: Path) -> None:
    done = run(str(people_file), "--truth", "cluster", "--json")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith('Error: people.csv line 1: there is no column "cluster".')
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not LINKAGE.is_dir(), reason="the linkage files are not here")
def test_febrl_without_its_national_id_is_linked_nearly_whole() -> None:
    table = read(
        [LINKAGE / "febrl_dataset1.csv"], truth="rec_id", pattern=r"rec-(\d+)", ignored=["soc_sec_id"]
    )
    figures = measured(table)
    assert figures["pairs"]["f1"] >= 0.995
    assert figures["clusters"]["f1"] >= 0.995


def test_a_name_is_one_field_whatever_columns_it_came_from() -> None:
    table = invented(10)
    named = [field for field in fields_of(table, recognise(table.columns, {})) if field.kind is Kind.NAME]
    assert [(type(field), field.columns) for field in named] == [(Field, ("first_name", "surname"))]
