"""The database layer on the oldest PostgreSQL that Sentinel takes: Debian's 15, on loopback, as somebody else's server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.servers import Cluster

ROOT = Path(__file__).resolve().parents[2]
# Whatever rests on row policies, triggers, functions, the seal, or jobs in the database; the pages walk on 18 alone.
LAYER = (
    "tests/access/test_break_glass.py", "tests/access/test_every_table_is_guarded.py",
    "tests/access/test_without_an_actor.py", "tests/audit/test_seal.py", "tests/foundation/test_worker.py",
    "tests/cases", "tests/people", "tests/search", "tests/properties/test_ladder.py",
    "tests/matching/test_who_is_known.py", "tests/matching/test_keys_are_guarded.py", "tests/matching/test_building_keys.py",
    "tests/matching/test_counting_names.py", "tests/matching/test_same_occurrence.py", "tests/matching/test_linking_at_once.py",
    "tests/matching/test_a_merged_person_is_one.py", "tests/matching/steward/test_deciding.py",
    "tests/matching/hits/test_access_ends_by_the_clock.py", "tests/matching/hits/test_asking_for_access.py",
    "tests/matching/hits/test_silent_records.py", "tests/interfaces/command_control/test_nothing_is_lost.py",
)  # fmt: skip

pytestmark = [pytest.mark.pg15, pytest.mark.long]


def run(cluster: Cluster, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command whose tests or migrations go to this cluster."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SENTINEL_", "DATABASE_", "PYTEST_"))
    }
    environment = {**kept, "PYTHONPATH": str(ROOT / "src"), **more}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def layer(cluster: Cluster) -> subprocess.CompletedProcess[str]:
    """The run of the database layer's tests."""
    return run(cluster, "pytest", *LAYER, "-q", SENTINEL_TEST_SERVER=cluster.url)


def test_the_database_layer_holds_on_15(layer: subprocess.CompletedProcess[str]) -> None:
    assert layer.returncode == 0, layer.stdout[-6000:] + layer.stderr[-2000:]
    passed = re.search(r"(\d+) passed", layer.stdout)
    assert passed
    assert int(passed[1]) > 60
    assert "skipped" not in layer.stdout.splitlines()[-1]


def test_it_was_15_that_they_ran_on(cluster: Cluster, layer: subprocess.CompletedProcess[str]) -> None:
    url = cluster.url.removesuffix("/postgres") + "/sentinel_test"
    with psycopg.connect(url) as connection:
        assert connection.info.server_version // 10000 == 15
        forced = connection.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity").fetchone()
        collation = connection.execute(
            "SELECT datcollate, datlocprovider::text FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert forced
    assert forced[0] > 25
    assert collation == ("C.UTF-8", "c")


def test_migrations_and_content_go_in_twice_without_a_change(
    cluster: Cluster, layer: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    owner = re.sub("//postgres:", "//sentinel_owner:", cluster.url).removesuffix("/postgres") + "/sentinel"
    here = {"DATABASE_OWNER_URL": owner, "SENTINEL_HOME": str(tmp_path)}
    for command in (["migrate"], ["prepare"], ["check"]):
        done = run(cluster, "sentinel.cli", *command, **here)
        assert done.returncode == 0, done.stderr[-3000:]
    assert not (tmp_path / "embedded.json").exists()
