"""`sentinel agreement`: what agencies have signed that others may know or read of their new records."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.base import as_json, report
from sentinel.cli.operator import agency_of, at_work, operator

if TYPE_CHECKING:
    from sentinel.access.models import Agreement

DAY = click.DateTime(formats=["%Y-%m-%d"])
OWNER = click.argument("owner")
OTHER = click.argument("other")
KIND = click.option(
    "--of",
    "kind",
    type=click.Choice(["case", "report"]),
    default="case",
    show_default=True,
    help="Of what records.",
)


@click.group()
def command() -> None:
    """Sharing agreements between agencies. Without one, nobody but the owner and who is involved sees anything."""


def _figures(row: Agreement) -> dict[str, Any]:
    return {
        "owner": row.owner.code,
        "other": row.other.code,
        "of": row.get_record_kind_display().lower(),
        "may": row.get_rung_display().lower(),
        "break_glass_roles": row.break_glass_roles,
        "silent_kinds": row.silent_kinds,
        "legal_basis": row.legal_basis,
        "source": row.source,
        "from": row.effective_from.isoformat(),
        "until": row.effective_until.isoformat() if row.effective_until else None,
    }


def _words(row: Agreement) -> str:
    until = f" to {row.effective_until:%Y-%m-%d}" if row.effective_until else ""
    emergency = f"; in an emergency: {', '.join(row.break_glass_roles)}" if row.break_glass_roles else ""
    silent = f"; also of {', '.join(row.silent_kinds)}" if row.silent_kinds else ""
    one = _figures(row)
    return f"{one['owner']}, of each {one['of']}: {one['other']} {one['may']}, from {one['from']}{until}{emergency}{silent}"


@command.command()
@OWNER
@OTHER
@KIND
@click.option("--may", type=click.Choice(["know", "read", "write"]), required=True,
              help="know: that something is known, and whom to ring.")  # fmt: skip
@click.option("--emergency-role", "roles", multiple=True,
              help="A role of OTHER that may break glass where it may only know; may be given several times.")  # fmt: skip
@click.option("--silent-kind", "silent_kinds", multiple=True,
              help="A kind of record of which OTHER may know as well: marac, intelligence, treatment or youth_justice; may be given"
                   " several times. Without it nobody is told of these.")  # fmt: skip
@click.option("--legal-basis", required=True, help='In law, as "Crime and Disorder Act 1998 s.115".')
@click.option("--source", required=True, help="The paper that both have signed, and where it lies.")
@click.option("--from", "first", type=DAY, required=True, help="Its first day, as 2026-07-01.")
@click.option("--until", "last", type=DAY, help="Its last day; unset: until it is ended.")
@as_json
def add(
    owner: str,
    other: str,
    kind: str,
    may: str,
    roles: tuple[str, ...],
    silent_kinds: tuple[str, ...],
    legal_basis: str,
    source: str,
    first: datetime,
    last: datetime | None,
    as_json: bool,
) -> None:
    """Enter what OWNER lets OTHER see of each record that it opens from then on (codes of agencies).

    One direction alone: OTHER's own records need another. Records that are there already stay as they are.
    """
    with at_work():
        from sentinel.access.agreements import enter_agreement
        from sentinel.access.models import Kind, Rung

        found = agency_of(owner)
        made = enter_agreement(
            actor=operator(found),
            owner=found,
            other=agency_of(other),
            kind=Kind[kind.upper()],
            rung={"know": Rung.SUMMARY, "read": Rung.READ, "write": Rung.WRITE}[may],
            legal_basis=legal_basis,
            source=source,
            effective_from=first.date(),
            effective_until=last.date() if last else None,
            break_glass_roles=roles,
            silent_kinds=silent_kinds,
        )
        figures, words = _figures(made), _words(made)
    report(figures, as_json, words)


@command.command()
@OWNER
@OTHER
@KIND
@click.option("--last-day", type=DAY, help="Its last day, as 2026-07-01; unset: today.")
@as_json
def end(owner: str, other: str, kind: str, last_day: datetime | None, as_json: bool) -> None:
    """End what OWNER has agreed with OTHER. What is shared already stays until OWNER ends it, record by record."""
    with at_work():
        from sentinel.access.agreements import end_agreements
        from sentinel.access.models import Kind
        from sentinel.foundation.clock import now
        from sentinel.kernel.clock import london_date

        found, moment = agency_of(owner), now()
        rows = end_agreements(
            actor=operator(found),
            now=moment,
            owner=found,
            other=agency_of(other),
            kind=Kind[kind.upper()],
            last_day=last_day.date() if last_day else london_date(moment),
        )
        figures, words = [_figures(row) for row in rows], [_words(row) for row in rows]
    report({"ended": figures}, as_json, "\n".join(words))


@command.command("list")
@click.option("--owner", help="Only of this agency's records (its code).")
@click.option("--other", help="Only what this agency may (its code).")
@as_json
def every(owner: str | None, other: str | None, as_json: bool) -> None:
    """List all agreements, also those that have ended."""
    with at_work():
        from sentinel.access.agreements import agreements_between

        operator()
        rows = agreements_between(agency_of(owner) if owner else None, agency_of(other) if other else None)
        figures, words = [_figures(row) for row in rows], [_words(row) for row in rows]
    report({"agreements": figures}, as_json, "\n".join(words) or "There is no agreement.")
