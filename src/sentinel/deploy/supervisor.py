"""The supervisor: claims, database, preparation, web server, worker; and all of it ended in the opposite order."""

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import psycopg

from sentinel.deploy import claims, preparation, readiness, servers
from sentinel.deploy.child import FIRST_PAUSE, LONGEST_PAUSE, Child, die_with_parent
from sentinel.deploy.commands import GRACE, Commands
from sentinel.deploy.console import say
from sentinel.deploy.errors import CannotStartError, StoppedError
from sentinel.foundation.embedded import make_home

TICK = 0.1  # seconds
SAME_REQUEST = 1.0  # seconds; a signal to the whole group comes twice, as make hands it on
HOPELESS = 3  # deaths in a row before the first readiness, after which starting again is no help
PATIENCE = 60.0  # seconds before the address is printed although /readyz does not yet say so
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(home: Path, port: int) -> int:
    """Run Sentinel on the data folder `home` and the loopback port `port` until told to stop.

    Returns the exit code: 0 after Ctrl-C or SIGTERM, 1 where it cannot start (said in plain words on standard
    error).
    """
    if "MAKELEVEL" in os.environ:
        die_with_parent()  # a killed `make run` must not leave everything running with nobody to stop it
    return Supervisor(home, port, os.environ, Commands()).run()


class Supervisor:
    """One running copy of Sentinel."""

    def __init__(self, home: Path, port: int, environment: Mapping[str, str], commands: Commands) -> None:
        """`environment` is what the processes inherit, with the addresses of the database added."""
        self._commands = commands
        self._home = home.expanduser().resolve()
        self._port = port
        self._environment = environment
        self._told_to_stop: float | None = None
        self._told_again = False
        self._server: servers.DatabaseServer | None = None
        self._children: list[Child] = []
        self._listener: socket.socket | None = None

    def run(self) -> int:
        """See `run` of this module."""
        # nohup's wish is respected; an ignored SIGINT is only what a shell gives to whatever it starts with "&".
        chosen = [n for n in SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]
        before = {number: signal.signal(number, self._on_signal) for number in chosen}
        try:
            self._start()
            self._watch()
        except StoppedError:
            return 0
        except CannotStartError as error:
            print(f"Sentinel cannot start. {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._told_to_stop is None:
            self._told_to_stop = time.monotonic()
        elif time.monotonic() - self._told_to_stop > SAME_REQUEST:
            self._told_again = True

    def _stopping(self) -> bool:
        return self._told_to_stop is not None

    def _hurried(self) -> bool:
        """Asked a second time: whoever asks does not want to wait."""
        return self._told_again

    def _start(self) -> None:
        try:
            make_home(self._home)
        except OSError as error:
            raise CannotStartError(
                f"The data folder {self._home} cannot be made ({error.strerror}). Set SENTINEL_HOME to another folder."
            ) from error
        claims.claim_home(self._home)
        self._listener = claims.claim_port(self._port)
        self._port = self._listener.getsockname()[1]
        self._server = servers.choose(self._home, self._environment)
        self._server.start()
        self._check_stopping()
        try:
            preparation.prepare(
                self._home,
                self._child_environment("owner"),
                self._commands,
                demonstration=self._mode() == "demonstration",
                stopping=self._stopping,
            )
        except psycopg.OperationalError as error:
            raise CannotStartError(f"The database went away: {error}") from error
        self._check_stopping()
        handle = self._listener.fileno()
        web, worker = self._child_environment("web"), self._child_environment("worker")
        self._children = [
            Child("web server", self._commands.web(handle), web, grace=GRACE, handles=[handle]),
            Child("worker", self._commands.worker(), worker, grace=GRACE),
        ]
        say("Starting the web server and the worker ...")
        for child in self._children:
            child.start()

    def _check_stopping(self) -> None:
        if self._stopping():
            raise StoppedError

    def _mode(self) -> str:
        return self._environment.get("SENTINEL_MODE", "").strip() or "demonstration"

    def _child_environment(self, process: str) -> dict[str, str]:
        """What a child of the kind `process` sees: only the database addresses that it needs."""
        assert self._server is not None  # noqa: S101  the order of _start
        needed = {
            "web": ("DATABASE_URL",),
            "worker": ("DATABASE_URL", "DATABASE_WORKER_URL"),
            "owner": tuple(self._server.urls),
        }[process]
        kept = {key: value for key, value in self._environment.items() if key not in self._server.urls}
        source = str(preparation.PACKAGE.parent)
        paths = [source, *filter(None, [kept.get("PYTHONPATH")])]
        return {
            **kept,
            **{name: self._server.urls[name] for name in needed},
            "SENTINEL_HOME": str(self._home),
            "SENTINEL_PROCESS": process,
            "PORT": str(self._port),
            "DJANGO_SETTINGS_MODULE": "sentinel.settings",
            "PYTHONPATH": os.pathsep.join(paths),
        }

    def _watch(self) -> None:
        """Until told to stop: keep the children and the database alive, and say once that all is ready."""
        began = time.monotonic()
        told = False
        database_due, database_pause = 0.0, FIRST_PAUSE
        while not self._stopping():
            if self._server is not None and self._server.died() and time.monotonic() >= database_due:
                say("The database server ended; it is started again.")
                try:
                    self._server.revive()
                    database_pause = FIRST_PAUSE
                except CannotStartError as error:
                    say(f"{error}\nIt is tried again in {database_pause:g} s.")
                    database_due = time.monotonic() + database_pause
                    database_pause = min(database_pause * 2, LONGEST_PAUSE)
            for child in self._children:
                child.tick()
                if not told and child.deaths >= HOPELESS:
                    raise CannotStartError(
                        f"The {child.name} ended {HOPELESS} times; its messages are above."
                    )
            if not told:
                ready = self._children[0].pid is not None and readiness.is_ready(self._port)
                if ready or time.monotonic() - began > PATIENCE:
                    self._tell(ready)
                    told = True
            time.sleep(TICK)

    def _tell(self, ready: bool) -> None:
        if not ready:
            say(
                f"Sentinel is not wholly ready yet: http://localhost:{self._port}/readyz says what it waits for."
            )
        say(f"\nSentinel is at http://localhost:{self._port}\n")
        try:
            accounts = (self._home / "demo-accounts.txt").read_text(encoding="utf-8").strip()
        except OSError:
            accounts = ""
        if accounts and self._mode() == "demonstration":
            say(f"{accounts}\n")
        say("Ctrl-C stops it.")

    def _stop(self) -> None:
        """End everything, the web server first and the database last; nothing here may keep the rest from ending."""
        if self._children:
            say("\nStopping ...")
        for child in self._children:
            child.stop(self._hurried)
        if self._listener is not None:
            self._listener.close()
        if self._server is not None:
            try:
                self._server.stop()
            except RuntimeError as error:
                print(error, file=sys.stderr, flush=True)
        if self._children:
            say("Sentinel has stopped.")
