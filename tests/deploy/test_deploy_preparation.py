"""When the database is brought up to date, and when that is skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from sentinel.deploy import preparation
from sentinel.deploy.claims import claim_home, claim_port
from sentinel.deploy.errors import CannotStartError
from sentinel.foundation.embedded import OWNER, Embedded
from tests.deploy.copies import homes


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package in the place of Sentinel's."""
    (tmp_path / "room" / "migrations").mkdir(parents=True)
    (tmp_path / "room" / "migrations" / "0001_initial.py").write_text("first")
    monkeypatch.setattr(preparation, "PACKAGE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["room/migrations/0002_more.py", "room/policies.sql", "room/content/victor.yaml"]
)
def test_whatever_shapes_the_database_counts(package: Path, name: str) -> None:
    before = preparation.fingerprint()
    assert preparation.fingerprint() == before
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("new")
    assert preparation.fingerprint() != before


@pytest.mark.parametrize(
    "name", ["room/jinja2/page.html", "room/static/page.css", "room/__pycache__/views.pyc"]
)
def test_pages_and_caches_do_not_count(package: Path, name: str) -> None:
    before = preparation.fingerprint()
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("new")
    assert preparation.fingerprint() == before


def test_a_moved_file_counts(package: Path) -> None:
    before = preparation.fingerprint()
    (package / "room").rename(package / "hall")
    assert preparation.fingerprint() != before


def test_a_new_version_of_a_library_counts(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = preparation.fingerprint()
    monkeypatch.setattr("importlib.metadata.version", lambda name: "99")
    assert preparation.fingerprint() != before


@pytest.fixture(scope="module")
def owner() -> Iterator[str]:
    with homes() as parent:
        embedded = Embedded(parent / "home", durable=False)
        yield embedded.start().dsn(OWNER)
        embedded.stop()


def test_the_state_of_a_database_changes_with_its_migrations(owner: str) -> None:
    assert preparation.database_state(owner) == "empty"
    with psycopg.connect(owner, autocommit=True) as conn:
        conn.execute("CREATE TABLE django_migrations (id serial, applied timestamptz DEFAULT now())")
        states = [preparation.database_state(owner)]
        for statement in ("INSERT INTO django_migrations DEFAULT VALUES", "DELETE FROM django_migrations"):
            conn.execute(statement)
            states.append(preparation.database_state(owner))
    assert len(set(states)) == 2
    assert states[0] == states[2] != "empty"


def test_a_port_out_of_range_is_refused() -> None:
    for port in (-1, 65536):
        with pytest.raises(CannotStartError, match="from 1 to 65535"):
            claim_port(port)


def test_a_claimed_port_is_the_claimants_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentinel.deploy.claims.PATIENCE", 0.0)
    with claim_port(0) as held:
        address, port = held.getsockname()
        assert address == "127.0.0.1", "never open to the network"
        with pytest.raises(CannotStartError, match="in use"):
            claim_port(port)
    claim_port(port).close()


def test_a_home_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "run.lock").mkdir()
    with pytest.raises(CannotStartError, match="cannot be written to"):
        claim_home(tmp_path)
