"""`sentinel federated`: partners' own search engines that are asked from the box, and one of ours to try it with."""

from __future__ import annotations

import click

from sentinel.cli.base import as_json, report, say
from sentinel.cli.operator import agency_of, at_work, operator

AGENCY = click.argument("agency")


@click.group()
def command() -> None:
    """Search engines that people of AGENCY (its code) may ask at the same time as Sentinel."""


@command.command()
@AGENCY
@click.option("--name", required=True, help="What the system is called on the page.")
@click.option(
    "--to", "url", required=True, help="https://… (in a demonstration also http:// on this machine)."
)
@click.option("--limit", default=2000, show_default=True, help="Milliseconds that anybody waits for it.")
@as_json
def connect(agency: str, name: str, url: str, limit: int, as_json: bool) -> None:
    """Let people of AGENCY ask a system. Prints the secret that signs what is asked, once; connecting it anew changes it."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.federated.operations import connect as connected

        found = agency_of(agency)
        _, secret = connected(
            actor=operator(found), now=now(), agency=found, name=name, url=url, limit_ms=limit
        )
    report({"system": name, "secret": secret}, as_json, secret)


@command.command("list")
@as_json
def every(as_json: bool) -> None:
    """List the systems that are asked."""
    with at_work():
        from sentinel.interfaces.federated.models import Connection

        operator()
        rows = (
            Connection.objects.filter(stopped_at__isnull=True)
            .select_related("agency")
            .order_by("agency__code", "name")
        )
        figures = [
            {"agency": row.agency.code, "system": row.name, "to": row.url, "limit": row.limit_ms}
            for row in rows
        ]
    lines = [f"{one['agency']:<16} {one['system']:<32} {one['to']}  {one['limit']} ms" for one in figures]
    report({"systems": figures}, as_json, "\n".join(lines) or "No system is asked.")


@command.command()
@AGENCY
@click.argument("system")
def stop(agency: str, system: str) -> None:
    """Ask a system nothing more."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.federated.operations import stop as stopped

        found = agency_of(agency)
        stopped(actor=operator(found), now=now(), agency=found, name=system)
    say(f"{system} is asked nothing more.")


@command.command()
@click.option("--secret", required=True, help="The secret that connecting printed.")
@click.option("--port", default=8099, show_default=True)
@click.option("--slow", default=0.0, show_default=True, help="Seconds that it takes to answer.")
def fake(secret: str, port: int, slow: float) -> None:
    """Be a system that is asked, on this machine: it knows a few invented things and shows what it is asked."""
    from sentinel.interfaces.federated.fake import Engine, server

    say(f"Asked at http://127.0.0.1:{port}/. Stop it with Ctrl-C.")
    serving = server(Engine(secret=secret, slow=slow, said=say), port)
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        serving.server_close()
