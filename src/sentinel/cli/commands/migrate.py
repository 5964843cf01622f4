"""`sentinel migrate`."""

import click

from sentinel.cli.base import django_as, say


@click.command()
def command() -> None:
    """Apply migrations as the owner, then policies, grants and history triggers."""
    with django_as("owner"):
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        say("The database is up to date and every table is protected.")
