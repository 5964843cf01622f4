"""`sentinel run` as the person at the terminal sees it, with small programs in the places of Django's."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.foundation.embedded import Embedded, processes
from tests.deploy.copies import Copy, copy, homes, wait_for


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for this module: its cluster is made once."""
    with homes() as parent:
        yield parent / "home"


@pytest.fixture(autouse=True)
def as_told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing of an earlier test tells the programs what to do."""
    yield
    if "home" in request.fixturenames:
        found: Path = request.getfixturevalue("home")
        for file in [*found.glob("*.does"), found / "programs.log"]:
            file.unlink(missing_ok=True)


def test_the_first_start_prepares_and_the_second_has_nothing_to_do(home: Path) -> None:
    with copy(home) as first:
        first.ready()
        assert first.did[:3] == ["migrate", "prepare", "demo"]
        assert "Sergeant Invented" in first.said
        assert first.said.index("Starting the web server") < first.said.index("Sentinel is at"), (
            "a sign of life"
        )
        assert f"http://localhost:{first.port}" in first.said
        assert first.tell(signal.SIGINT).ended() == 0
    (home / "programs.log").unlink()
    with copy(home) as second:
        second.ready()
        assert {line.split()[0] for line in second.did} == {"web", "worker"}
        assert "Sergeant Invented" in second.said
        assert "Preparing" not in second.said


def test_a_database_that_is_not_the_one_prepared_is_prepared_again(home: Path) -> None:
    with copy(home) as first:
        first.ready()
    (home / "prepared.json").write_text('{"code": "of an older Sentinel"}')
    (home / "programs.log").unlink()
    with copy(home) as second:
        assert second.ready().did[:3] == ["migrate", "prepare", "demo"]
        assert "up to date" in second.said


def test_the_demonstration_is_not_built_in_production(home: Path) -> None:
    with copy(home, SENTINEL_MODE="production") as started:
        started.ready()
        assert "migrate" in started.did
        assert "demo" not in started.did
        assert "Sergeant Invented" not in started.said


def test_no_process_is_given_a_database_address_that_it_does_not_need(home: Path) -> None:
    with copy(home) as started:
        started.ready()
        assert "web DATABASE_URL" in started.did
        assert "worker DATABASE_URL DATABASE_WORKER_URL" in started.did
        assert "sentinel_app:" in started.get("/")["database"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_web_then_worker_then_database(home: Path, number: signal.Signals) -> None:
    with copy(home) as started:
        started.ready()
        server = Embedded(home).running()
        assert server is not None
        assert started.tell(number).ended() == 0
        assert [line for line in started.did if line.endswith("stops")] == ["web stops", "worker stops"]
        assert not server.alive()
        assert "Sentinel has stopped." in started.said
        assert (home / "log" / "postgres.log").read_text().rstrip().endswith("database system is shut down")


def test_ctrl_c_in_a_terminal_reaches_the_supervisor_alone(home: Path) -> None:
    with copy(home) as started:
        started.ready()
        os.killpg(started.process.pid, signal.SIGINT)
        os.killpg(started.process.pid, signal.SIGINT)  # make hands on what its children got already
        assert started.ended() == 0
        assert [line for line in started.did if line.endswith("stops")] == ["web stops", "worker stops"]


def test_a_child_that_does_not_stop_is_ended_at_its_deadline(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    (home / "worker.does").write_text("hang")
    with copy(home) as started:
        started.ready()
        wait_for(lambda: "worker hangs" in started.did)
        worker = started.children()["worker"]
        started.tell(signal.SIGTERM)
        wait_for(lambda: "Stopping" in started.said)
        wait_for(lambda: "web stops" in started.did)
        # Asked again, after more than a moment, it does not wait out the ten seconds.
        wait_for(lambda: started.tell(signal.SIGTERM) and "is ended" in started.said)
        assert started.ended() == 0
        assert processes.has_ended(worker)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_child_that_is_killed_is_started_again(home: Path, name: str) -> None:
    with copy(home) as started:
        started.ready()
        first = started.children()[name]
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: started.children().get(name, first) != first)
        assert "ended (SIGKILL); it is started again in 0.5 s." in started.said
        assert started.get("/anything")["path"] == "/anything", "the port was kept meanwhile"


def test_a_killed_database_server_is_started_again_at_the_same_address(home: Path) -> None:
    with copy(home) as started:
        started.ready()
        before = Embedded(home).running()
        assert before is not None
        os.kill(before.pid, signal.SIGKILL)
        wait_for(lambda: "The database server ended; it is started again." in started.said)
        after = wait_for(Embedded(home).running)
        assert after.pid != before.pid
        assert after.socket_folder == before.socket_folder
        assert started.tell(signal.SIGINT).ended() == 0
        assert not after.alive()


def test_a_killed_supervisor_takes_its_children_with_it_and_the_next_takes_over_the_database(
    home: Path,
) -> None:
    with copy(home) as first:
        first.ready()
        children = first.children()
        server = Embedded(home).running()
        assert server is not None
        port = first.port
        first.process.kill()
        first.process.wait()
        wait_for(lambda: all(processes.has_ended(pid) for pid in children.values()))
        assert server.alive()
    with copy(home, port) as second:
        second.ready()
        assert Embedded(home).running().pid == server.pid  # type: ignore[union-attr]
        assert second.tell(signal.SIGINT).ended() == 0
        assert not server.alive()


def test_a_web_server_that_never_comes_up_ends_it_with_a_plain_message(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "web.does").write_text("die")
    with copy(home) as started:
        assert started.ended() == 1
        assert "Sentinel cannot start. The web server ended 3 times" in started.said
        assert started.said.count("it is started again in") == 3
        assert Embedded(home).running() is None


@pytest.mark.parametrize("step", ["migrate", "prepare", "demo"])
def test_a_step_that_fails_ends_it_with_a_plain_message(home: Path, step: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "prepared.json").unlink(missing_ok=True)
    (home / f"{step}.does").write_text("fail")
    with copy(home) as started:
        assert started.ended() == 1
        assert f"`sentinel {step}" in started.said
        assert "Traceback" not in started.said
        assert not [line for line in started.did if line.startswith("web")]
        assert Embedded(home).running() is None


def test_it_can_be_stopped_while_it_prepares(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "prepared.json").unlink(missing_ok=True)
    (home / "prepare.does").write_text("hang")
    with copy(home) as started:
        wait_for(lambda: "prepare hangs" in started.did)
        (home / "prepare.does").unlink()
        assert started.tell(signal.SIGINT).ended() == 0
        assert Embedded(home).running() is None


def test_what_is_not_ready_is_not_announced(home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "readyz.does").write_text("wait")
    with copy(home) as started:
        wait_for(started.children)
        wait_for(lambda: any(line.startswith("web") for line in started.did))
        assert "http://localhost" not in started.said
        (home / "readyz.does").unlink()
        started.ready()


def test_a_port_in_use_is_said_before_anything_is_started() -> None:
    with homes() as parent, socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with copy(parent / "home", port) as started:
            assert started.ended() == 1
            assert f"Port {port} is in use" in started.said
            assert f"PORT={port + 1} make run" in started.said
            assert not (parent / "home" / "postgres").exists()


def test_a_second_copy_on_the_same_home_is_refused_and_one_on_another_runs(home: Path) -> None:
    with copy(home) as first:
        first.ready()
        with copy(home) as second:
            assert second.ended() == 1
            assert f"already runs on the data folder {home} (process {first.process.pid})" in second.said
        assert first.get("/")["path"] == "/"
        with copy(home.with_name("other")) as third:
            assert third.ready().port != first.port
            assert third.get("/")["database"] != first.get("/")["database"]


def test_half_of_a_server_database_is_refused(tmp_path: Path) -> None:
    started = Copy(tmp_path / "home", DATABASE_URL="postgresql://sentinel_app:x@localhost/sentinel")
    assert started.ended() == 1
    assert "DATABASE_OWNER_URL is not set, but the other is." in started.said


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    started = Copy(tmp_path / "file" / "home")
    assert started.ended() == 1
    assert "cannot be made" in started.said
    assert "Traceback" not in started.said
