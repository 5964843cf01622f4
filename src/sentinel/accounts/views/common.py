"""What these views do alike: send a form to an operation, and show it again with what was typed where that says no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from sentinel.accounts.links import base_of, password_link
from sentinel.accounts.models import User
from sentinel.accounts.tasks import mail_is_set
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.web.fields import add_invalid
from sentinel.web.once import done_once

LINK = "sentinel_link_for"


def uuid_or_none(text: str) -> UUID | None:
    """A chosen id; None where nothing was chosen. The form has let only offered ones through."""
    return UUID(text) if text else None


def settle(
    request: HttpRequest,
    form: forms.Form,
    template: str,
    context: dict[str, Any],
    act: Callable[[dict[str, Any]], str],
    *,
    version: int | None = None,
) -> HttpResponse:
    """The page of a form. POST: `act` is given what was typed and returns where to go.

    What an operation calls invalid is said beside its field; a conflict is said over the form, with status 409, and the
    form then carries the `version` that stands now, so that saving again is a decision. A form that was pressed twice is
    done once, and leads to where it led.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(done_once(request, lambda: act(form.cleaned_data)))
        except Invalid as error:
            add_invalid(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
            status = 409
            if version is not None:
                form.data = _with(request, version)
    return render(request, template, {**context, "form": form}, status=status)


def _with(request: HttpRequest, version: int) -> QueryDict:
    typed = request.POST.copy()
    typed["version"] = str(version)
    return typed


def say(request: HttpRequest, words: str) -> None:
    """A line over the next page: what was done."""
    messages.success(request, words)


def on_its_way() -> str:
    """What is said of a link that was asked for."""
    if mail_is_set() or not settings.PRODUCTION:
        return "and a link is on its way."
    return "but no mail server is set: ask whoever runs Sentinel to hand the link on."


def keep_link(request: HttpRequest, user: User) -> None:
    """In a trial, where no letters leave the house, remember for one page whose link is to be shown.

    Never in production: whoever may reset an account does not by that become its owner, and read what it reads.
    """
    if not mail_is_set() and not settings.PRODUCTION:
        request.session[LINK] = str(user.pk)


def link_to_show(request: HttpRequest, user: User) -> str:
    """The link that the administrator hands on, once; empty otherwise."""
    if request.session.get(LINK) != str(user.pk):
        return ""
    del request.session[LINK]
    return password_link(user, base_of(request))
