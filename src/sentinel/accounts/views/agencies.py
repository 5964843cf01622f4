"""Agencies: one's own, and for a governance officer all of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.accounts import operations
from sentinel.accounts.administration import agency_of, areas_to_choose, every_agency, team_of
from sentinel.accounts.forms import DeskForm, InviteAdministratorForm, MergeForm, NameForm, TeamForm
from sentinel.accounts.links import base_of, password_link
from sentinel.accounts.models import User
from sentinel.accounts.operations.guards import administers
from sentinel.accounts.queries import agencies
from sentinel.accounts.tasks import mail_is_set
from sentinel.accounts.views.common import say, settle, uuid_or_none
from sentinel.foundation.clock import now
from sentinel.kernel.errors import NotFound, Refused
from sentinel.web.requests import actor_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _page(code: str) -> str:
    return reverse("agency_page", kwargs={"code": code})


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """All agencies, for a governance officer."""
    return render(request, "accounts/agencies.html", {"lines": every_agency(actor_of(request))})


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """One's own agency."""
    actor = actor_of(request)
    administers(actor)
    if not isinstance(request.user, User):
        raise NotFound
    return redirect(_page(request.user.agency.code))


@require_GET
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: names, desk, administrators, teams."""
    return render(request, "accounts/agency.html", {"one": agency_of(actor_of(request), code)})


@form_page
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Another name for an agency."""
    actor = actor_of(request)
    found = agency_of(actor, code).agency

    def act(data: dict[str, Any]) -> str:
        operations.rename_agency(
            actor=actor,
            now=now(),
            agency_id=found.pk,
            version=data["version"],
            name=data["name"],
            short_name=data["short_name"],
        )
        say(request, "The agency is renamed. What was written before keeps its date.")
        return _page(code)

    initial = {"version": found.version, "name": found.name, "short_name": found.short_name}
    form = NameForm(request.POST or None, initial=initial)
    return settle(request, form, "accounts/rename.html", {"agency": found}, act, version=found.version)


@form_page
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """Whom other agencies ring."""
    actor = actor_of(request)
    found = agency_of(actor, code).agency

    def act(data: dict[str, Any]) -> str:
        operations.set_desk(
            actor=actor,
            now=now(),
            agency_id=found.pk,
            version=data["version"],
            desk_name=data["desk_name"],
            desk_phone=data["desk_phone"],
            desk_email=data["desk_email"],
        )
        say(request, "The desk is changed.")
        return _page(code)

    initial = {
        "version": found.version,
        "desk_name": found.desk_name,
        "desk_phone": found.desk_phone,
        "desk_email": found.desk_email,
    }
    form = DeskForm(request.POST or None, initial=initial)
    return settle(request, form, "accounts/desk.html", {"agency": found}, act, version=found.version)


@form_page
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """One agency goes into another."""
    actor = actor_of(request)
    one = agency_of(actor, code)
    if not actor.may("govern"):
        raise Refused("Only a governance officer merges agencies.")
    found = one.agency

    def act(data: dict[str, Any]) -> str:
        into = operations.merge_agency(
            actor=actor,
            now=now(),
            agency_id=found.pk,
            into_id=uuid.UUID(data["into"]),
            version=data["version"],
        )
        say(request, "The merger is made. Sharing agreements are to be signed again.")
        return _page(into.code)

    others = [other for other in agencies() if other.pk != found.pk]
    form = MergeForm(request.POST or None, others=others, initial={"version": found.version})
    return settle(request, form, "accounts/merge.html", {"one": one}, act, version=found.version)


@form_page
def invite_administrator(request: HttpRequest, code: str) -> HttpResponse:
    """A local administrator for an agency, named by a governance officer."""
    actor = actor_of(request)
    actor.require("govern", "Only a governance officer names administrators of other agencies.")
    found = agency_of(actor, code).agency
    made: list[User] = []

    def act(data: dict[str, Any]) -> str:
        made.append(
            operations.invite_user(
                actor=actor,
                now=now(),
                email=data["email"],
                name=data["name"],
                roles=["local_administrator"],
                agency_id=found.pk,
                base=base_of(request),
            )
        )
        words = "The administrator is named, and a link is on its way."
        if not mail_is_set():
            words = (
                f"The administrator is named. Hand on this link: {password_link(made[0], base_of(request))}"
            )
        say(request, words)
        return _page(code)

    form = InviteAdministratorForm(request.POST or None)
    return settle(request, form, "accounts/invite_administrator.html", {"agency": found}, act)


@form_page
def new_team(request: HttpRequest) -> HttpResponse:
    """A new team of one's own agency."""
    actor = actor_of(request)
    administers(actor)

    def act(data: dict[str, Any]) -> str:
        operations.add_team(
            actor=actor,
            now=now(),
            name=data["name"],
            area_id=uuid_or_none(data["area"]),
            takes_skeletons=data["takes_skeletons"],
        )
        say(request, "The team is added.")
        return reverse("agency_own")

    form = TeamForm(request.POST or None, areas=areas_to_choose())
    return settle(request, form, "accounts/team.html", {"team": None}, act)


@form_page
def team(request: HttpRequest, team: uuid.UUID) -> HttpResponse:
    """A team of one's own agency."""
    actor = actor_of(request)
    found = team_of(actor, team)

    def act(data: dict[str, Any]) -> str:
        operations.change_team(
            actor=actor,
            now=now(),
            team_id=team,
            version=data["version"],
            name=data["name"],
            area_id=uuid_or_none(data["area"]),
            takes_skeletons=data["takes_skeletons"],
        )
        say(request, "The team is changed.")
        return reverse("agency_own")

    initial = {
        "version": found.version,
        "name": found.name,
        "area": str(found.area_id or ""),
        "takes_skeletons": found.takes_skeletons,
    }
    form = TeamForm(request.POST or None, areas=areas_to_choose(), initial=initial)
    return settle(request, form, "accounts/team.html", {"team": found}, act, version=found.version)
