"""Agencies: one's own, and for a governance officer all of them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.accounts import operations
from sentinel.accounts.administration import agency_of, areas_to_choose, districts, every_agency, team_of
from sentinel.accounts.forms import (
    AgencyForm,
    AreasForm,
    DeskForm,
    InviteAdministratorForm,
    MergeForm,
    NameForm,
    TeamForm,
)
from sentinel.accounts.links import base_of
from sentinel.accounts.models import User
from sentinel.accounts.operations.guards import administers
from sentinel.accounts.queries import agencies, partnership_desk
from sentinel.accounts.views.common import keep_link, link_to_show, on_its_way, say, settle, uuid_or_none
from sentinel.foundation.clock import now
from sentinel.kernel.errors import NotFound, Refused
from sentinel.web.requests import actor_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _page(code: str) -> str:
    return reverse("agency_page", kwargs={"code": code})


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """All agencies, for a governance officer."""
    lines = every_agency(actor_of(request))
    return render(request, "accounts/agencies.html", {"lines": lines, "desk": partnership_desk()})


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
    one = agency_of(actor_of(request), code)
    waiting = [user for user in one.administrators if user.last_login is None]
    link = next(filter(None, (link_to_show(request, user) for user in waiting)), "")
    return render(request, "accounts/agency.html", {"one": one, "link": link})


@form_page
def new_agency(request: HttpRequest) -> HttpResponse:
    """A new agency, for a governance officer."""
    actor = actor_of(request)
    actor.require("govern", "Only a governance officer adds agencies.")

    def act(data: dict[str, Any]) -> str:
        made = operations.add_agency(actor=actor, now=now(), **data)
        say(request, "The agency is added. Now name its local administrator, who invites the rest.")
        return _page(made.code)

    return settle(request, AgencyForm(request.POST or None), "accounts/agency_new.html", {}, act)


@form_page
def areas(request: HttpRequest, code: str) -> HttpResponse:
    """Where an agency works, for a governance officer."""
    actor = actor_of(request)
    actor.require("govern", "Only a governance officer says where an agency works.")
    one = agency_of(actor, code)
    found = one.agency

    def act(data: dict[str, Any]) -> str:
        operations.set_areas(
            actor=actor,
            now=now(),
            agency_id=found.pk,
            version=data["version"],
            area_ids=[uuid.UUID(area) for area in data["areas"]],
        )
        say(request, "The areas are changed from today.")
        return _page(code)

    initial = {"version": found.version, "areas": [str(area.pk) for area in one.areas]}
    # What it works in now is offered too where it is no district, so that saving does not end it.
    offered = {area.pk: area for area in [*districts(), *one.areas]}
    form = AreasForm(request.POST or None, areas=offered.values(), initial=initial)
    return settle(request, form, "accounts/areas.html", {"agency": found}, act, version=found.version)


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
            names_give_away=data["names_give_away"],
        )
        say(request, "The desk is changed.")
        return _page(code)

    initial = {
        "version": found.version,
        "desk_name": found.desk_name,
        "desk_phone": found.desk_phone,
        "desk_email": found.desk_email,
        "names_give_away": found.names_give_away,
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

    def act(data: dict[str, Any]) -> str:
        made = operations.invite_user(
            actor=actor,
            now=now(),
            email=data["email"],
            name=data["name"],
            roles=["local_administrator"],
            agency_id=found.pk,
            base=base_of(request),
        )
        keep_link(request, made)
        say(request, "The administrator is named, " + on_its_way())
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
