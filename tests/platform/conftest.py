"""A server of Debian's PostgreSQL 15, and a copy of Sentinel in production, as somebody would start them."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.foundation.embedded import Embedded
from tests.conftest import PASSWORD
from tests.platform.copies import PRODUCTION, Copy, copy
from tests.servers import DEBIAN_15, Cluster, debian_15


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Debian's PostgreSQL 15, for the tests of one file."""
    if not (DEBIAN_15 / "initdb").exists():
        pytest.skip("Debian's PostgreSQL 15 is not on this machine: sudo apt-get install postgresql-15")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("initdb refuses root, and this machine has no account postgres to run it as")
    with debian_15() as running:
        yield running


@pytest.fixture(scope="session")
def parent() -> Iterator[Path]:
    """A folder for data folders, with a short path, for a socket's address may not be long."""
    folder = Path(tempfile.mkdtemp(prefix="sent-"))
    folder.chmod(0o755)
    yield folder
    for note in folder.glob("*/embedded.json"):
        left = Embedded(note.parent)
        if left.running() is not None:
            left.start().stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def production(parent: Path) -> Iterator[Copy]:
    """A copy in production mode behind a proxy that ends TLS, on a database of its own, with the invented accounts."""
    with copy(parent / "production", **PRODUCTION) as running:
        # Production makes no demonstration accounts; a command beside it that does not know of production does.
        done = running.run("prepare", "--password", PASSWORD, SENTINEL_MODE="demonstration")
        assert done.returncode == 0, done.stderr
        yield running
