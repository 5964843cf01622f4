"""What only one copy may have: a data folder and a port. Both are claimed before anything is started."""

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

from sentinel.deploy.errors import CannotStartError

HOST = "127.0.0.1"
BACKLOG = 512
PATIENCE = 2.0  # seconds for the web server of a copy that was just killed to let go of the port


def claim_home(home: Path) -> int:
    """Lock SENTINEL_HOME for this copy; the lock goes when the process does, however it ends. Returns its handle.

    Raises CannotStartError where another copy holds it.
    """
    try:
        handle = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStartError(
            f"The data folder {home} cannot be written to ({error.strerror}). Set SENTINEL_HOME to another folder."
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(handle, 32, 0).decode(errors="replace").strip()
        os.close(handle)
        raise CannotStartError(
            f"Sentinel already runs on the data folder {home}{f' (process {holder})' if holder else ''}. Stop it "
            "first, or set SENTINEL_HOME and PORT to start a second copy beside it."
        ) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    return handle


def claim_port(port: int) -> socket.socket:
    """Listen on the loopback port; the web server inherits the socket, so nobody can slip in between its restarts.

    Port 0 takes any free one. Raises CannotStartError where another program listens there.
    """
    if not 0 <= port <= 65535:
        raise CannotStartError(f"PORT is a number from 1 to 65535, not {port}.")
    deadline = time.monotonic() + PATIENCE
    while True:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else 8000
                raise CannotStartError(
                    f"Port {port} is in use by another program. Stop that, or choose another port: "
                    f"PORT={other} make run"
                ) from error
            raise CannotStartError(f"Port {port} cannot be used: {error.strerror}.") from error
        else:
            return listener
