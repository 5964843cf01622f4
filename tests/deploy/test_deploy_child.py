"""One child process: its pauses, its group, its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.deploy.child import Child, describe
from sentinel.foundation.embedded import processes
from tests.deploy.copies import wait_for

SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")
DIES = (sys.executable, "-c", "raise SystemExit(3)")


class Clock:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def gone(child: Child) -> bool:
    child.tick()
    return child.pid is None


def test_each_death_in_a_row_doubles_the_pause_up_to_half_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    child = Child("worker", DIES, os.environ, grace=1, clock=clock)
    child.start()
    for pause in (0.5, 1, 2, 4, 8, 16, 30, 30):
        wait_for(lambda: gone(child))
        assert (
            f"The worker ended (exit code 3); it is started again in {pause:g} s." in capsys.readouterr().out
        )
        clock.now += pause - 0.01
        child.tick()
        assert child.pid is None, "not before its time"
        clock.now += 0.02
        child.tick()
        assert child.pid is not None
    child.stop()


def test_a_child_that_lived_a_minute_begins_again_with_the_shortest_pause() -> None:
    clock = Clock()
    child = Child("worker", SLEEPS, os.environ, grace=1, clock=clock)
    child.start()
    child.deaths = 4
    clock.now += 59
    child.tick()
    assert child.deaths == 4
    clock.now += 2
    child.tick()
    assert child.deaths == 0
    child.stop()


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time;"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(60)"
    )
    child = Child("web server", (sys.executable, "-c", code), os.environ, grace=5)
    child.start()
    grandchild = int(wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    wait_for(lambda: gone(child))
    wait_for(lambda: processes.has_ended(grandchild))
    child.stop()


def test_a_child_that_ignores_the_request_is_ended_after_its_grace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = tmp_path / "deaf"
    code = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(deaf)!r}).touch(); time.sleep(60)"
    )
    child = Child("worker", (sys.executable, "-c", code), os.environ, grace=0.2)
    child.start()
    wait_for(deaf.exists)
    pid = child.pid
    assert pid is not None
    child.stop()
    assert processes.has_ended(pid)
    assert "The worker does not stop; it is ended." in capsys.readouterr().out


def test_a_child_that_stops_when_asked_is_not_complained_of(capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("worker", SLEEPS, os.environ, grace=5)
    child.start()
    child.stop()
    child.stop()
    assert child.pid is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("code", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL"), (-200, "signal 200")]
)
def test_an_end_is_told_in_words(code: int, words: str) -> None:
    assert describe(code) == words


def test_a_child_is_told_to_stop_when_its_parent_is_killed(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
sys.path.insert(0, {str(Path(__file__).resolve().parents[2] / "src")!r})
from sentinel.deploy.child import Child
child = Child("worker", {SLEEPS!r}, os.environ, grace=1)
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    wait_for(lambda: processes.has_ended(pid))
