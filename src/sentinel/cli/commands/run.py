"""`sentinel run`: everything under one supervisor."""

import sys

import click

from sentinel.foundation.env import Environment


@click.command()
def command() -> None:
    """Start the database (unless DATABASE_URL names one), the web server and one worker. Ctrl-C stops them."""
    from sentinel.deploy import run

    environment = Environment()
    sys.exit(run(environment.home, int(environment.text("PORT"))))
