"""Making a cluster, and the settings that a server runs with."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sentinel.foundation.embedded.binaries import wheel_version
from sentinel.foundation.embedded.errors import EmbeddedError
from sentinel.foundation.embedded.system_user import SystemUser

SUPERUSER = "sentinel_superuser"
PORT = 5432  # only a part of the socket's name: nothing listens on TCP

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "max_prepared_transactions": "0",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Compiling a query costs more than it saves on pages that answer in milliseconds.
    "jit": "off",
    # One machine, backed up with pg_dump: no standby reads the log, and bulk loads need not write it.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Personal data must not reach a log: an ERROR quotes the value it refuses, so only LOG and worse are written, and
    # of those no statement, parameter, detail or context. The application is told of its errors all the same.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}

SMALL = {"shared_buffers": "128MB", "effective_cache_size": "1GB"}
FAST_AND_FORGETFUL = {
    **SMALL,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}


def memory_settings(total: int) -> dict[str, str]:
    """What the server keeps in memory, by how much the machine has (bytes): an eighth of it, 128 MB at least and 2 GB at most. It is taken as
    pages of the database are read, so a small database takes little; over a million cases the box took 1.2 to 1.5 times as long with 128 MB (docs/performance.md)."""
    megabytes = total // 2**20
    return {
        "shared_buffers": f"{min(max(megabytes // 8, 128), 2048)}MB",
        "effective_cache_size": f"{max(megabytes // 2, 1024)}MB",
    }


def machine_memory() -> int:
    """Bytes of memory that this machine has, or that its container may use."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        allowed = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):
        return total
    return min(total, allowed)


def settings(socket_folder: Path, *, durable: bool) -> dict[str, str]:
    """Every setting of the server's command line, `sentinel.settings` (a mark to tell servers apart) among them."""
    chosen = {
        **SETTINGS,
        **memory_settings(machine_memory()),
        **({} if durable else FAST_AND_FORGETFUL),
        "unix_socket_directories": _listed(socket_folder),
    }
    mark = hashlib.sha256(repr([wheel_version(), sorted(chosen.items())]).encode()).hexdigest()[:16]
    return {**chosen, "sentinel.settings": mark}


def _listed(folder: Path) -> str:
    # The setting is a list of folders: a comma or a blank in a path wants quotes.
    return '"' + str(folder).replace('"', '""') + '"'


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see of ours: nothing that could change their behaviour (PGDATA, PGPORT, LANG ...)."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def create(data: Path, user: SystemUser, programs: Path, password: str, *, durable: bool) -> None:
    """Make a cluster in `data`, whole or not at all. `password` is the superuser's."""
    # initdb, cut off, leaves half a cluster. Another copy cannot be at it: the caller holds the start lock.
    for left in data.parent.glob(".postgres-new-*"):
        shutil.rmtree(left)
    workshop = Path(tempfile.mkdtemp(prefix=".postgres-new-", dir=data.parent))
    try:
        password_file = workshop / "password"
        handle = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(password + "\n")
        user.give(password_file)
        user.give(workshop)
        command = [
            str(programs / "initdb"),
            f"--pgdata={workshop / 'postgres'}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            # The order of names is COLLATE "C" everywhere; this provider adds upper and lower case beyond ASCII.
            "--locale=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--auth-local=scram-sha-256",
            "--auth-host=reject",
            "--no-instructions",
            "--data-checksums" if durable else "--no-data-checksums",
        ]
        if not durable:
            command += ["--no-sync", "--wal-segsize=1"]  # 1 MB of log to begin with, not 16
        done = subprocess.run(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **user.process_arguments(),
        )
        if done.returncode != 0:
            tail = "\n".join(done.stdout.decode(errors="replace").splitlines()[-8:])
            raise EmbeddedError(f"The database cluster could not be made in {data.parent}.\n{tail}")
        (workshop / "postgres").rename(data)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
