"""Start, find, share and stop the embedded server of one SENTINEL_HOME."""

import contextlib
import fcntl
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg

from sentinel.foundation.embedded import binaries, cluster, places, processes
from sentinel.foundation.embedded.errors import EmbeddedError
from sentinel.foundation.embedded.roles import DATABASE, LOGIN_ROLES, ensure_database, ensure_roles
from sentinel.foundation.embedded.secret_files import SecretFiles
from sentinel.foundation.embedded.system_user import SystemUser, server_user

START_TIME = 60.0  # seconds; a cluster that was cut off replays its log first
LEFTOVER_TIME = 15.0  # seconds for what a killed server left running to end
LARGEST_LOG = 10_000_000  # bytes, at a start; then the log becomes postgres.log.1


class Server:
    """A running embedded server. Made by `Embedded`; holds a share in it until `stop`."""

    def __init__(self, home: Path, note: places.Note, pid: int, share: int | None, *, adopted: bool) -> None:
        self.home = home
        self.note = note
        self.pid = pid
        self.adopted = adopted
        """Whether the server was running already: left by a killed parent, or shared with another process."""
        self._share = share

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket."""
        return self.note.socket_folder

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        return self.note.data

    def dsn(self, role: str, dbname: str = DATABASE) -> str:
        """A libpq URL for one of LOGIN_ROLES. It holds the password: never print or log it.

        The host is the socket's folder, percent-encoded: read it with `psycopg.conninfo.conninfo_to_dict`, as
        `urlsplit().hostname` folds it to lower case.
        """
        if role not in LOGIN_ROLES:
            raise ValueError(f"{role} is no role that logs in")
        return self._url(role, dbname)

    def superuser_dsn(self, dbname: str = "postgres") -> str:
        """A libpq URL for the superuser: for the bootstrap and for tests that tamper, never for the application."""
        return self._url(cluster.SUPERUSER, dbname)

    def alive(self) -> bool:
        """Whether the server's process is there."""
        return not processes.has_ended(self.pid)

    def stop(self) -> bool:
        """Give back the share; the last one out shuts the server down cleanly. Says whether it was stopped."""
        if self._share is None:
            return False
        with _start_lock(self.home):
            os.close(self._share)
            self._share = None
            with _share(self.home, fcntl.LOCK_EX) as alone:
                if alone is None:
                    return False
                pid = processes.running_pid(self.data)
                if pid is not None:
                    processes.end(pid)
                places.drop_socket_folder(self.note)
                return True

    def _url(self, role: str, dbname: str) -> str:
        return _url(self.home, self.note, role, dbname)


def _url(home: Path, note: places.Note, role: str, dbname: str) -> str:
    password = quote(SecretFiles(home / "secrets").get(role), safe="")
    host = quote(str(note.socket_folder), safe="")
    return f"postgresql://{quote(role)}:{password}@{host}:{cluster.PORT}/{quote(dbname, safe='')}"


def dsn_of(home: Path, role: str, dbname: str = DATABASE) -> str | None:
    """The libpq URL of the embedded server of `home`, running or not; None where none was ever started.

    For a process that the supervisor did not start, such as a command typed beside it.
    """
    if role not in LOGIN_ROLES:
        raise ValueError(f"{role} is no role that logs in")
    home = home.resolve()
    note = places.read_note(home)
    return None if note is None else _url(home, note, role, dbname)


class Embedded:
    """The embedded PostgreSQL of one SENTINEL_HOME; two homes are two servers that know nothing of each other.

    Several processes may start it at the same time: the first starts the server, the others share it, and the last
    to stop it shuts it down. A server whose parent was killed is taken over.
    """

    def __init__(self, home: Path, *, durable: bool = True, createdb: bool = False) -> None:
        """`home` is made where it is missing. `durable=False` trades safety from power cuts for speed, for tests.

        `createdb` lets the owner make databases, which tests need and nothing else should.
        """
        self.home = home.resolve()
        self._durable = durable
        self._createdb = createdb
        self._server: Server | None = None

    def start(self) -> Server:
        """Start the server, or share the one that runs, with roles and database made. Raises EmbeddedError."""
        if self._server is not None:
            return self._server
        places.make_home(self.home)
        with _start_lock(self.home):
            running = self.running()
            if running is not None and self._is_outdated(running):
                with _share(self.home, fcntl.LOCK_EX) as alone:
                    if alone is not None:
                        processes.end(running.pid)
                        running = None
            if running is None:
                note, pid = self._launch()
            else:
                note, pid = running.note, running.pid
            server = Server(self.home, note, pid, None, adopted=running is not None)
            try:
                self._bootstrap(server)
            except BaseException:
                if running is None:
                    processes.end(pid)
                raise
            server._share = _take_share(self.home)
        self._server = server
        return server

    def stop(self) -> bool:
        """Stop what `start` started (see `Server.stop`)."""
        server, self._server = self._server, None
        return server.stop() if server is not None else False

    def alive(self) -> bool:
        """Whether the server that `start` answered with is there."""
        return self._server is not None and self._server.alive()

    def revive(self) -> None:
        """Start a server that died under us again, at the same address. Raises EmbeddedError."""
        server = self._server
        if server is None or server.alive():
            return
        with _start_lock(self.home):
            running = self.running()
            server.pid = running.pid if running is not None else self._launch()[1]

    def running(self) -> Server | None:
        """The server that runs for this home, without a share in it, or None."""
        note = places.read_note(self.home)
        if note is None:
            return None
        pid = processes.running_pid(note.data)
        if pid is None:
            return None
        deadline = time.monotonic() + START_TIME
        while not processes.is_ready(note.data):
            if processes.has_ended(pid) or time.monotonic() > deadline:
                return None
            time.sleep(processes.POLL)
        return Server(self.home, note, pid, None, adopted=True)

    def _is_outdated(self, server: Server) -> bool:
        """Whether the server runs with other settings or programs than we would start it with."""
        wanted = cluster.settings(server.socket_folder, durable=self._durable)["sentinel.settings"]
        try:
            with psycopg.connect(server.superuser_dsn(), connect_timeout=10) as conn:
                found = conn.execute("SELECT current_setting('sentinel.settings', true)").fetchone()
        except psycopg.Error:
            return True
        return found is None or found[0] != wanted

    def _launch(self) -> tuple[places.Note, int]:
        note = places.read_note(self.home)
        if note is not None and not (note.data / "PG_VERSION").exists() and _is_closed(note.data):
            raise EmbeddedError(
                f"The database of {self.home} is in {note.data}, which you may not enter. Start Sentinel as the user "
                "who started it before (or as root)."
            )
        user = server_user(note.data if note else self.home / "postgres")
        base = self._known_base(note) if note else places.choose_base(self.home, user)
        programs = binaries.programs(user, base)
        socket_folder = places.ready_socket_folder(
            self.home, base, user, note.socket_folder if note else None
        )
        chosen = places.Note(base, socket_folder)
        if note is None:
            secrets = SecretFiles(self.home / "secrets")
            # A start that was cut off between making the cluster and noting it left both the cluster and its password.
            if not chosen.data.exists():
                password = secrets.get(cluster.SUPERUSER)
                cluster.create(chosen.data, user, programs, password, durable=self._durable)
            elif not secrets.exists(cluster.SUPERUSER):
                raise EmbeddedError(
                    f"There is a database in {chosen.data}, but its password in {secrets.folder} is missing. Put it "
                    "back, or move the database away to begin with an empty one."
                )
        if chosen != note:
            places.write_note(self.home, chosen)
        return chosen, self._run(chosen, user, programs)

    def _known_base(self, note: places.Note) -> Path:
        version_file = note.data / "PG_VERSION"
        if not version_file.exists():
            raise EmbeddedError(
                f"The database of {self.home} should be in {note.data} and is not there. Put it back, or delete "
                f"{self.home / 'embedded.json'} to begin with an empty one."
            )
        version = version_file.read_text(encoding="ascii").strip()
        if version != binaries.major_version():
            raise EmbeddedError(
                f"The database in {note.data} was made by PostgreSQL {version}; this Sentinel brings "
                f"{binaries.major_version()}. Move the data with pg_dump of the old and a new SENTINEL_HOME."
            )
        return note.base

    def _run(self, note: places.Note, user: SystemUser, programs: Path) -> int:
        log_file = self.home / "log" / "postgres.log"
        places.make_folder(log_file.parent, 0o700)
        if log_file.exists() and log_file.stat().st_size > LARGEST_LOG:
            log_file.rename(log_file.with_name("postgres.log.1"))
        deadline = time.monotonic() + LEFTOVER_TIME
        while True:
            already_said = log_file.stat().st_size if log_file.exists() else 0
            processes.release_stale_locks(note.data, note.socket)
            process = self._launch_process(note, user, programs, log_file)
            try:
                processes.wait_until_ready(note.data, process, log_file, START_TIME)
            except EmbeddedError:
                # The processes of a killed server need a moment to notice that it is gone.
                said = log_file.read_bytes()[already_said:]
                if b"shared memory block" not in said or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                process.returncode = 0  # from here on it is known by its number alone: Popen need not warn
                return process.pid

    def _launch_process(
        self, note: places.Note, user: SystemUser, programs: Path, log_file: Path
    ) -> subprocess.Popen[bytes]:
        command = [str(programs / "postgres"), "-D", str(note.data)]
        for name, value in cluster.settings(note.socket_folder, durable=self._durable).items():
            command += ["-c", f"{name}={value}"]
        # We open the log and the server inherits it: it may lie in a folder that the server's user cannot enter.
        handle = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            return subprocess.Popen(
                command,
                env=cluster.environment(),
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                # A session of its own: Ctrl-C goes to the supervisor alone, which stops the server last.
                start_new_session=True,
                **user.process_arguments(),
            )
        finally:
            os.close(handle)

    def _bootstrap(self, server: Server) -> None:
        secrets = SecretFiles(self.home / "secrets")
        passwords = {role: secrets.get(role) for role in LOGIN_ROLES}
        try:
            with psycopg.connect(server.superuser_dsn(), autocommit=True, connect_timeout=30) as conn:
                if server.adopted and not self._createdb and _database_exists(conn):
                    return
                ensure_roles(conn, passwords, createdb=self._createdb)
                ensure_database(conn)
        except psycopg.OperationalError as error:
            raise EmbeddedError(
                f"The database server of {self.home} refuses Sentinel's own password: {error}"
            ) from error


def _database_exists(conn: psycopg.Connection[tuple[object, ...]]) -> bool:
    return conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None


def _is_closed(data: Path) -> bool:
    try:
        (data / "PG_VERSION").stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


@contextlib.contextmanager
def _start_lock(home: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server of `home`."""
    handle = os.open(home / "embedded.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _take_share(home: Path) -> int:
    """A shared lock that says "somebody uses this server"; the system gives it back when its holder is killed."""
    handle = os.open(home / "embedded.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


@contextlib.contextmanager
def _share(home: Path, kind: int) -> Iterator[int | None]:
    """Try the users' lock without waiting; None where somebody else holds a share."""
    handle = os.open(home / "embedded.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)
