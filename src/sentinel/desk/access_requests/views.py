"""Asking the owner of a record for access, the owner's answer, and what became of it."""

from __future__ import annotations

import uuid
from datetime import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.access.queries import may_open_in_emergency, rung_of
from sentinel.access.views import open_in_emergency
from sentinel.audit.operations import note
from sentinel.desk.access_requests.forms import AskForm, GrantForm
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date, to_london
from sentinel.kernel.errors import Conflict, Invalid, NotFound, Refused
from sentinel.matching.hits.operations import (
    ask_for_access,
    grant_access,
    read_answer,
    refuse_access,
    withdraw_request,
)
from sentinel.matching.hits.queries import (
    MAY_NOT_ASK,
    behind,
    desk_behind,
    my_requests,
    one_of_mine,
    one_to_answer,
    terms_on,
    to_answer,
)
from sentinel.questionnaires.bases import bases_on
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.once import done_once, led_to
from sentinel.web.requests import actor_of, posted


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What the reader's agency is asked for, what is due first, and what the reader asked for."""
    actor = actor_of(request)
    if not (actor.may("share_case") or actor.may("ask_access")):
        actor.require("ask_access", MAY_NOT_ASK)
    context = {"rows": to_answer(actor), "mine": my_requests(actor), "now": now(), "marking": MARKING}
    return render(request, "desk/access_requests/list.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, hit: uuid.UUID) -> HttpResponse:
    """Ask for access to what a desk was named about. 404 for a hit of anybody else's."""
    actor = actor_of(request)
    if done := led_to(request):
        return redirect(done)
    found = behind(actor, hit)
    return _ask(request, actor, found.record_id, hit=hit)


@require_http_methods(["GET", "POST"])
def ask_of(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """Ask for access to a record that somebody was told of by its reference. 404 below SUMMARY."""
    actor = actor_of(request)
    if done := led_to(request):
        return redirect(done)
    if rung_of(actor, record) == Rung.NONE:
        raise NotFound()
    return _ask(request, actor, record)


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, hit: uuid.UUID) -> HttpResponse:
    """Open in an emergency what a desk was named about; its address says no more than the card does. 404 for a hit of anybody else's."""
    return open_in_emergency(request, behind(actor_of(request), hit).record_id)


def _ask(request: HttpRequest, actor: Actor, record: uuid.UUID, hit: uuid.UUID | None = None) -> HttpResponse:
    actor.require("ask_access", MAY_NOT_ASK)
    if rung_of(actor, record) > Rung.SUMMARY:
        raise Refused("You can read this record already.")
    desk = desk_behind(actor, record)
    form = AskForm(posted(request))
    if form.is_valid():
        said = form.cleaned_data

        def do() -> str:
            row = ask_for_access(
                actor=actor, now=now(), reason=said["reason"], wanted=said["wanted"],
                hit=hit, record_id=None if hit else record,
            )  # fmt: skip
            return reverse("access_asked", args=[row.pk])

        try:
            leads_to = done_once(request, do)
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            messages.success(request, "The request is with the desk. You are told here of the answer.")
            return redirect(leads_to)
    moment = now()
    way = reverse("emergency_behind", args=[hit]) if hit else reverse("break_glass", args=[record])
    context = {
        "form": form, "desk": desk, "opening": desk.opening(moment), "now": moment, "marking": MARKING,
        "emergency": way if may_open_in_emergency(actor, record, london_date(moment)) else None,
    }  # fmt: skip
    return render(
        request, "desk/access_requests/ask.html", context, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def asked_one(request: HttpRequest, mine: uuid.UUID) -> HttpResponse:
    """One's own request: where it stands, the answer, until when, and the way in while it lasts."""
    actor = actor_of(request)
    moment = now()
    found = one_of_mine(actor, mine, moment)
    if request.method == "POST":
        if "withdraw" in request.POST:
            withdraw_request(actor=actor, now=moment, row_id=mine)
            messages.success(request, "The request is withdrawn.")
        else:
            read_answer(actor=actor, now=moment, row_id=mine)
        return redirect("access_requests")
    context = {"one": found, "row": found.row, "now": moment, "marking": MARKING}
    return render(request, "desk/access_requests/asked.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """A request about a record of the reader's agency: who asks and why; granted up to a moment, or refused with the reason."""
    actor = actor_of(request)
    if done := led_to(request):
        return redirect(done)
    found = one_to_answer(actor, request_id)
    moment = now()
    today = london_date(moment)
    terms = terms_on(today, actor.agency_id)
    usual = to_london(terms.usual(moment))
    waits = found.row.state == "waiting"
    form = GrantForm(
        posted(request), wanted=found.row.wanted, bases=bases_on(today, actor.agency_id),
        initial={"until_day": usual.date(), "until_time": time(17), "version": found.row.version},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                leads_to = done_once(request, lambda: _answer(actor, request_id, form))
            except Invalid as invalid:
                _beside(form, invalid)
            except Conflict as conflict:
                status = 409
                form.add_error(None, conflict.message)
                found = one_to_answer(actor, request_id)
                waits = found.row.state == "waiting"
            else:
                messages.success(request, "The answer is sent. Whoever asked reads it under My work.")
                return redirect(leads_to)
    note("view", record_id=found.row.record_id, subject="access_request", subject_id=found.row.pk)
    context = {
        "one": found, "row": found.row, "form": form, "waits": waits, "terms": terms, "now": moment, "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/access_requests/answer.html", context, status=status)


def _answer(actor: Actor, row_id: uuid.UUID, form: GrantForm) -> str:
    said = form.cleaned_data
    common = {
        "actor": actor,
        "now": now(),
        "row_id": row_id,
        "version": said["version"],
        "answer": said["answer"],
    }
    if form.refuses:
        refuse_access(**common)
    else:
        grant_access(
            **common, granted=said["decision"], until=form.until(), lawful_basis=said["lawful_basis"], wish=said["wish"]
        )  # fmt: skip
    return reverse("access_requests")


def _beside(form: GrantForm, invalid: Invalid) -> None:
    """What the operation refuses, beside the field of the form that stands for it."""
    names = {"granted": "decision", "until": "until_day"}
    add_invalid(form, Invalid({names.get(name, name): words for name, words in invalid.errors.items()}))
