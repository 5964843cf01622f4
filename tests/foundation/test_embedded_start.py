"""A server that is started from nothing: what it offers, and what it keeps to itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.foundation.embedded_homes import folder, one, running

from sentinel.foundation.embedded import (
    APP,
    EXTENSIONS,
    LOGIN_ROLES,
    OWNER,
    SEARCH,
    Embedded,
    SecretFiles,
    Server,
    dsn_of,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with folder() as parent, running(parent / "home") as started:
        yield started


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("role", LOGIN_ROLES)
def test_each_role_signs_in_to_the_database_with_its_address(server: Server, role: str) -> None:
    with psycopg.connect(server.dsn(role)) as conn:
        assert conn.execute("SELECT current_user, current_database()").fetchone() == (role, "sentinel")


def test_a_role_that_cannot_log_in_has_no_address(server: Server) -> None:
    with pytest.raises(ValueError, match="no role that logs in"):
        server.dsn(SEARCH)


def test_the_database_speaks_utf8_and_sorts_by_code_point(server: Server) -> None:
    url = server.dsn(APP)
    assert one(url, "SHOW server_encoding") == "UTF8"
    assert one(url, "SELECT array_agg(n ORDER BY n) FROM unnest(ARRAY['Zebedee', 'adam', 'Élodie']) n") == [
        "Zebedee",
        "adam",
        "Élodie",
    ]


def test_letters_beyond_ascii_have_upper_and_lower_case(server: Server) -> None:
    assert one(server.dsn(APP), "SELECT lower('ÉLODIE ŁUKASZ')") == "élodie łukasz"


def test_trigrams_know_letters_beyond_ascii(server: Server) -> None:
    assert one(server.dsn(APP), "SELECT similarity('Łukasz', 'łukasz')") == 1


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_the_extension_is_there(server: Server, extension: str) -> None:
    assert one(server.dsn(APP), "SELECT extname FROM pg_extension WHERE extname = %s", extension) == extension


def test_it_listens_on_no_network_port(server: Server) -> None:
    assert one(server.superuser_dsn(), "SHOW listen_addresses") == ""
    inodes = set()
    for handle in Path(f"/proc/{server.pid}/fd").iterdir():
        target = os.readlink(handle)
        if target.startswith("socket:["):
            inodes.add(target.removeprefix("socket:[").removesuffix("]"))
    assert inodes, "the server has at least the socket in its folder"
    for table in ("tcp", "tcp6"):
        lines = Path(f"/proc/{server.pid}/net/{table}").read_text().splitlines()[1:]
        assert not inodes & {line.split()[9] for line in lines}


def test_every_way_in_wants_a_password(server: Server) -> None:
    with psycopg.connect(server.superuser_dsn()) as conn:
        methods = {row[0] for row in conn.execute("SELECT auth_method FROM pg_hba_file_rules")}
    assert methods == {"scram-sha-256", "reject"}


@pytest.mark.parametrize("role", [APP, OWNER, "sentinel_superuser"])
def test_a_wrong_or_missing_password_is_refused(server: Server, role: str) -> None:
    for password in ("wrong", None):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(
                host=str(server.socket_folder),
                user=role,
                password=password,
                dbname="sentinel",
                passfile="/dev/null",
            )


def test_secrets_are_readable_by_their_owner_alone(server: Server) -> None:
    secrets = server.home / "secrets"
    assert mode(secrets) == 0o700
    files = list(secrets.iterdir())
    assert {file.name for file in files} == {*LOGIN_ROLES, "sentinel_superuser"}
    assert {mode(file) for file in files} == {0o600}
    assert len({file.read_text() for file in files}) == len(files), "each role has a password of its own"
    assert min(len(file.read_text()) for file in files) >= 43, "256 bits"


def test_the_socket_and_the_cluster_lie_in_private_folders(server: Server) -> None:
    assert mode(server.socket_folder) == 0o700
    assert mode(server.data) == 0o700
    assert (server.socket_folder / ".s.PGSQL.5432").is_socket()


def test_the_server_does_not_run_as_root(server: Server) -> None:
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_the_server_writes_no_statement_value_or_parameter_to_its_log(server: Server) -> None:
    with psycopg.connect(server.superuser_dsn("sentinel"), autocommit=True) as conn:
        conn.execute("CREATE TABLE logged (name text PRIMARY KEY)")
        conn.execute("INSERT INTO logged VALUES (%s)", ["Margaret Ellis"])
        for statement, values in (
            ("INSERT INTO logged VALUES (%s)", ["Margaret Ellis"]),  # its detail would quote the key
            ("SELECT %s::date", ["Margaret Ellis"]),  # its message quotes the value
            ("SELECT * FROM margaret_ellis", []),
        ):
            with pytest.raises(psycopg.Error):
                conn.execute(statement, values)
        conn.execute("DO $$ BEGIN RAISE WARNING 'Margaret Ellis'; END $$")
        conn.execute("DROP TABLE logged")
    log = (server.home / "log" / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "ellis" not in log.lower()
    assert mode(server.home / "log" / "postgres.log") == 0o600


def test_the_address_can_be_found_from_beside(server: Server, tmp_path: Path) -> None:
    assert dsn_of(server.home, APP) == server.dsn(APP)
    assert dsn_of(tmp_path, APP) is None


def test_a_database_survives_a_stop_and_a_start_with_its_passwords() -> None:
    with folder() as parent:
        home = parent / "home"
        with running(home, durable=True) as first:
            address = first.dsn(OWNER)
            with psycopg.connect(address) as conn:
                conn.execute("CREATE TABLE kept AS SELECT 'here' AS word")
        with running(home, durable=True) as second:
            assert second.dsn(OWNER) == address
            assert one(address, "SELECT word FROM kept") == "here"
            assert one(second.superuser_dsn(), "SHOW fsync") == "on"


def test_a_stop_is_clean_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with folder() as parent:
        home = parent / "home"
        embedded = Embedded(home, durable=False)
        server = embedded.start()
        with psycopg.connect(server.dsn(APP)):
            assert embedded.stop(), "also while somebody is connected"
        assert not server.alive()
        assert embedded.running() is None
        assert not list(server.socket_folder.iterdir())
        assert not (server.data / "postmaster.pid").exists()
        log = (home / "log" / "postgres.log").read_text()
        assert log.rstrip().endswith("database system is shut down")
        assert not embedded.stop(), "a second stop has nothing to do"

        monkeypatch.setattr("sentinel.foundation.embedded.server.LARGEST_LOG", 10)
        with running(home):
            assert (home / "log" / "postgres.log.1").read_text() == log, "a large log begins anew at a start"


def test_a_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    first = SecretFiles(tmp_path / "secrets").get("name")
    assert SecretFiles(tmp_path / "secrets").get("name") == first
    assert SecretFiles(tmp_path / "secrets").get("other") != first
    assert not SecretFiles(tmp_path / "secrets").exists("third")
    assert {file.name for file in (tmp_path / "secrets").iterdir()} == {"name", "other"}
