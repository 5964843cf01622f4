"""A process that the supervisor started: watched, started again when it dies, stopped within a deadline."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

from sentinel.deploy.console import say

FIRST_PAUSE = 0.5  # seconds; doubled at each death
LONGEST_PAUSE = 30.0
SETTLED = 60.0  # seconds after which a child counts as well, and its next death as its first
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Let this process be told to stop (SIGTERM) when the one that started it ends, however that ends (Linux)."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class Child:
    """One long-running process. Its clock is the supervisor's: `tick` is called a few times a second."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        grace: float,
        handles: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`grace` is how long it may take to stop, in seconds; `handles` are open files that it inherits."""
        self.name = name
        self.deaths = 0
        """Deaths in a row, each before it had settled."""
        self._command = list(command)
        self._environment = dict(environment)
        self._grace = grace
        self._handles = tuple(handles)
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        """Its process number, or None while it is not running."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start it now."""
        # A session of its own: Ctrl-C reaches the supervisor alone, and what the child starts can be ended with it.
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self._handles,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self._started = self._clock()

    def tick(self) -> None:
        """See whether it died; say so, and start it again when its pause is over."""
        if self._process is None:
            if self._clock() >= self._due:
                self.start()
            return
        code = self._process.poll()
        if code is None:
            if self.deaths and self._clock() - self._started >= SETTLED:
                self.deaths = 0
            return
        self._kill_group()
        self._process = None
        self.deaths += 1
        pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self._due = self._clock() + pause
        say(f"The {self.name} ended ({describe(code)}); it is started again in {pause:g} s.")

    def ask_to_stop(self) -> None:
        """Send SIGTERM, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Ask it to stop and wait; after its grace, or once `hurry` says so, end it and all it started."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while process.poll() is None and time.monotonic() < deadline and not hurry():
            time.sleep(0.02)
        if process.poll() is None:
            say(f"The {self.name} does not stop; it is ended.")
            process.kill()
        self._kill_group(process.pid)
        process.wait()

    def _kill_group(self, pid: int | None = None) -> None:
        """End what the child left behind: its session's processes bear its number as their group."""
        number = pid if pid is not None else self.pid
        if number is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(number, signal.SIGKILL)


def describe(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
