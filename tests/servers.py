"""Database servers that tests run on: Sentinel's own by default, or one that somebody else runs."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg

from sentinel.foundation.embedded import LOGIN_ROLES, ensure_database, ensure_roles

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
PATIENCE = 30.0  # seconds for a server to answer


@dataclass(frozen=True)
class GivenServer:
    """A throw-away server of somebody else's, by its superuser's URL; Sentinel's roles take that one's password."""

    superuser_url: str

    def prepare(self) -> None:
        """Make the roles and an empty database, as on any server."""
        password = urlsplit(self.superuser_url).password or ""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            ensure_roles(connection, dict.fromkeys(LOGIN_ROLES, password))
            ensure_database(connection)

    def dsn(self, role: str, dbname: str = "sentinel") -> str:
        """The URL of one of Sentinel's roles."""
        parts = urlsplit(self.superuser_url)
        host = parts.netloc.rpartition("@")[2]
        return f"postgresql://{quote(role)}:{parts.password}@{host}/{quote(dbname)}"

    def superuser_dsn(self, dbname: str = "postgres") -> str:
        """The URL of its superuser."""
        return urlsplit(self.superuser_url)._replace(path=f"/{quote(dbname)}").geturl()

    def stop(self) -> None:
        """Nothing: whoever started it stops it."""


class Cluster:
    """A cluster of Debian's PostgreSQL 15 on loopback, asked for a password, made and ended by a test."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made by the caller and empty."""
        self._folder = folder
        self._password = secrets.token_urlsafe(18)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # initdb refuses root, rightly: root lends the folder to the account that Debian's package made.
        self._as: dict[str, Any] = {
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        }
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self._as |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(folder, entry.pw_uid, entry.pw_gid)

    @property
    def url(self) -> str:
        """The superuser's URL."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Run initdb. Raises CalledProcessError where it fails."""
        password = self._folder / "password"
        password.write_text(self._password + "\n")
        password.chmod(0o600)
        if "user" in self._as:
            os.chown(password, self._as["user"], self._as["group"])
        subprocess.run(
            [
                DEBIAN_15 / "initdb", "-D", self._folder / "data", "-U", "postgres", f"--pwfile={password}", "-E", "UTF8",
                "--locale=C.UTF-8", "--auth-local=reject", "--auth-host=scram-sha-256", "--no-sync", "--no-instructions",
            ],
            check=True, stdout=subprocess.DEVNULL, **self._as,
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers. Raises TimeoutError."""
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "timezone": "UTC",
        }  # fmt: skip
        command = [str(DEBIAN_15 / "postgres"), "-D", str(self._folder / "data")]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            time.sleep(0.1)
        raise TimeoutError("PostgreSQL 15 does not answer.")

    def stop(self) -> None:
        """End it at once, its connections too; the folder stays."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown
            process.wait(PATIENCE)


@contextlib.contextmanager
def debian_15() -> Iterator[Cluster]:
    """A running cluster of Debian's PostgreSQL 15, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="sentinel-pg15-"))
    cluster = Cluster(folder)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
