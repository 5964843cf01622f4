"""Copies of the supervisor as processes of their own, with `programs.py` in the place of Django."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sentinel.foundation.embedded import Embedded

ROOT = Path(__file__).resolve().parents[2]
SUPERVISOR = """
import sys, os
from pathlib import Path
from sentinel.deploy.commands import Commands
from sentinel.deploy.supervisor import Supervisor
programs = (sys.executable, sys.argv[1])
commands = Commands(sentinel=programs, gunicorn=(*programs, "web"))
sys.exit(Supervisor(Path(sys.argv[2]), int(sys.argv[3]), os.environ, commands).run())
"""
LONG = 30.0  # seconds; never waited for unless something is wrong


def wait_for(true: Callable[[], Any], seconds: float = LONG) -> Any:
    """Wait until `true` answers with something, and answer with that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come true")


class Copy:
    """One running supervisor."""

    def __init__(self, home: Path, port: int = 0, **environment: str) -> None:
        self.home = home
        self._said = tempfile.TemporaryFile("w+")
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "SENTINEL_"))
        }
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                SUPERVISOR,
                str(Path(__file__).with_name("programs.py")),
                str(home),
                str(port),
            ],
            env={
                **kept,
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), sysconfig.get_path("purelib")]),
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def said(self) -> str:
        """Everything on its terminal so far."""
        return os.pread(self._said.fileno(), 1_000_000, 0).decode()

    @property
    def did(self) -> list[str]:
        """What its programs did so far."""
        try:
            return (self.home / "programs.log").read_text().splitlines()
        except OSError:
            return []

    @property
    def port(self) -> int:
        found = re.search(r"http://localhost:(\d+)\n", self.said)
        assert found, self.said
        return int(found[1])

    def ready(self) -> Copy:
        """Wait until it has printed its address."""
        wait_for(lambda: "Ctrl-C stops it." in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    def ended(self) -> int:
        """Wait until it has ended; its exit code."""
        return self.process.wait(LONG)

    def tell(self, number: int) -> Copy:
        self.process.send_signal(number)
        return self

    def children(self) -> dict[str, int]:
        """The process numbers of its web server and worker, by name."""
        found = {}
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in listing.split():
            words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            if "programs.py" in " ".join(words[:2]):
                found[words[2]] = int(pid)
        return found

    def get(self, path: str) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return dict(json.loads(connection.getresponse().read()))
        finally:
            connection.close()


@contextmanager
def homes() -> Iterator[Path]:
    """A folder for homes; what still runs there afterwards is stopped."""
    parent = Path(tempfile.mkdtemp(prefix="sent-"))
    parent.chmod(0o755)
    try:
        yield parent
    finally:
        for note in parent.glob("*/embedded.json"):
            left = Embedded(note.parent)
            if left.running() is not None:
                left.start()
                left.stop()
        shutil.rmtree(parent, ignore_errors=True)


@contextmanager
def copy(home: Path, port: int = 0, **environment: str) -> Iterator[Copy]:
    """A supervisor that is ended, whatever the test did with it."""
    started = Copy(home, port, **environment)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.terminate()
            try:
                started.process.wait(LONG)
            except subprocess.TimeoutExpired:
                started.process.kill()
                started.process.wait()
