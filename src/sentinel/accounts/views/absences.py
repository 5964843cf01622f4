"""When one is away and who stands in: one's own page, and a local administrator's for somebody of the agency."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sentinel.accounts import operations
from sentinel.accounts.administration import user_of
from sentinel.accounts.forms import AbsenceForm
from sentinel.accounts.models import User
from sentinel.accounts.queries import absences_of, deputies_for
from sentinel.accounts.views.agencies import form_page
from sentinel.accounts.views.common import say, settle, uuid_or_none
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.web.requests import actor_of


def _own(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotFound
    return request.user


def _page(
    request: HttpRequest, user: User, here: str, template: str, context: dict[str, Any]
) -> HttpResponse:
    def act(data: dict[str, Any]) -> str:
        operations.set_absence(
            actor=actor_of(request),
            now=now(),
            user_id=user.pk,
            first_day=data["first_day"],
            last_day=data["last_day"],
            deputy_id=uuid_or_none(data["deputy"]),
        )
        say(request, "It is entered. Reminders go to the deputy on those days.")
        return here

    form = AbsenceForm(request.POST or None, deputies=deputies_for(user))
    found = absences_of(user, london_date(now()))
    return settle(request, form, template, {**context, "absences": found, "here": here}, act)


@form_page
def own(request: HttpRequest) -> HttpResponse:
    """When one is away."""
    return _page(request, _own(request), reverse("my_absence"), "accounts/away.html", {})


@form_page
def of_user(request: HttpRequest, user: uuid.UUID) -> HttpResponse:
    """When somebody of one's agency is away, for a local administrator."""
    one = user_of(actor_of(request), user)
    here = reverse("agency_user_absence", kwargs={"user": user})
    return _page(request, one.user, here, "accounts/user_away.html", {"one": one})


@require_POST
def end(request: HttpRequest, absence: uuid.UUID) -> HttpResponse:
    """Take it back, or be back early: one's own, or that of somebody of the agency that one administers."""
    actor = actor_of(request)
    found = operations.end_absence(actor=actor, now=now(), absence_id=absence)
    if found.user_id == actor.user_id:
        say(request, "It is taken back. Reminders come to you again.")
        return redirect("my_absence")
    say(request, "It is taken back.")
    return redirect("agency_user_absence", user=found.user_id)
