"""`sentinel worker`."""

import click

from sentinel.cli.base import django_as


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
def command(concurrency: int) -> None:
    """Run background jobs until stopped: messages, the seal, sweeps. Any number may run beside each other."""
    with django_as("worker"):
        from sentinel.foundation.worker import run_worker

        run_worker(concurrency=concurrency)
