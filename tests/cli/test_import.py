"""`sentinel import` as one types it: one JSON line, words on standard error, and an exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.interfaces.street_files import plain, row

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sentinel(clean: None, database_urls: dict[str, str], tmp_path: Path) -> Any:
    """Runs `sentinel import ...` in a process of its own against the test database."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "SENTINEL_HOME": str(tmp_path),
            "DATABASE_OWNER_URL": database_urls["sentinel_owner"],
            "DATABASE_URL": database_urls["sentinel_app"],
        }
        command = [sys.executable, "-m", "sentinel.cli", "import", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)

    return run


def test_police_uk_reports_one_json_object_that_adds_up(sentinel: Any, tmp_path: Path) -> None:
    file = plain(tmp_path / "a.csv", row(), row(), row(lat="no"), row(kind="Burglary"))
    done = sentinel("police-uk", file, "--json")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    found = json.loads(done.stdout)
    assert {key: found[key] for key in ("read", "created", "present", "refused", "outside_area")} == {
        "read": 3, "created": 2, "present": 0, "refused": 1, "outside_area": 0,
    }  # fmt: skip
    assert found["read"] == found["created"] + found["present"] + found["refused"]
    assert found["refusals"] == [
        {"file": "a.csv", "row": 4, "reason": "its longitude or latitude is not a number"}
    ]
    assert "a.csv, line 4: not taken" in done.stderr


def test_the_same_file_again_is_all_present(sentinel: Any, tmp_path: Path) -> None:
    file = plain(tmp_path / "a.csv", row(), row())
    sentinel("police-uk", file)
    again = json.loads(sentinel("police-uk", file, "--json").stdout)
    assert (again["created"], again["present"]) == (0, 2)


def test_in_words(sentinel: Any, tmp_path: Path) -> None:
    done = sentinel("police-uk", plain(tmp_path / "a.csv", row(), row()), "--dry-run")
    assert (
        done.stdout == "2 read: 2 new, 0 there already, 0 not taken. Nothing was kept: this was a dry run.\n"
    )


def test_a_refused_file_ends_with_code_1_and_says_why(
    sentinel: Any, tmp_path: Path, database_urls: dict[str, str]
) -> None:
    good, bad = plain(tmp_path / "a.csv", row()), plain(tmp_path / "b.csv", "1,2", heading="Name,Age")
    done = sentinel("police-uk", good, bad, "--json")
    assert done.returncode == 1
    assert "Nothing was imported. b.csv: this is not a street-level file" in done.stderr
    found = json.loads(done.stdout)
    assert (found["created"], found["error"]["file"]) == (0, "b.csv")
    with psycopg.connect(database_urls["postgres"]) as connection:
        assert connection.execute("SELECT count(*) FROM places_historiccount").fetchone() == (0,)


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(sentinel: Any, tmp_path: Path) -> None:
    done = sentinel("police-uk", tmp_path / "none.csv")
    assert done.returncode == 2
    assert "does not exist" in done.stderr


@pytest.mark.parametrize(
    ("kind", "heading", "line"),
    [
        ("lookup", "LSOA21CD,LAD24CD", "E01025700,E07000130"),
        ("postcodes", "pcds,lat,long,oslaua", "LE1 1AA,52.63,-1.13,E06000016"),
    ],
)
def test_the_other_imports_report_alike(
    sentinel: Any, tmp_path: Path, kind: str, heading: str, line: str
) -> None:
    (tmp_path / "a.csv").write_text(f"{heading}\n{line}\n")
    done = sentinel(kind, tmp_path / "a.csv", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["read"], found["created"]) == (0, 1, 1)


def test_memory_stays_flat_however_long_the_file(
    clean: None, database_urls: dict[str, str], tmp_path: Path
) -> None:
    """A hundred times the rows must not need a hundred times the memory: the longer file alone is 55 MB."""
    measured = (
        "import re\nfrom pathlib import Path\nfrom sentinel.cli import main\n"
        "try: main(prog_name='sentinel')\nexcept SystemExit: pass\n"
        # Not ru_maxrss: that begins with what the process had that started this one.
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "SENTINEL_HOME": str(tmp_path),
        "DATABASE_OWNER_URL": database_urls["sentinel_owner"],
    }
    peaks = []
    for rows in (4_000, 400_000):
        streets = [row(street=f"On or near Street {number}") for number in range(400)]
        file = plain(tmp_path / f"{rows}.csv", *streets * (rows // 400))
        command = [sys.executable, "-c", measured, "import", "police-uk", str(file), "--dry-run"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
        assert f"{rows:,} new" in done.stdout
        peaks.append(int(done.stdout.splitlines()[-1]))
    assert max(peaks) < 300
    assert peaks[1] - peaks[0] < 40
