"""What every sub-command needs: a database to talk to in a stated role, and one JSON line as its report."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

ROLE_URLS = {"owner": "DATABASE_OWNER_URL", "worker": "DATABASE_WORKER_URL", "web": "DATABASE_URL"}
ROLES = {"owner": "sentinel_owner", "worker": "sentinel_worker", "web": "sentinel_app"}


@contextmanager
def django_as(process: str) -> Iterator[None]:
    """Set Django up in one database role: owner, worker or web.

    With the role's URL in the environment that server is used; else the embedded one is shared if it runs, and
    started for the time of the command if it does not.
    """
    os.environ["SENTINEL_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentinel.settings")
    server = None
    if not os.environ.get(ROLE_URLS[process]):
        if os.environ.get("DATABASE_URL"):
            raise click.ClickException(
                f"{ROLE_URLS[process]} must be set beside DATABASE_URL for this command."
            )
        from sentinel.foundation.embedded import Embedded
        from sentinel.foundation.env import Environment

        server = Embedded(Environment().home).start()
        os.environ[ROLE_URLS[process]] = server.dsn(ROLES[process])
    try:
        import django

        django.setup()
        yield
    finally:
        if server is not None:
            from django.db import connections

            connections.close_all()
            server.stop()


def report(figures: dict[str, Any], as_json: bool, words: str) -> None:
    """One line on standard output: the figures as JSON, or words; everything else goes to standard error."""
    click.echo(json.dumps(figures, default=str) if as_json else words)


def say(words: str) -> None:
    """A line of progress, on standard error."""
    click.echo(words, err=True)


def interactive() -> bool:
    """Whether a progress bar would be seen."""
    return sys.stderr.isatty()


as_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON line.")
