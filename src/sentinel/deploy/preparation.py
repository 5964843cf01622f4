"""Bringing the database up to date, and the demonstration on first use: skipped where nothing has changed.

The steps run as processes of their own, in the owner's database role: Django then never runs in the supervisor, and
the owner's address is not in the web server's environment.
"""

import hashlib
import importlib.metadata
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg

from sentinel.deploy.commands import Commands
from sentinel.deploy.console import say
from sentinel.deploy.errors import CannotStartError, StoppedError

PACKAGE = Path(__file__).resolve().parents[1]
FILES_THAT_COUNT = {".py", ".sql", ".yaml", ".yml"}
LIBRARIES = ("Django", "django-allauth", "procrastinate")  # those that bring migrations of their own
NOTE = "prepared.json"


def fingerprint() -> str:
    """A hash over everything that can change what the database should look like: code, content and libraries.

    All code counts, as policies, grants and question sets are made from it after the migrations; reading it takes
    a few hundredths of a second.
    """
    digest = hashlib.sha256()
    for folder, subfolders, files in os.walk(PACKAGE):
        subfolders[:] = sorted(name for name in subfolders if name not in {"__pycache__", "static", "jinja2"})
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix in FILES_THAT_COUNT:
                digest.update(f"{path.relative_to(PACKAGE)}\0".encode())
                digest.update(path.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library}={importlib.metadata.version(library)}\0".encode())
    return digest.hexdigest()


def database_state(owner_url: str) -> str:
    """Which database this is and what was migrated in it, as short text; "empty" before the first migration."""
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=30) as conn:
        try:
            row = conn.execute(
                "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()), count(*), max(applied)"
                " FROM django_migrations"
            ).fetchone()
        except psycopg.errors.UndefinedTable:
            return "empty"
    return "/".join(str(part) for part in row or ())


def prepare(
    home: Path,
    environment: Mapping[str, str],
    commands: Commands,
    *,
    demonstration: bool,
    stopping: Callable[[], bool],
) -> None:
    """Migrate, load the content, and build the demonstration where the database has none.

    `environment` is that of the owner's processes. Raises CannotStartError where a step fails, StoppedError where
    `stopping` says so meanwhile.
    """
    wanted = {"code": fingerprint(), "demonstration": demonstration}
    state = database_state(environment["DATABASE_OWNER_URL"])
    if state != "empty" and _note(home) == {**wanted, "database": state}:
        return
    say("Preparing the database ..." if state == "empty" else "Bringing the database up to date ...")
    steps = [
        (["migrate"], "The database could not be brought up to date"),
        (["prepare"], "The question sets and local rules could not be loaded"),
    ]
    if demonstration:
        steps.append((["demo", "--if-empty"], "The demonstration partnership could not be built"))
    for arguments, failure in steps:
        if arguments[0] == "demo":
            say("Building the demonstration partnership, where there is none yet ...")
        if not _succeeds(commands.step(*arguments), environment, stopping):
            raise CannotStartError(
                f"{failure}: `sentinel {' '.join(arguments)}` failed; its message is above."
            )
    _write_note(home, {**wanted, "database": database_state(environment["DATABASE_OWNER_URL"])})


def _note(home: Path) -> object:
    try:
        return json.loads((home / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_note(home: Path, held: Mapping[str, object]) -> None:
    draft = home / f".{NOTE}.{os.getpid()}"
    draft.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    draft.rename(home / NOTE)


def _succeeds(command: list[str], environment: Mapping[str, str], stopping: Callable[[], bool]) -> bool:
    """Run a step to its end; its progress goes to our standard error, its report is not repeated."""
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            if stopping():
                raise StoppedError
            time.sleep(0.02)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return process.returncode == 0
