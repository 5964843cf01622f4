"""The programs that the supervisor starts, as command lines."""

import os
import sys
from dataclasses import dataclass

WEB_WORKERS = 2
WEB_THREADS = 4
GRACE = 10.0  # seconds that a request or a job in hand may take when Sentinel stops
SHARED_MEMORY = "/dev/shm"  # noqa: S108  for the web server's heart beat: not on a disk that may be slow


@dataclass(frozen=True)
class Commands:
    """What is run: the `sentinel` command, and the program that serves the pages on an inherited socket."""

    sentinel: tuple[str, ...] = (sys.executable, "-m", "sentinel.cli")
    gunicorn: tuple[str, ...] = (sys.executable, "-m", "gunicorn", "sentinel.wsgi:application")

    def step(self, *arguments: str) -> list[str]:
        """A step of the preparation, such as `sentinel migrate`."""
        return [*self.sentinel, *arguments]

    def worker(self) -> list[str]:
        """Background work."""
        return [*self.sentinel, "worker"]

    def web(self, handle: int) -> list[str]:
        """The web server on the listening socket `handle`."""
        command = [
            *self.gunicorn,
            *("--bind", f"fd://{handle}"),
            *("--worker-class", "gthread"),
            *("--workers", str(WEB_WORKERS)),
            *("--threads", str(WEB_THREADS)),
            "--preload",  # the code is read once and its memory shared
            *("--timeout", "60"),
            *("--graceful-timeout", str(int(GRACE) - 2)),
            *("--log-level", "warning"),
            *("--logger-class", "sentinel.foundation.server_logs.ServerLogger"),
            "--no-control-socket",
        ]
        if os.access(SHARED_MEMORY, os.W_OK):
            command += ["--worker-tmp-dir", SHARED_MEMORY]
        return command
