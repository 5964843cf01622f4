"""`sentinel demo`: invented cases one by one and in bulk, one after the other in one database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.long


@pytest.fixture
def sentinel_demo(transactional_db: None, database_urls: dict[str, str], tmp_path: Path) -> Any:
    """Runs the command in a process of its own against the test database. Returns what it reported."""

    def run(*arguments: str) -> dict[str, Any]:
        values = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "SENTINEL_HOME": str(tmp_path),
            "SENTINEL_MODE": "demonstration",
            "DATABASE_URL": database_urls["sentinel_app"],
            "DATABASE_OWNER_URL": database_urls["sentinel_owner"],
            "DATABASE_WORKER_URL": database_urls["sentinel_worker"],
        }
        done = subprocess.run(
            [sys.executable, "-m", "sentinel.cli", "demo", *arguments, "--json"],
            env=values, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    return run


def test_cases_are_added_to_those_that_are_there_however_they_were_made(
    sentinel_demo: Any, database_urls: dict[str, str]
) -> None:
    assert sentinel_demo("--cases", "3")["cases"] == 3
    assert sentinel_demo("--cases", "2001", "--open", "30")["cases"] == 2001
    assert sentinel_demo("--cases", "2001", "--open", "30", "--seed", "2")["cases"] == 2001
    with psycopg.connect(database_urls["postgres"]) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT reference), (SELECT count(DISTINCT reference) FROM reports_report),"
            " (SELECT bool_and(a.last = b.last) FROM cases_referencecounter a JOIN cases_referencecounter b"
            "   ON b.year = a.year AND a.kind = 'case' AND b.kind = 'report') FROM cases_case"
        ).fetchone()
        assert found is not None
        cases, references, reports, counted_alike = found
        assert cases == references > 2 * 2001
        assert reports >= cases
        assert counted_alike, "the next case and the next report take a number that nothing has"
        # The load leaves the triggers on: history, shelves and what is open are kept again.
        off = connection.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D' AND NOT tgisinternal"
        ).fetchone()
    assert off == (0,)
