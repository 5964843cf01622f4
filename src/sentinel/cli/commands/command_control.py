"""`sentinel command-control`: systems that ask for markers or are sent them, and one of ours to try both with."""

from __future__ import annotations

from pathlib import Path

import click

from sentinel.cli.base import as_json, report, say
from sentinel.cli.operator import agency_of, at_work, operator

FORCE = click.argument("force")
SYSTEM = click.argument("system")


@click.group()
def command() -> None:
    """Markers for a command and control system. FORCE is the code of a police force, SYSTEM the name of one of its systems."""


@command.command()
@FORCE
@click.option("--name", required=True, help="Which system it is, as it stands in the audit.")
@click.option(
    "--confirm",
    is_flag=True,
    help="State that the force's control room wants this system. Else somebody there confirms it first.",
)
@as_json
def connect(force: str, name: str, confirm: bool, as_json: bool) -> None:
    """Give a system of FORCE a key, which gives nothing until it is confirmed and ends after a year. It is printed once and kept
    nowhere."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.command_control.operations import confirm_client, issue_client

        actor = operator(agency_of(force))
        issued = issue_client(actor=actor, now=now(), name=name)
        if confirm:
            confirm_client(actor=actor, now=now(), client_id=issued.client.pk)
        figures = {"system": issued.client.name, "id": str(issued.client.id), "key": issued.key}
    report(figures, as_json, issued.key)


@command.command("confirm")
@FORCE
@SYSTEM
def confirm_system(force: str, system: str) -> None:
    """State that the force's control room wants a system: from then on its key gives what the control room has accepted."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.command_control.connections import client_called
        from sentinel.interfaces.command_control.operations import confirm_client

        agency = agency_of(force)
        confirm_client(actor=operator(agency), now=now(), client_id=client_called(agency, system).pk)
    say(f"The key of {system} is confirmed.")


@command.command("list")
@as_json
def every(as_json: bool) -> None:
    """List the systems of every force, and how each push fares."""
    with at_work():
        from sentinel.interfaces.command_control.models import Client

        operator()
        rows = Client.objects.filter(revoked_at__isnull=True).select_related("agency", "use", "push__state")
        figures, lines = [], []
        for row in rows.order_by("agency__code", "name"):
            push = getattr(row, "push", None)
            sent = push.url if push and push.stopped_at is None else None
            why = push.state.why if push and sent else ""
            last = getattr(row, "use", None)
            figures.append({"force": row.agency.code, "system": row.name, "asked": last and last.last_at,
                            "sent_to": sent, "failing": why})  # fmt: skip
            lines.append(f"{row.agency.code:<16} {row.name:<32} {sent or 'is sent nothing'}  {why}".rstrip())
    report({"systems": figures}, as_json, "\n".join(lines) or "No system is connected.")


@command.command()
@FORCE
@SYSTEM
def revoke(force: str, system: str) -> None:
    """End the key of a system: from its next request on it is given nothing, and nothing is sent to it."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.command_control.connections import client_called
        from sentinel.interfaces.command_control.operations import revoke_client

        agency = agency_of(force)
        found = client_called(agency, system)
        revoke_client(actor=operator(agency), now=now(), client_id=found.pk)
    say(f"The key of {system} is revoked.")


@command.command()
@FORCE
@SYSTEM
@click.option(
    "--to",
    "url",
    help="https://… (in a demonstration also http:// on this machine). Unset: it is sent nothing more.",
)
@as_json
def push(force: str, system: str, url: str | None, as_json: bool) -> None:
    """Send a system its markers as well, or stop that. Prints the secret that signs them, once; setting it anew changes it."""
    with at_work():
        from sentinel.foundation.clock import now
        from sentinel.interfaces.command_control.connections import client_called
        from sentinel.interfaces.command_control.pushing import set_push, stop_push

        agency = agency_of(force)
        client, actor = client_called(agency, system), operator(agency)
        if url is None:
            stop_push(actor=actor, now=now(), client=client)
            secret = ""
        else:
            _, secret = set_push(actor=actor, now=now(), client=client, url=url)
    report({"sent_to": url, "secret": secret}, as_json, secret or "Nothing is sent to it any more.")


@command.command("try")
@click.option("--url", default="http://localhost:8000", show_default=True, help="Where Sentinel answers.")
@click.option(
    "--key",
    required=True,
    help="The key of a connected system.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that remembers the token from run to run.",
)
@click.option("--repeat", is_flag=True, help="Ask twice with the same token and compare.")
@click.option("--lie", is_flag=True, help="Ask with a token that was altered.")
@click.option("--flood", type=click.IntRange(1, 500), help="Ask so many times without waiting.")
@as_json
def try_it(
    url: str, key: str, state: Path | None, repeat: bool, lie: bool, flood: int | None, as_json: bool
) -> None:
    """Be a command and control system: ask for what is new and show what is shown. Leave a day between two runs with --state and it
    catches up."""
    from sentinel.interfaces.command_control.fake import consumer as other_side

    consumer = other_side.Consumer(url, key, ask=other_side.ask_by_http)
    if state is not None:
        consumer.recall(state)
    before = consumer.token
    try:
        changed = consumer.catch_up()
        if repeat:
            first, second = (consumer.read(consumer.fetch(before))["entries"] for _ in range(2))
            say("The same twice." if first == second else "Not the same: something changed in between.")
        if lie:
            answer = consumer.lie()
            say(f"{answer.status} {answer.body.decode(errors='replace')}")
        if flood:
            answers = consumer.flood(flood)
            refused = [one for one in answers if one.status == 429]
            wait = refused[-1].headers["retry-after"] if refused else "0"
            say(f"{len(answers) - len(refused)} answered, {len(refused)} told to wait, {wait} seconds.")
    except other_side.Refused as error:
        raise click.ClickException(str(error)) from error
    if state is not None:
        consumer.remember(state)
    lines = [
        f"{one['reference']}  {one['kind']}  {one['who']}  {one['where']}  review {one['review_on']}"
        for one in consumer.shown.values()
    ]
    words = "\n".join(lines) or "Nothing is shown."
    report({"changed": changed, "shown": list(consumer.shown.values())}, as_json, words)


@command.command()
@click.option("--port", default=8099, show_default=True, help="The port, on this machine alone.")
@click.option(
    "--secret",
    required=True,
    help="What `push --to` printed.",
)
@click.option(
    "--out-of-order", is_flag=True, help="Answer 503 to everything, as a system that is out of order."
)
def receive(port: int, secret: str, out_of_order: bool) -> None:
    """Be a system that is sent markers: show what comes, signed, until Ctrl-C."""
    from sentinel.interfaces.command_control.fake.receiver import Receiver, server

    listening = server(Receiver(secret, out=out_of_order, said=click.echo), port)
    say(f"Listening on http://localhost:{port}/")
    try:
        listening.serve_forever()
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        listening.server_close()
