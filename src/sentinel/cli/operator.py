"""Whoever runs the server as an actor: what `sentinel user` and `sentinel agency` act as."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sentinel.cli.base import django_as
from sentinel.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from sentinel.accounts.models import Agency, Team, User
    from sentinel.foundation.actor import Actor

NO_AGENCY = "There is no agency yet. Add the first: sentinel agency add --help"


@contextmanager
def at_work() -> Iterator[None]:
    """Django in the application's role and one transaction around what is done: all of it stands, or nothing."""
    with django_as("web"):
        from django.db import transaction

        with transaction.atomic():
            yield


def operator(agency: Agency | None = None) -> Actor:
    """The actor, for one agency or none, stated to the database. The audit shows it as "Command line" (`how`)."""
    from sentinel.accounts.rules import OPERATOR
    from sentinel.foundation.actor import Actor, state_actor

    found = Actor(
        user_id=None,
        agency_id=agency.pk if agency else None,
        regime=agency.regime if agency else "",
        rights=OPERATOR,
        name="Whoever runs Sentinel",
        reason=how(),
    )
    state_actor(found)
    return found


def how() -> str:
    """The reason that the audit keeps of what is done here: the command line, and the machine's account it was done with
    (behind sudo that of whoever became another)."""
    from sentinel.foundation.actor import COMMAND_LINE

    try:
        account = os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # an account of a container that has a number and no name
        account = str(os.getuid())
    return f"{COMMAND_LINE}, account {account[:60]}"


def agency_of(code: str) -> Agency:
    """The agency with this code. Raises NotFound, naming those that there are."""
    from sentinel.accounts.models import Agency

    rows = Agency.objects.filter(merged_into__isnull=True)
    found = rows.filter(code=code).first()
    if found is None:
        codes = ", ".join(rows.order_by("code").values_list("code", flat=True))
        raise NotFound(f"There is no agency {code}. There are: {codes}." if codes else NO_AGENCY)
    return found


def team_of(agency: Agency, name: str) -> Team:
    """A team of an agency by its name, whatever its case. Raises NotFound, naming those that there are."""
    found = agency.teams.filter(name__iexact=name).first()
    if found is None:
        names = ", ".join(agency.teams.order_by("name").values_list("name", flat=True))
        raise NotFound(f"The agency has no team {name}. Its teams: {names or 'none yet'}.")
    return found


def user_of(email: str) -> User:
    """The account with this address, whatever its case. Raises NotFound."""
    from sentinel.accounts.models import User

    rows = User.objects.select_related("agency", "team").prefetch_related("roles")
    found = rows.filter(email__iexact=email.strip()).first()
    if found is None:
        raise NotFound(f"There is no account with the address {email}. See them all: sentinel user list")
    return found


def checked_roles(roles: tuple[str, ...]) -> set[str]:
    """Roles as they were typed. Raises Invalid for one that does not exist, naming those that do."""
    from sentinel.accounts.rules import ROLES

    unknown = sorted(set(roles) - ROLES.keys())
    if unknown:
        raise Invalid(f"There is no role {unknown[0]}. There are: {', '.join(ROLES)}.")
    return set(roles)


def base_address() -> str:
    """Scheme and host that a link begins with: the first host name served."""
    from django.conf import settings

    from sentinel.foundation.env import Environment

    environment = Environment()
    host = (environment.items("SENTINEL_HOSTS") or ["localhost"])[0]
    return f"https://{host}" if settings.PRODUCTION else f"http://{host}:{environment.text('PORT')}"
