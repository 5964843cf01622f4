"""The server as an operating-system process: found by its lock file, watched, ended."""

import os
import signal
import subprocess
import time
from pathlib import Path

from sentinel.foundation.embedded.errors import EmbeddedError

POLL = 0.02  # seconds
FAST_SHUTDOWN_TIME = 30.0  # seconds, before the server is told to stop without tidying


def recorded_pid(data: Path) -> int | None:
    """The process number in the cluster's postmaster.pid, alive or not."""
    lines = _pid_file_lines(data)
    try:
        return int(lines[0])
    except (IndexError, ValueError):
        return None


def is_ready(data: Path) -> bool:
    """Whether the server has written that it accepts connections (line 8 of postmaster.pid, as pg_ctl reads it)."""
    lines = _pid_file_lines(data)
    return len(lines) >= 8 and lines[7].strip() == "ready"


def running_pid(data: Path) -> int | None:
    """The process number of the server that has this cluster open, or None."""
    pid = recorded_pid(data)
    if pid is None or has_ended(pid):
        return None
    try:
        # A server's working folder is its cluster. A number that was given to another process since is not a server.
        return pid if Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve() else None
    except OSError:
        return None


def has_ended(pid: int) -> bool:
    """Whether the process is gone; one that ended but was not yet collected counts as gone."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    try:
        # An orphan in a container without an init stays a zombie for ever: "pid (name) Z ..."
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return True  # it went while we looked


def release_stale_locks(data: Path, socket: Path) -> None:
    """Let the server start although the dead one's number seems alive: given to another process, or not yet collected.

    PostgreSQL gives up where the process in postmaster.pid is alive, unless that is its parent. So ours is written
    in: the check that no server process still holds the cluster's shared memory, in a later line, stays in force.
    The socket's own lock has nothing else to say. The caller holds the start lock.
    """
    if running_pid(data) is not None:
        return
    for left in (socket, socket.with_name(f"{socket.name}.lock")):
        left.unlink(missing_ok=True)
    lines = _pid_file_lines(data)
    if lines:
        handle = os.open(data / "postmaster.pid", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "w") as file:
            file.write("\n".join([str(os.getpid()), *lines[1:]]) + "\n")


def wait_until_ready(data: Path, process: subprocess.Popen[bytes], log_file: Path, seconds: float) -> None:
    """Return when the server accepts connections. Raises EmbeddedError with the end of its log where it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EmbeddedError(f"PostgreSQL ended while starting.\n{last_lines(log_file)}")
        if recorded_pid(data) == process.pid and is_ready(data):
            return
        time.sleep(POLL)
    end(process.pid)
    raise EmbeddedError(f"PostgreSQL was not ready after {seconds:.0f} seconds.\n{last_lines(log_file)}")


def end(pid: int) -> None:
    """Fast shutdown: clients are disconnected, everything is written, the cluster is clean. Returns when it is gone."""
    for number, seconds in (
        (signal.SIGINT, FAST_SHUTDOWN_TIME),
        (signal.SIGQUIT, 5.0),
        (signal.SIGKILL, 5.0),
    ):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if has_ended(pid):
                return
            time.sleep(POLL)
    raise EmbeddedError(f"PostgreSQL (process {pid}) cannot be stopped.")


def last_lines(log_file: Path, count: int = 8) -> str:
    """The end of the server's log, for a message."""
    try:
        return "\n".join(log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
