"""The folder of a run: the extract and what was worked out of it, readable by the account that runs Sentinel alone, and deleted when
the run ends. What a stopped run leaves lies there for a day at most, for going on with."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sentinel.kernel.errors import Conflict

KEPT_HOURS: Final = 24


def root(home: Path) -> Path:
    """Where the folders of runs lie, in the data folder."""
    return home / "match"


class Folder:
    """One run's folder. Every file in it is made mode 0600, the folder 0700."""

    def __init__(self, home: Path, run_id: uuid.UUID) -> None:
        self.path = root(home) / str(run_id)

    def make(self) -> None:
        """Make it where it is not there."""
        for path in (self.path.parent, self.path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for this process alone. Raises Conflict where another works in it."""
        with self.keep("lock").open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict("This run is at work in another process.") from None
            yield

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def keep(self, name: str) -> Path:
        """The path under which a file is written before it stands under its name (`done`)."""
        path = self.path / f"{name}.part"
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        return path

    def done(self, name: str) -> None:
        """The file is whole."""
        (self.path / f"{name}.part").replace(self.path / name)
        (self.path / name).chmod(0o600)

    def write_json(self, name: str, data: Any) -> None:
        """Write a small file whole."""
        self.keep(name).write_text(json.dumps(data), encoding="utf-8")
        self.done(name)

    def read_json(self, name: str) -> Any:
        """What `write_json` wrote; None where it never did."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def delete(self) -> None:
        """Delete it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def left_over(home: Path) -> Iterator[tuple[uuid.UUID, Folder]]:
    """The folders in which nothing was written for a day."""
    before = time.time() - KEPT_HOURS * 3600
    for path in root(home).glob("*"):
        try:
            run_id = uuid.UUID(path.name)
        except ValueError:
            continue
        newest = max((one.stat().st_mtime for one in (path, *path.iterdir())), default=0.0)
        if newest < before:
            yield run_id, Folder(home, run_id)
