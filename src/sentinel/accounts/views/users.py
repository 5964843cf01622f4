"""The users of one's own agency."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sentinel.accounts import operations
from sentinel.accounts.administration import STATES, OneUser, UserFilter, teams_of, user_of, users_of
from sentinel.accounts.forms import (
    ROLE_HINTS,
    DetailsForm,
    FindUserForm,
    InviteForm,
    ResetForm,
    RolesForm,
    StateForm,
)
from sentinel.accounts.links import base_of
from sentinel.accounts.operations.guards import administers
from sentinel.accounts.views.common import keep_link, link_to_show, on_its_way, say, settle, uuid_or_none
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.web.formats import sentence_list
from sentinel.web.requests import actor_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _page(user_id: uuid.UUID) -> str:
    return reverse("agency_user", kwargs={"user": user_id})


def _stays(one: OneUser) -> str:
    """What is said of the work of somebody who moved or went; empty where there is none."""
    if not one.work:
        return ""
    return (
        f" Tell a supervisor: {sentence_list(one.work)} stay with {one.user.name} until they are handed on."
    )


@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Who signs in for the agency, with roles and last sign-in (R170)."""
    actor = actor_of(request)
    administers(actor)
    teams = teams_of(actor)
    form = FindUserForm(request.GET or None, teams=teams)
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    try:
        after = uuid_or_none(request.GET.get("after", ""))
    except ValueError:
        after = None
    page = users_of(
        actor,
        UserFilter(
            words=given.get("words", ""),
            role=given.get("role", ""),
            team_id=uuid_or_none(given.get("team", "")),
            state=given.get("state", ""),
            after=after,
        ),
    )
    chosen = {key: str(value) for key, value in given.items() if value}
    filtered = [
        {
            "words": dict(getattr(form.fields[key], "choices", ())).get(value, f"“{value}”"),
            "href": "?" + urlencode({other: kept for other, kept in chosen.items() if other != key}),
        }
        for key, value in chosen.items()
    ]
    older = "?" + urlencode({**chosen, "after": str(page.after)}) if page.after else None
    context = {
        "find": form,
        "page": page,
        "next_href": older,
        "filtered_by": filtered,
        "states": STATES,
        "after": after,
    }
    return render(request, "accounts/users.html", context)


@form_page
def invite(request: HttpRequest) -> HttpResponse:
    """Somebody new: an account without a password, and a link to set one."""
    actor = actor_of(request)
    administers(actor)

    def act(data: dict[str, Any]) -> str:
        user = operations.invite_user(
            actor=actor,
            now=now(),
            email=data["email"],
            name=data["name"],
            job_title=data["job_title"],
            team_id=uuid_or_none(data["team"]),
            roles=data["roles"],
            base=base_of(request),
        )
        keep_link(request, user)
        say(request, "The account is made, " + on_its_way())
        return _page(user.pk)

    form = InviteForm(request.POST or None, teams=teams_of(actor))
    return settle(request, form, "accounts/invite.html", {"role_hints": ROLE_HINTS}, act)


@require_GET
def user(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """One account."""
    found = user_of(actor_of(request), user)
    own = found.user.pk == actor_of(request).user_id
    context = {
        "one": found,
        "own": own,
        "states": STATES,
        "link": link_to_show(request, found.user),
        "state_form": StateForm(initial={"version": found.user.version}),
    }
    return render(request, "accounts/user.html", context)


@form_page
def roles(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """What somebody may do."""
    actor = actor_of(request)
    found = user_of(actor, user)

    def act(data: dict[str, Any]) -> str:
        operations.set_roles(
            actor=actor, now=now(), user_id=user, version=data["version"], roles=data["roles"]
        )
        say(request, "The roles are changed. They hold from the next page that is opened.")
        return _page(user)

    held = found.user.role_codes
    form = RolesForm(request.POST or None, held=held, initial={"version": found.user.version, "roles": held})
    context = {"one": found, "role_hints": ROLE_HINTS}
    return settle(request, form, "accounts/roles.html", context, act, version=found.user.version)


@form_page
def details(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """What somebody is called and where they work."""
    actor = actor_of(request)
    found = user_of(actor, user)

    def act(data: dict[str, Any]) -> str:
        operations.change_user(
            actor=actor,
            now=now(),
            user_id=user,
            version=data["version"],
            name=data["name"],
            job_title=data["job_title"],
            team_id=uuid_or_none(data["team"]),
        )
        moved = (found.user.team_id or None) != uuid_or_none(data["team"])
        say(request, "The details are changed." + (_stays(found) if moved else ""))
        return _page(user)

    initial = {
        "version": found.user.version,
        "name": found.user.name,
        "job_title": found.user.job_title,
        "team": str(found.user.team_id or ""),
    }
    form = DetailsForm(request.POST or None, teams=teams_of(actor), initial=initial)
    return settle(request, form, "accounts/details.html", {"one": found}, act, version=found.user.version)


@form_page
def reset(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """End a password, send a link, and where asked take the second steps off."""
    actor = actor_of(request)
    found = user_of(actor, user)

    def act(data: dict[str, Any]) -> str:
        changed = operations.reset_user(
            actor=actor,
            now=now(),
            user_id=user,
            version=data["version"],
            base=base_of(request),
            remove_second_factor=data["remove_second_factor"],
        )
        keep_link(request, changed)
        say(request, "The old password is ended, " + on_its_way())
        return _page(user)

    form = ResetForm(request.POST or None, initial={"version": found.user.version})
    return settle(request, form, "accounts/reset.html", {"one": found}, act, version=found.user.version)


@require_POST
def suspend(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """Close an account."""
    return _change_state(request, user, suspending=True)


@require_POST
def restore(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """Open a suspended account again."""
    return _change_state(request, user, suspending=False)


def _change_state(request: HttpRequest, user: uuid.UUID, *, suspending: bool) -> HttpResponse:
    actor = actor_of(request)
    form = StateForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        if suspending:
            operations.suspend_user(actor=actor, now=now(), user_id=user, version=version)
            found = user_of(actor, user)
            say(request, "The account is suspended, and its sessions are ended." + _stays(found))
        else:
            operations.restore_user(actor=actor, now=now(), user_id=user, version=version)
            say(request, "The account is open again.")
    except (Invalid, Conflict) as error:
        found = user_of(actor, user)
        context = {
            "one": found,
            "own": found.user.pk == actor.user_id,
            "states": STATES,
            "link": "",
            "state_form": StateForm(initial={"version": found.user.version}),
            "problem": error.message,
        }
        return render(request, "accounts/user.html", context, status=409)
    return redirect(_page(user))
