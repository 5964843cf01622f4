"""`sentinel demo`: the invented partnership."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from sentinel.cli.base import as_json, django_as, interactive, report, say

MANY = 2000
# How many past weeks of the invented cases are worked out.
WEEKS = 8
WORDS = ("amber", "basin", "cedar", "delta", "ember", "fable", "grove", "hazel", "inlet", "jetty", "kiosk", "lemon",
         "maple", "novel", "olive", "pearl", "quilt", "river", "slate", "tulip", "umber", "violet", "willow", "zephyr")  # fmt: skip


@click.command()
@click.option(
    "--cases", default=60, show_default=True, type=click.IntRange(0, 5_000_000), help="How many cases."
)
@click.option(
    "--open", "are_open", type=click.IntRange(0), help="How many of them are open; of more than 2,000."
)
@click.option("--seed", default=1, show_default=True, help="The same seed invents the same people.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is a partnership already.")
@as_json
def command(cases: int, are_open: int | None, seed: int, if_empty: bool, as_json: bool) -> None:
    """Build the invented partnership: agencies, accounts, question sets, and cases at every stage.

    Above 2,000 cases they are loaded in bulk by COPY; below, made by the operations as people would make them. Refused
    when SENTINEL_MODE is production.
    """
    with django_as("owner"):
        from django.conf import settings

        from sentinel.accounts.models import User
        from sentinel.cli.demo.partnership import PEOPLE, build_partnership, email_of
        from sentinel.foundation.clock import now
        from sentinel.insight.operations import learn_questions
        from sentinel.interfaces.gazetteer import import_gazetteer
        from sentinel.questionnaires.operations import load_content
        from sentinel.reminders.operations import load_rules

        if settings.PRODUCTION:
            raise click.ClickException("A demonstration is not built in production.")
        there = User.objects.exists()
        load_content(now=now())
        load_rules(now=now())
        learn_questions()
        import_gazetteer(source="Sentinel's list of landmarks")
        if there and if_empty:
            report({"cases": 0, "accounts": 0, "present": True}, as_json, "There is a partnership already.")
            return
        password = "-".join(secrets.choice(WORDS) for _ in range(4))
        accounts = build_partnership(now=now(), password=password)
        if not there:
            _write_accounts(
                settings.HOME / "demo-accounts.txt",
                password,
                [(n, email_of(n, c), t) for n, c, t, _ in PEOPLE],
            )
        if cases > MANY:
            from sentinel.cli.demo.bulk import load_cases

            steps = load_cases(now=now(), cases=cases, seed=seed, are_open=are_open)
        else:
            _become_app()
            from sentinel.cli.demo.engines import connect_engines
            from sentinel.cli.demo.story import tell_stories

            connect_engines(now=now())

            steps = tell_stories(now=now(), cases=cases, seed=seed) if cases else iter(())
        done = 0
        with click.progressbar(
            length=cases, label="Inventing cases", file=sys.stderr, hidden=not interactive()
        ) as bar:
            for step in steps:
                done += step
                bar.update(step)
        if 0 < cases <= MANY:
            _take_past_weeks()
        report({"cases": done, "accounts": len(accounts), "present": there}, as_json,
               f"{done} cases and {len(accounts)} accounts are there.")  # fmt: skip


def _write_accounts(path: Path, password: str, people: list[tuple[str, str, str]]) -> None:
    lines = [f"{email:<42} {name}, {title}" for name, email, title in people]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(f"Password of every demonstration account: {password}\n\n" + "\n".join(lines) + "\n")
    say(f"The demonstration accounts stand in {path.name} in the data folder.")


def _take_past_weeks() -> None:
    """Work out the weeks of which the invented cases tell, as the worker would have: from their dates, and marked as late."""
    from datetime import timedelta

    from sentinel.foundation.clock import now
    from sentinel.insight.weeks import take_weeks
    from sentinel.kernel.clock import london_date

    _become("sentinel_worker", "DATABASE_WORKER_URL")
    take_weeks(now=now(), since=london_date(now()) - timedelta(weeks=WEEKS))


def _become_app() -> None:
    """Go on over the application's role, as pages do: cases are made by operations under the row policies."""
    _become("sentinel_app", "DATABASE_URL")


def _become(role: str, variable: str) -> None:
    """Go on over another role of the database, by the address in a variable or that of the embedded server."""
    from django.db import connections

    from sentinel.foundation.embedded import dsn_of
    from sentinel.foundation.env import Environment
    from sentinel.settings import database

    url = os.environ.get(variable) or dsn_of(Environment().home, role)
    if not url:
        raise click.ClickException(f"{variable} must be set beside DATABASE_OWNER_URL for the demonstration.")
    connections["default"].close()
    connections["default"].settings_dict.update(database(url))
