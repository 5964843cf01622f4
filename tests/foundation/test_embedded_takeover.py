"""What a killed parent or a killed server leaves, and several processes that want the same server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.foundation.embedded_homes import copy_of, folder, one, running, server_pid, starter

from sentinel.foundation.embedded import APP, OWNER, Embedded, processes


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home with a cluster in it, made once."""
    with folder() as parent:
        with running(parent / "home"):
            pass
        yield parent / "home"


def test_the_server_of_a_killed_parent_is_taken_over_and_then_stopped(made: Path) -> None:
    parent = starter(made)
    pid = server_pid(parent)
    with psycopg.connect(Embedded(made).running().dsn(OWNER)) as conn:  # type: ignore[union-attr]
        conn.execute("CREATE TABLE survived AS SELECT 1 AS one")
    parent.kill()
    parent.communicate()
    assert not processes.has_ended(pid), "a server outlives its parent's kill"

    embedded = Embedded(made, durable=False)
    server = embedded.start()
    assert (server.adopted, server.pid) == (True, pid)
    assert one(server.dsn(APP), "SELECT count(*) FROM pg_tables WHERE tablename = 'survived'") == 1
    assert embedded.stop()
    assert processes.has_ended(pid)


def test_a_server_left_with_other_settings_is_started_anew(made: Path) -> None:
    parent = starter(made)
    pid = server_pid(parent)
    parent.kill()
    parent.communicate()
    with running(made, durable=True) as server:
        assert processes.has_ended(pid)
        assert one(server.superuser_dsn(), "SHOW fsync") == "on"


def test_a_server_in_use_is_shared_and_the_last_one_out_stops_it(made: Path) -> None:
    first = starter(made)
    pid = server_pid(first)
    embedded = Embedded(made, durable=False)
    server = embedded.start()
    assert (server.adopted, server.pid) == (True, pid)
    said, complaint = first.communicate("")
    assert "stopped" in said, complaint
    assert server.alive(), "the one who started it left, but we still use it"
    assert one(server.dsn(APP), "SELECT 1") == 1
    assert embedded.stop()
    assert processes.has_ended(pid)


def test_another_user_of_the_server_keeps_it_when_we_stop(made: Path) -> None:
    embedded = Embedded(made, durable=False)
    server = embedded.start()
    other = starter(made)
    assert server_pid(other) == server.pid
    assert not embedded.stop()
    assert not processes.has_ended(server.pid)
    other.communicate("")
    assert processes.has_ended(server.pid)


def test_two_that_start_at_once_from_nothing_share_one_server() -> None:
    with folder() as parent:
        both = [starter(parent / "home"), starter(parent / "home")]
        pids = {server_pid(process) for process in both}
        assert len(pids) == 1
        for process in both:
            process.communicate("")
            assert process.returncode == 0
        assert processes.has_ended(pids.pop())


def test_a_killed_server_recovers_at_the_next_start(made: Path) -> None:
    with running(made, durable=True) as server:
        with psycopg.connect(server.dsn(OWNER)) as conn:
            conn.execute("CREATE TABLE committed AS SELECT 7 AS number")
        os.kill(server.pid, signal.SIGKILL)
        assert (server.data / "postmaster.pid").exists()
        killed = server.pid
    with running(made, durable=True) as server:
        assert server.pid != killed
        assert one(server.dsn(OWNER), "SELECT number FROM committed") == 7


def test_a_server_that_died_under_us_is_revived_at_the_same_address(made: Path) -> None:
    embedded = Embedded(made, durable=True)
    server = embedded.start()
    address = server.dsn(APP)
    embedded.revive()
    before = server.pid
    assert embedded.alive(), "reviving a living server does nothing"
    os.kill(before, signal.SIGKILL)
    while embedded.alive():
        pass
    embedded.revive()
    assert server.pid != before
    assert one(address, "SELECT 1") == 1
    assert embedded.stop()


def test_a_lock_file_whose_number_was_given_to_another_process_is_no_hindrance(made: Path) -> None:
    with running(made) as server:
        pid_file = server.data / "postmaster.pid"
        os.kill(server.pid, signal.SIGKILL)
        while server.alive():
            pass
        stranger = subprocess.Popen(["sleep", "60"])
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert Embedded(made).running() is None, "another program is not taken for the server"
    try:
        with running(made) as server:
            assert one(server.dsn(APP), "SELECT 1") == 1
        assert stranger.poll() is None, "and it is left alone"
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_cut_off_while_making_the_cluster_is_begun_again() -> None:
    with folder() as parent:
        half = parent / "home" / ".postgres-new-half" / "postgres"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        with running(parent / "home") as server:
            assert one(server.dsn(APP), "SELECT 1") == 1
            assert not half.exists()


def test_a_start_cut_off_before_the_note_was_written_finds_the_cluster(made: Path) -> None:
    with folder() as parent:
        home = copy_of(made, parent / "home")
        note = home / "embedded.json"
        assert not note.exists()
        with running(home) as server:
            assert server.data == home / "postgres"
            assert note.exists()


def test_the_removal_of_a_home_ends_in_a_new_one(made: Path) -> None:
    with folder() as parent:
        home = copy_of(made, parent / "home")
        with running(home) as server:
            old = server.dsn(APP)
        shutil.rmtree(home)
        with running(home) as server:
            assert server.dsn(APP) != old
            assert one(server.dsn(APP), "SELECT 1") == 1
