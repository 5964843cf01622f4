"""`sentinel user`: accounts from the command line. The first administrator of a partnership is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sentinel.cli.base import as_json, report, say
from sentinel.cli.operator import agency_of, at_work, base_address, checked_roles, operator, team_of, user_of
from sentinel.kernel.errors import Invalid

if TYPE_CHECKING:
    from sentinel.accounts.models import User

EMAIL = click.argument("email")
ROLE = click.option("--role", "roles", multiple=True, help="A role to hold; may be given several times.")
STATES = ("active", "invited", "suspended")
LINK_WORDS = "Hand this link on to them alone. It works once, for three days:"


@click.group()
def command() -> None:
    """Accounts: who signs in. Local administrators do the same in the pages, for their own agency."""


def _figures(user: User) -> dict[str, Any]:
    from sentinel.accounts.administration import state_of

    return {
        "email": user.email,
        "name": user.name,
        "agency": user.agency.code,
        "team": user.team.name if user.team else "",
        "roles": user.role_codes,
        "state": state_of(user),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
    }


def _report(user: User, as_json: bool, words: str, **more: Any) -> None:
    report({**_figures(user), **more}, as_json, words)


@command.command()
@EMAIL
@click.option("--name", required=True, help="The person's name.")
@click.option("--agency", required=True, help="Code of the agency; sentinel agency list shows them.")
@ROLE
@click.option("--team", help="Name of a team of that agency.")
@click.option("--job-title", default="", help="What they are at work.")
@as_json
def create(
    email: str,
    name: str,
    agency: str,
    roles: tuple[str, ...],
    team: str | None,
    job_title: str,
    as_json: bool,
) -> None:
    """Make an account and print the link with which EMAIL sets a password. Also gives roles that no page gives.

    The link is mailed too where a mail server is set. Example, the first administrator of a partnership:

    sentinel user create jo@council.example --name "Jo Bell" --agency council --role local_administrator
    """
    with at_work():
        from sentinel.accounts.links import password_link
        from sentinel.accounts.operations import invite_user
        from sentinel.foundation.clock import now

        found = agency_of(agency)
        wanted = checked_roles(roles)
        if not wanted:
            raise Invalid("Give at least one --role: without one an account can do nothing.")
        base = base_address()
        made = invite_user(
            actor=operator(found),
            now=now(),
            email=email,
            name=name,
            roles=wanted,
            base=base,
            team_id=team_of(found, team).pk if team else None,
            job_title=job_title,
        )
        user, link = user_of(made.email), password_link(made, base)
        _report(user, as_json, f"{user.email} is made. {LINK_WORDS}\n{link}", link=link)


@command.command("list")
@click.option("--agency", help="Only of this agency (its code).")
@click.option("--state", type=click.Choice(STATES), help="Only in this state.")
@click.option("--role", help="Only who holds this role.")
@as_json
def every(agency: str | None, state: str | None, role: str | None, as_json: bool) -> None:
    """List accounts with their roles, their state and when each last signed in."""
    with at_work():
        from sentinel.accounts.administration import state_of
        from sentinel.accounts.models import User

        operator()
        rows = User.objects.select_related("agency", "team").prefetch_related("roles").order_by("email")
        if agency:
            rows = rows.filter(agency=agency_of(agency))
        if role:
            (only,) = checked_roles((role,))
            rows = rows.filter(roles__role=only, roles__until__isnull=True)
        users = [user for user in rows if state is None or state_of(user) == state]
        lines = [
            f"{user.email:<42} {state_of(user):<10} {user.agency.code:<20} {', '.join(user.role_codes) or 'no role'}"
            for user in users
        ]
        figures = [_figures(user) for user in users]
    report({"users": figures}, as_json, "\n".join(lines) or "No account fits.")


@command.command()
@EMAIL
@as_json
def suspend(email: str, as_json: bool) -> None:
    """Suspend EMAIL: every session ends with its next request, and nobody signs in with it."""
    with at_work():
        from sentinel.accounts.operations import suspend_user
        from sentinel.foundation.clock import now

        found = user_of(email)
        suspend_user(actor=operator(found.agency), now=now(), user_id=found.pk, version=None)
        _report(user_of(email), as_json, f"{found.email} is suspended, and its sessions are ended.")


@command.command()
@EMAIL
@as_json
def restore(email: str, as_json: bool) -> None:
    """Open a suspended account again, with the roles that it held."""
    with at_work():
        from sentinel.accounts.operations import restore_user
        from sentinel.foundation.clock import now

        found = user_of(email)
        restore_user(actor=operator(found.agency), now=now(), user_id=found.pk, version=None)
        _report(user_of(email), as_json, f"{found.email} is open again.")


@command.command("reset-link")
@EMAIL
@click.option("--remove-second-factor", is_flag=True, help="Take their second steps off as well.")
@as_json
def reset_link(email: str, remove_second_factor: bool, as_json: bool) -> None:
    """End the password and the sessions of EMAIL, and print the link that sets a new one (mailed too, where mail is set)."""
    with at_work():
        from sentinel.accounts.links import password_link
        from sentinel.accounts.operations import reset_user
        from sentinel.foundation.clock import now

        found, base = user_of(email), base_address()
        reset_user(
            actor=operator(found.agency),
            now=now(),
            user_id=found.pk,
            version=None,
            base=base,
            remove_second_factor=remove_second_factor,
        )
        user = user_of(email)
        link = password_link(user, base)
        _report(user, as_json, f"The password of {user.email} is ended. {LINK_WORDS}\n{link}", link=link)


@command.command()
@EMAIL
@click.option("--give", multiple=True, help="A role to give; may be repeated.")
@click.option("--take", multiple=True, help="A role to take; may be repeated.")
@as_json
def roles(email: str, give: tuple[str, ...], take: tuple[str, ...], as_json: bool) -> None:
    """Show the roles of EMAIL, or give and take some. Auditor and governance officer are given only here."""
    with at_work():
        from sentinel.accounts.operations import set_roles
        from sentinel.accounts.rules import ROLES
        from sentinel.foundation.clock import now

        found = user_of(email)
        given, taken = checked_roles(give), checked_roles(take)
        held = set(found.role_codes)
        if given & taken:
            raise Invalid(f"The role {min(given & taken)} cannot be given and taken at once.")
        for role in sorted(taken - held):
            say(f"{found.email} does not hold {role}.")
        if (held | given) - taken != held:
            set_roles(
                actor=operator(found.agency),
                now=now(),
                user_id=found.pk,
                version=None,
                roles=(held | given) - taken,
            )
        user = user_of(email)
        names = ", ".join(ROLES.get(code, code) for code in user.role_codes)
        _report(user, as_json, f"{user.email}: {names or 'no role'}")
