"""The `sentinel` command. Each sub-command is a module of `cli.commands` with a click command named `command`."""

from __future__ import annotations

import importlib
from typing import Any

import click

from sentinel.kernel.errors import SentinelError

COMMANDS = {
    "agency": "Add and list the agencies of the partnership",
    "agreement": "Enter, end and list what agencies have signed that others may see",
    "audit": "Verify the seal of the audit, seal what waits",
    "check": "Check settings, migrations and protection",
    "command-control": "Connect command and control systems, and be one to try it",
    "federated": "Connect partners' own search engines to the box, and be one to try it",
    "demo": "Build the invented partnership and its cases",
    "import": "Read open data: police incidents, boundaries, postcodes, lookups",
    "match": "Compare all persons with all others, or measure on a labelled file how well",
    "migrate": "Bring the database up to date and protect every table",
    "prepare": "Load question sets and local rules; with --password also the demonstration accounts",
    "run": "Start the database, the web server and a worker",
    "user": "Make, list, suspend and reset the accounts that sign in, and give roles",
    "worker": "Run background work",
}


class Lazy(click.Group):
    """Loads a sub-command only when it is asked for, so that help is quick and needs no database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(
            f"sentinel.cli.commands.{cmd_name.replace('import', 'imports').replace('-', '_')}"
        )
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list with one line each, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a domain error becomes one plain line on standard error and exit code 1."""
        try:
            return super().invoke(ctx)
        except SentinelError as error:
            raise click.ClickException(error.message) from error


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="sentinel")
def main() -> None:
    """Sentinel: one shared case file for anti-social behaviour.

    Settings come from the environment: docs/operations.md lists them. Start with `sentinel run`.
    """


__all__ = ["main"]
