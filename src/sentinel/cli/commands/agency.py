"""`sentinel agency`: the agencies of the partnership, and the first of them."""

from __future__ import annotations

import click

from sentinel.accounts.rules import AGENCY_KINDS
from sentinel.cli.base import as_json, report
from sentinel.cli.operator import at_work, operator


@click.group()
def command() -> None:
    """The agencies of the partnership. A governance officer adds and changes them in the pages as well."""


@command.command()
@click.argument("code")
@click.option("--name", required=True, help="Its full name.")
@click.option("--short-name", help="As it stands in lists; unset: the full name.")
@click.option(
    "--kind", required=True, type=click.Choice(list(AGENCY_KINDS)), help="What kind of agency it is."
)
@click.option("--statutory/--not-statutory", default=True, show_default=True, help="Bound by statute or not.")
@click.option("--desk", help="The desk that other agencies ring; unset: its sharing desk.")
@click.option("--phone", required=True, help="Telephone number of that desk.")
@click.option(
    "--name-gives-away",
    is_flag=True,
    help="Its name alone tells something (a treatment service): withheld from who "
    "may not read. Always so of youth justice.",
)
@as_json
def add(
    code: str,
    name: str,
    short_name: str | None,
    kind: str,
    statutory: bool,
    desk: str | None,
    phone: str,
    name_gives_away: bool,
    as_json: bool,
) -> None:
    """Add an agency. CODE stands in addresses and settings: small letters, figures and hyphens."""
    with at_work():
        from sentinel.accounts.operations import add_agency
        from sentinel.foundation.clock import now

        short = short_name or name[:40]
        agency = add_agency(
            actor=operator(),
            now=now(),
            code=code,
            name=name,
            short_name=short,
            kind=kind,
            statutory=statutory,
            desk_name=desk or f"{short} sharing desk"[:80],
            desk_phone=phone,
            names_give_away=name_gives_away,
        )
        figures = {
            "code": agency.code,
            "name": agency.name,
            "kind": agency.kind,
            "statutory": agency.statutory,
            "names_give_away": agency.names_give_away,
        }
    report(
        figures,
        as_json,
        f"{agency.name} is added. Invite its administrator: sentinel user create NAME@HOST --name NAME"
        f" --agency {agency.code} --role local_administrator",
    )


@command.command("list")
@as_json
def every(as_json: bool) -> None:
    """List the agencies with their codes, and how many active accounts each has."""
    with at_work():
        from django.db.models import Count, Q

        from sentinel.accounts.models import Agency
        from sentinel.cli.operator import NO_AGENCY

        operator()
        people = Count("users", filter=Q(users__is_active=True))
        rows = list(Agency.objects.filter(merged_into__isnull=True).annotate(people=people).order_by("code"))
        figures = [
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "statutory": row.statutory,
                "users": row.people,
            }
            for row in rows
        ]
        lines = [f"{row.code:<24} {row.people:>5}  {row.name}" for row in rows]
    report({"agencies": figures}, as_json, "\n".join(lines) or NO_AGENCY)
