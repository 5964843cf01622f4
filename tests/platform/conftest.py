"""A server of Debian's PostgreSQL 15, and whole copies of Sentinel as somebody would start them on it."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator

import pytest

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
