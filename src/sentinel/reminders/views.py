"""One's own reminders, and the rules by which people are reminded."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.reminders import operations
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.forms import ReleaseForm, RuleForm, initial_of
from sentinel.reminders.queries import OneRule, every_rule, one_rule, reminders_of, tried_out
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.once import done_once
from sentinel.web.requests import actor_of

form_page = require_http_methods(["GET", "HEAD", "POST"])
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is reminded of now."""
    return render(
        request,
        "reminders/mine.html",
        {"reminders": reminders_of(actor_of(request)), "now": now(), "marking": MARKING},
    )


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule."""
    found = every_rule(actor_of(request), london_date(now()))
    return render(request, "reminders/rules.html", {"rules": found})


@require_safe
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: what holds, what comes, what was, and what it would have sent."""
    found = one_rule(actor_of(request), rule, london_date(now()))
    return _rule_page(request, found, _release_form(found))


def _release_form(found: OneRule, data: Any = None) -> ReleaseForm:
    version = found.draft.row.version if found.draft else 1
    return ReleaseForm(data, initial={"version": version})


def _rule_page(request: HttpRequest, found: OneRule, release: ReleaseForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "one": found,
        "release": release,
        "tried": tried_out(actor, found.draft or found.now),
        "tried_draft": found.draft is not None,
    }
    return render(request, "reminders/rule.html", context, status=status)


@form_page
def new(request: HttpRequest) -> HttpResponse:
    """A rule that is not there yet."""
    actor = actor_of(request)
    actor.require("govern", operations.NOT_YOURS)
    taken = {one.key for one in every_rule(actor, london_date(now()))}
    form = _form(
        request.POST or None, {"days": "calendar", "channel": "email", "active": True, "from_lead": 1}
    )
    if request.method == "POST" and form.is_valid():
        key = _NO_LETTER.sub("_", form.cleaned_data["label"].lower()).strip("_")[:40]
        if key in taken:
            form.add_error("label", "There is a reminder of that name already.")
        elif (answer := _save(request, form, key)) is not None:
            return answer
    return render(request, "reminders/draft.html", {"form": form, "one": None})


@form_page
def draft(request: HttpRequest, rule: str) -> HttpResponse:
    """The draft of a rule: begun from what holds, or gone on with."""
    actor = actor_of(request)
    actor.require("govern", operations.NOT_YOURS)
    found = one_rule(actor, rule, london_date(now()))
    start = found.draft or found.now or found.others[0]
    row = start.row
    initial = initial_of(
        row.content, source=row.source, confirmed=row.confirmed, active=row.active,
        version=row.version if found.draft else None,
    )  # fmt: skip
    form = _form(request.POST or None, initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if (answer := _save(request, form, rule)) is not None:
                return answer
        except Conflict as error:
            form.add_error(None, error.message)
            status = 409
    return render(request, "reminders/draft.html", {"form": form, "one": found}, status=status)


def _form(data: Any, initial: dict[str, Any]) -> RuleForm:
    conditions = [(one.key, one.label) for one in CONDITIONS.values()]
    return RuleForm(data, initial=initial, conditions=conditions)


def _save(request: HttpRequest, form: RuleForm, key: str) -> HttpResponse | None:
    given = form.cleaned_data

    def act() -> str:
        operations.draft_rule(
            actor=actor_of(request), now=now(), data=form.data_of_rule(key), source=given["source"],
            confirmed=given["confirmed"], active=given["active"], version=given["version"],
        )  # fmt: skip
        messages.success(request, "The draft is kept. Nothing changes until it is released.")
        return reverse("reminder_rule", kwargs={"rule": key})

    try:
        return redirect(done_once(request, act))
    except Invalid as error:
        add_invalid(form, error)
        return None


@require_POST
def discard(request: HttpRequest, rule: str) -> HttpResponse:
    """Throw the draft away."""
    operations.discard_draft(actor=actor_of(request), now=now(), key=rule)
    messages.success(request, "The draft is thrown away.")
    return redirect("reminder_rules")


@require_POST
def try_out(request: HttpRequest, rule: str) -> HttpResponse:
    """Have the draft, or what holds where there is none, tried out on the past year."""
    found = one_rule(actor_of(request), rule, london_date(now()))
    version = found.draft or found.now or found.others[0]
    operations.try_out(actor=actor_of(request), now=now(), rule_id=version.row.pk)
    messages.success(request, "It is being worked out. Load this page again in a minute.")
    return redirect("reminder_rule", rule=rule)


@require_POST
def release(request: HttpRequest, rule: str) -> HttpResponse:
    """Let the draft hold from a day."""
    found = one_rule(actor_of(request), rule, london_date(now()))
    form = _release_form(found, request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            operations.release_rule(
                actor=actor_of(request), now=now(), key=rule, version=given["version"],
                effective_from=given["effective_from"],
            )  # fmt: skip
        except Invalid as error:
            add_invalid(form, error)
        except Conflict as error:
            form.add_error(None, error.message)
            status = 409
        else:
            messages.success(request, "It is released.")
            return redirect("reminder_rule", rule=rule)
    return _rule_page(request, found, form, status)
