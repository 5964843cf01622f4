"""Reads about people who sign in and their agencies."""

from __future__ import annotations

import ipaddress
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from sentinel.accounts.models import Absence, Agency, PartnershipDesk, RoleHeld, Team, User
from sentinel.accounts.rules import ROLES, rights_of, roles_with
from sentinel.accounts.second_factor import has_second_factor
from sentinel.foundation.actor import NOBODY, Actor
from sentinel.foundation.compiled import compiled
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import NotFound

NOWHERE = "0.0.0.0"  # noqa: S104  stands for an address that is not known; nothing is bound to it


def address_of(request: HttpRequest) -> str:
    """The network address that a request came from; behind a trusted proxy the last hop that it names."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        found = request.META.get("HTTP_X_FORWARDED_FOR", found).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(found))
    except ValueError:
        return ""


def actor_for(user: User, *, request_id: str = "", address: str = "") -> Actor:
    """The actor that a user is, with the roles held now. No query for a user of `user_with`."""
    roles = frozenset(user.role_codes)
    return Actor(
        user_id=user.pk,
        agency_id=user.agency_id,
        team_id=user.team_id,
        regime=user.agency.regime,
        roles=roles,
        rights=rights_of(roles),
        name=user.name,
        request_id=request_id,
        address=address,
    )


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request: the signed-in user, or NOBODY with the request's id and address."""
    request_id = request.META.get("SENTINEL_REQUEST_ID", "")
    user = request.user
    if not isinstance(user, User) or not user.is_active or user.suspended_at is not None:
        return Actor(None, None, request_id=request_id, address=address_of(request)) if request_id else NOBODY
    return actor_for(user, request_id=request_id, address=address_of(request))


def partnership_desk() -> PartnershipDesk:
    """The partnership's own sharing desk; without a number or address until one is set. One query."""
    return PartnershipDesk.objects.first() or PartnershipDesk()


def user_with(user_id: uuid.UUID) -> User | None:
    """A user with agency, team and roles, by id. One query."""
    return next(iter(_user(user_id)), None)


@compiled
def _user(user: uuid.UUID) -> QuerySet[Any]:
    held = RoleHeld.objects.filter(user=OuterRef("pk"), until__isnull=True)
    return (
        User.objects.select_related("agency", "team")
        .filter(pk=user)
        .annotate(roles_held=ArraySubquery(held.values("role")))
    )


def colleagues(actor: Actor) -> list[User]:
    """The active users of the actor's agency, by name."""
    if actor.agency_id is None:
        return []
    return list(
        User.objects.filter(agency_id=actor.agency, is_active=True, suspended_at__isnull=True)
        .select_related("team")
        .order_by("name")
    )


@compiled
def agencies() -> QuerySet[Agency]:
    """Every agency that has not been merged into another, by name. One query."""
    return Agency.objects.filter(merged_into__isnull=True).order_by("name")


@kept_in_memory
def agency_choices() -> tuple[tuple[str, str], ...]:
    """The ids and short names of the same, as a form offers them."""
    return tuple((str(one.id), one.short_name) for one in agencies())


def agency_with(agency_id: uuid.UUID) -> Agency:
    """An agency by id. Raises NotFound where there is none. One query."""
    found = _agency(agency_id)
    if not found:
        raise NotFound()
    return found[0]


@compiled
def _agency(agency: uuid.UUID) -> QuerySet[Agency]:
    return Agency.objects.filter(pk=agency)


@kept_in_memory
def agency_and_teams(agency_id: uuid.UUID) -> tuple[Agency, list[Team]]:
    """An agency by id with its teams by name. Raises NotFound where there is none. No query, or one; two where it has no team.

    Kept in memory by edition (foundation/reference.py): not to be written to.
    """
    teams = _teams_and_agency(agency_id)
    return (teams[0].agency if teams else agency_with(agency_id)), teams


@compiled
def _teams_and_agency(agency: uuid.UUID) -> QuerySet[Team]:
    return Team.objects.filter(agency_id=agency).select_related("agency").order_by("name")


@compiled
def teams_in(agency: uuid.UUID) -> QuerySet[Team]:
    """The teams of an agency, by name. One query."""
    return Team.objects.filter(agency_id=agency).order_by("name")


def name_of(user: User) -> str:
    """A user's name, as libraries ask for it (a passkey's owner)."""
    return user.name


@dataclass(frozen=True)
class OwnAccount:
    """What somebody sees of their own account; `administrators` are who can change it."""

    name: str
    email: str
    agency: str
    team: str
    roles: list[str]
    second_factor: bool
    administrators: list[str]


def own_account(user: User) -> OwnAccount:
    """One's own account. Two queries beside the user."""
    administrators = User.objects.filter(
        agency_id=user.agency_id, is_active=True, roles__role="local_administrator", roles__until__isnull=True
    ).exclude(pk=user.pk)
    return OwnAccount(
        name=user.name,
        email=user.email,
        agency=user.agency.name,
        team=user.team.name if user.team else "",
        roles=[ROLES.get(code, code) for code in user.role_codes],
        second_factor=has_second_factor(user),
        administrators=list(administrators.order_by("name").values_list("name", flat=True)),
    )


def deputies_for(user: User) -> QuerySet[User]:
    """Who may stand in for somebody: active colleagues of the same agency who work on cases, by name."""
    able = RoleHeld.objects.filter(user=OuterRef("pk"), role__in=roles_with("work_case"), until__isnull=True)
    return User.objects.filter(Exists(able), agency_id=user.agency_id, is_active=True).exclude(pk=user.pk)


def absences_of(user: User, today: date) -> list[Absence]:
    """When somebody is away today and later, soonest first, each with the deputy. One query."""
    rows = user.absences.filter(ended_at__isnull=True, last_day__gte=today)
    return list(rows.select_related("deputy").order_by("first_day"))
