"""Which operating-system user runs the server: ourselves, or, for root, a user of the server's own."""

import fcntl
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentinel.foundation.embedded.errors import EmbeddedError

ACCOUNT = "sentinel-pg"
FALLBACK_ACCOUNT = "nobody"
USERS = Path("/etc")


@dataclass(frozen=True)
class SystemUser:
    """The user that owns the cluster's files and runs its processes."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether this is somebody else than the user we run as (only root can be somebody else)."""
        return self.uid != os.geteuid()

    def process_arguments(self) -> dict[str, Any]:
        """Keyword arguments for `subprocess`: run as this user, from a folder that everybody may enter."""
        if not self.is_other:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a file or folder that Sentinel has just made to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def succeeds(self, command: Sequence[str | Path]) -> bool:
        """Whether `command` ends well when this user runs it; asking beats reading modes, lists and mounts ourselves."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
                timeout=30,
                **self.process_arguments(),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can reach things inside `folder` by name."""
        return self.succeeds(["test", "-x", folder])


def current_user() -> SystemUser:
    """The user this process runs as."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:  # a container may run as a number that has no name
        return SystemUser(str(uid), uid, os.getegid())
    return SystemUser(entry.pw_name, uid, os.getegid())


def server_user(data: Path) -> SystemUser:
    """The user for the cluster in `data`: who owns it already, else ourselves, else (for root) an own account.

    Raises EmbeddedError where the cluster belongs to somebody whom we may not become.
    """
    me = current_user()
    try:
        owner = data.stat().st_uid
    except OSError:
        return me if me.uid != 0 else _own_account()
    if owner == me.uid and me.uid != 0:
        return me
    if me.uid != 0:
        raise EmbeddedError(
            f"The database in {data} belongs to another user (number {owner}), who started Sentinel before. "
            "Start it as that user (or as root), or set SENTINEL_HOME to another folder."
        )
    if owner == 0:
        raise EmbeddedError(f"The database folder {data} belongs to root; PostgreSQL refuses to run as root.")
    try:
        entry = pwd.getpwuid(owner)
    except KeyError:
        return SystemUser(str(owner), owner, owner)
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _own_account() -> SystemUser:
    for name in (ACCOUNT, FALLBACK_ACCOUNT):
        if name == ACCOUNT:
            _make_account()
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root, and this system has no user to run it as instead."
    )


def _make_account() -> None:
    if _has_account():
        return
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return
    # Of two that are made at once the second overwrites the first, whose number then belongs to nobody. The list of users is
    # replaced as it is written, so the lock is on the folder that it stands in.
    with _alone_with(USERS):
        if _has_account():
            return
        # A failure (a read-only /etc) is seen when the account is looked up.
        subprocess.run(
            [
                useradd,
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                ACCOUNT,
            ],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _has_account() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


@contextmanager
def _alone_with(folder: Path) -> Iterator[None]:
    """Only one of Sentinel's processes at a time is within this, for the same folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
