"""Inviting, changing, suspending and resetting the users of one's own agency (R170, R171)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from sentinel.accounts import tasks
from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.models import Agency, Duty, RoleHeld, User
from sentinel.accounts.operations.guards import (
    administers,
    an_administrator_stays,
    not_oneself,
    own_agency,
    own_team,
    own_user,
)
from sentinel.accounts.rules import may_appoint, why_not
from sentinel.accounts.sessions import end_sessions_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.kernel.names import check_name

IN_USE = "There is an account with this address. If somebody has come to you from another agency, ask the governance officer."


def _checked_email(email: str) -> str:
    found = email.strip().lower()
    try:
        validate_email(found)
    except ValidationError:
        raise Invalid.of("email", "Type an address like name@agency.gov.uk.") from None
    if len(found) > 254:
        raise Invalid.of("email", "An address may have 254 characters at most.")
    if User.objects.filter(email__iexact=found).exists():
        raise Invalid.of("email", IN_USE)
    return found


def _checked_name(name: str) -> str:
    try:
        found = check_name(name)
    except Invalid as error:
        raise error.under("name") from None
    if len(found) > 120:
        raise Invalid.of("name", "A name may have 120 characters at most.")
    return found


def _hold(user: User, roles: Iterable[str], *, actor: Actor, now: datetime) -> None:
    RoleHeld.objects.bulk_create(
        RoleHeld(user=user, role=role, since=now, granted_by_id=actor.user_id) for role in sorted(set(roles))
    )


@transaction.atomic
def invite_user(
    *,
    actor: Actor,
    now: datetime,
    email: str,
    name: str,
    roles: Iterable[str],
    base: str,
    team_id: uuid.UUID | None = None,
    job_title: str = "",
    agency_id: uuid.UUID | None = None,
) -> User:
    """Make an account without a password and have a one-time link sent to its address.

    `base` is scheme and host of the link. `agency_id` is for a governance officer who names a local administrator of
    another agency. Raises Refused, Invalid (email, name, roles) or NotFound (team, agency).
    """
    wanted = set(roles)
    if agency_id is not None and (agency_id != actor.agency_id or not actor.may("administer_agency")):
        if not wanted or not all(may_appoint(actor.rights, role) for role in wanted):
            raise Refused("A governance officer names local administrators, and gives no other role.")
        agency = Agency.objects.filter(pk=agency_id, merged_into__isnull=True).first()
        team = None
    else:
        administers(actor)
        agency = own_agency(actor)
        team = own_team(actor, team_id)
        refused = why_not((), wanted, rights=actor.rights, own=False)
        if refused:
            raise Invalid.of("roles", refused)
    if agency is None:
        raise NotFound
    user = User.objects.create_user(
        _checked_email(email),
        None,
        name=_checked_name(name),
        agency=agency,
        team=team,
        job_title=job_title.strip()[:80],
        invited_at=now,
        invited_by_id=actor.user_id,
    )
    _hold(user, wanted, actor=actor, now=now)
    defer(tasks.mail_link, user_id=str(user.pk), why="invitation", base=base)
    event = AccountEvent("user_invited", "user", user.pk, {"roles": sorted(wanted), "agency": str(agency.pk)})
    raise_account_event(event, actor=actor, now=now)
    return user


@transaction.atomic
def change_user(
    *,
    actor: Actor,
    now: datetime,
    user_id: uuid.UUID,
    version: int | None,
    name: str,
    job_title: str,
    team_id: uuid.UUID | None,
) -> User:
    """Change what somebody is called and where they work. Raises Refused, NotFound, Conflict or Invalid (name)."""
    user = own_user(actor, user_id, version)
    user.name = _checked_name(name)
    user.job_title = job_title.strip()[:80]
    before, user.team = user.team_id, own_team(actor, team_id)
    user.version += 1
    user.save(update_fields=["name", "job_title", "team", "version"])
    detail: dict[str, object] = {}
    if before != user.team_id:
        detail = {"team_before": str(before or ""), "team": str(user.team_id or "")}
    raise_account_event(AccountEvent("user_changed", "user", user.pk, detail), actor=actor, now=now)
    return user


@transaction.atomic
def set_roles(
    *, actor: Actor, now: datetime, user_id: uuid.UUID, version: int | None, roles: Iterable[str]
) -> User:
    """Make these the roles that somebody holds from now on. What was held before stays as history.

    Raises Refused, NotFound, Conflict, or Invalid (roles) for a role that one may not give, for one's own elevation,
    and where the agency would be left without a local administrator.
    """
    user = own_user(actor, user_id, version)
    had, wanted = set(user.role_codes), set(roles)
    refused = why_not(had, wanted, rights=actor.rights, own=user.pk == actor.user_id)
    if refused:
        raise Invalid.of("roles", refused)
    if "local_administrator" in had - wanted:
        an_administrator_stays(user, field="roles")
    RoleHeld.objects.filter(user=user, role__in=had - wanted, until__isnull=True).update(until=now)
    _hold(user, wanted - had, actor=actor, now=now)
    user.version += 1
    user.save(update_fields=["version"])
    detail: dict[str, object] = {"given": sorted(wanted - had), "taken": sorted(had - wanted)}
    raise_account_event(AccountEvent("roles_changed", "user", user.pk, detail), actor=actor, now=now)
    return user


@transaction.atomic
def suspend_user(*, actor: Actor, now: datetime, user_id: uuid.UUID, version: int | None) -> User:
    """Close an account: every session ends at once, and nobody is told to ring somebody who is not there (duties end).

    Nothing is deleted. Raises Refused, NotFound, Conflict, or Invalid for the last local administrator.
    """
    user = own_user(actor, user_id, version)
    not_oneself(actor, user, "You cannot suspend yourself. Ask another administrator.")
    if user.suspended_at is not None:
        raise Invalid("This account is suspended already.")
    an_administrator_stays(user)
    user.is_active, user.suspended_at = False, now
    user.version += 1
    user.save(update_fields=["is_active", "suspended_at", "version"])
    ended = end_sessions_of(user.pk)
    duties = Duty.objects.filter(user=user, until__isnull=True).update(until=now)
    detail: dict[str, object] = {"sessions_ended": ended, "duties_ended": duties}
    raise_account_event(AccountEvent("user_suspended", "user", user.pk, detail), actor=actor, now=now)
    return user


@transaction.atomic
def restore_user(*, actor: Actor, now: datetime, user_id: uuid.UUID, version: int | None) -> User:
    """Open a suspended account again, with the roles that it held; duties are given anew. Raises as suspend_user."""
    user = own_user(actor, user_id, version)
    if user.suspended_at is None:
        raise Invalid("This account is not suspended.")
    user.is_active, user.suspended_at = True, None
    user.version += 1
    user.save(update_fields=["is_active", "suspended_at", "version"])
    raise_account_event(AccountEvent("user_restored", "user", user.pk), actor=actor, now=now)
    return user


@transaction.atomic
def reset_user(
    *,
    actor: Actor,
    now: datetime,
    user_id: uuid.UUID,
    version: int | None,
    base: str,
    remove_second_factor: bool = False,
) -> User:
    """End a password and every session, and have a link sent; on request take the second steps off as well.

    Also sends an invitation again. Raises Refused (one's own account), NotFound, Conflict, or Invalid (suspended).
    """
    user = own_user(actor, user_id, version)
    not_oneself(actor, user, "Change your own password under Your account.")
    if not user.is_active:
        raise Invalid("This account is suspended. Restore it first.")
    why = "invitation" if user.last_login is None else "reset"
    user.set_unusable_password()
    user.version += 1
    user.save(update_fields=["password", "version"])
    end_sessions_of(user.pk)
    taken = 0
    if remove_second_factor:
        taken, _ = Authenticator.objects.filter(user=user).delete()
    defer(tasks.mail_link, user_id=str(user.pk), why=why, base=base)
    detail: dict[str, object] = {"second_steps_taken_off": taken}
    raise_account_event(AccountEvent("user_reset", "user", user.pk, detail), actor=actor, now=now)
    return user
