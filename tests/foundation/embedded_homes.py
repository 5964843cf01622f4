"""Data folders for the tests of the embedded server, and processes that start it and are killed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sentinel.foundation.embedded import Embedded, Server
from sentinel.foundation.embedded.places import read_note
from sentinel.foundation.embedded.system_user import SystemUser

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0

STARTER = """
import sys
from pathlib import Path
from sentinel.foundation.embedded import Embedded
server = Embedded(Path(sys.argv[1]), durable=sys.argv[2] == "durable").start()
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
print("stopped", flush=True)
"""


@contextmanager
def folder(mode: int = 0o755) -> Iterator[Path]:
    """A new folder under a short path; whatever Sentinel made for homes in it is stopped and removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="sent-"))
    made.chmod(mode)
    try:
        yield made
    finally:
        for note_file in made.rglob("embedded.json"):
            note = read_note(note_file.parent)
            remains = Embedded(note_file.parent, durable=False)
            if remains.running() is not None:
                remains.start()
                remains.stop()
            if note is not None and not note.base.is_relative_to(made):
                shutil.rmtree(note.base, ignore_errors=True)
        shutil.rmtree(made, ignore_errors=True)


def copy_of(made: Path, home: Path) -> Path:
    """A copy of a stopped home with its cluster at another path: sooner there than a new one."""
    home.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", made, home], check=True)
    # Without the note, which names the folders of the original, a start finds the cluster in the home.
    (home / "embedded.json").unlink()
    return home


@contextmanager
def running(home: Path, **options: Any) -> Iterator[Server]:
    """The embedded server of `home`, stopped afterwards."""
    embedded = Embedded(home, **{"durable": False, **options})
    try:
        yield embedded.start()
    finally:
        embedded.stop()


def one(url: str, query: str, *values: object) -> Any:
    """The first column of the first row."""
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(query, list(values)).fetchone()
    return None if row is None else row[0]


def starter(
    home: Path, *, durable: bool = False, python: str = sys.executable, **process: Any
) -> subprocess.Popen[str]:
    """Another process that starts the server of `home`, holds it, and stops it when its standard input ends."""
    return subprocess.Popen(
        [python, "-c", STARTER, str(home), "durable" if durable else "fast"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), sysconfig.get_path("purelib")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **process,
    )


def server_pid(process: subprocess.Popen[str]) -> int:
    """Wait until a `starter` has its server; the server's process number."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())
    return int(line)


def ordinary_user() -> tuple[SystemUser, str]:
    """A user who is not root, for root to become, and a Python of our version that this user may run.

    Skips where there is none, or this copy of the project is closed to others.
    """
    entry = pwd.getpwnam("nobody")
    user = SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    code = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    for python in (sys.executable, "/usr/bin/python3"):
        if user.may_enter(ROOT / "src") and user.succeeds([python, "-c", code]):
            return user, python
    pytest.skip("the project or its Python lies in a folder that is closed to other users")
