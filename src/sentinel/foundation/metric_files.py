"""Where the processes of one web server count together. Imports nothing that counts: it must come before that."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client reads it when it is first imported


def share(home: Path) -> None:
    """In the process that the web server forks from: count in files of `home`/run.

    Folders of servers that are gone are removed. A folder that the environment names already is left as it is.
    """
    if shared_folder() is not None:
        return
    run = home / "run"
    for left in run.glob("metrics-*"):
        if not Path("/proc", left.name.removeprefix("metrics-")).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = run / f"metrics-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[FOLDER] = str(folder)


def shared_folder() -> Path | None:
    """The folder that the processes share, or None where this one counts for itself."""
    found = os.environ.get(FOLDER)
    return Path(found) if found else None
