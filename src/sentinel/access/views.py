"""Pages of break-glass and its review."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from sentinel.access.break_glass import break_glass, review
from sentinel.access.forms import BreakGlassForm, ReasonForm, ReviewForm
from sentinel.access.models import Rung
from sentinel.access.queries import (
    desk_of,
    emergency_opened,
    emergency_reading,
    emergency_readings,
    rung_of,
)
from sentinel.access.reasons import about, remember
from sentinel.accounts.typed import typed_before
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.web.once import done_once, led_to
from sentinel.web.requests import actor_of


@require_http_methods(["GET", "POST"])
def open_in_emergency(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """Ask for the serious harm, then open the record for an hour. 404 below SUMMARY."""
    actor = actor_of(request)
    if request.method == "POST" and (done := led_to(request)):
        # Pressed twice: it is open already, and its owner has been told once.
        return render(request, "access/opened.html", {"row": emergency_opened(actor, done), "record": record})
    if rung_of(actor, record) != Rung.SUMMARY:
        raise NotFound()
    actor.require("break_glass", "Your role may not open a record in an emergency. Ring the desk instead.")
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            harm = form.cleaned_data["serious_harm"]
            opened = done_once(
                request,
                lambda: str(break_glass(actor=actor, now=now(), record_id=record, serious_harm=harm).pk),
            )
        except Invalid as invalid:
            for field, words in invalid.errors.items():
                form.add_error(field, words)
        else:
            row = emergency_opened(actor, opened)
            return render(request, "access/opened.html", {"row": row, "record": record})
    desk, moment = desk_of(actor, record), now()
    context = {"form": form, "desk": desk, "opening": desk.opening(moment) if desk else None, "now": moment}
    return render(request, "access/break_glass.html", context)


@require_http_methods(["GET"])
def reviews(request: HttpRequest) -> HttpResponse:
    """Emergency readings of the agency's records, those to be reviewed first."""
    actor = actor_of(request)
    actor.require("review_break_glass", "A supervisor of the agency that owns the record reviews this.")
    return render(request, "access/reviews.html", {"rows": emergency_readings(actor)})


@require_http_methods(["GET", "POST"])
def review_one(request: HttpRequest, row: uuid.UUID) -> HttpResponse:
    """Review one emergency reading."""
    actor = actor_of(request)
    actor.require("review_break_glass", "A supervisor of the agency that owns the record reviews this.")
    found = emergency_reading(actor, row)
    form = ReviewForm(request.POST or None, initial={"version": found.row.version})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(done_once(request, lambda: _reviewed(actor, row, form)))
        except Invalid as invalid:
            for field, words in invalid.errors.items():
                form.add_error(field, words)
    return render(request, "access/review.html", {"form": form, "found": found})


def _reviewed(actor: Actor, row: uuid.UUID, form: ReviewForm) -> str:
    review(actor=actor, now=now(), row_id=row, **form.cleaned_data)
    return reverse("break_glass_reviews")


@require_http_methods(["GET", "POST"])
def why(request: HttpRequest) -> HttpResponse:
    """Ask why somebody looks at a record, keep it for the session, and go on to it. Leads nowhere but to a record."""
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")}
    )
    going = str(request.POST.get("next", "") if request.method == "POST" else request.GET.get("next", ""))
    record = about(going.split("?")[0])
    if record is None or not url_has_allowed_host_and_scheme(going, allowed_hosts=None):
        return redirect("my_work")
    if request.method == "POST" and form.is_valid():
        remember(request, record, form.cleaned_data["reason"], now())
        typed = typed_before(request, actor_of(request).user_id)
        return redirect(
            "typed_again" if any(about(one.path.split("?")[0]) == record for one in typed) else going
        )
    return render(request, "access/why.html", {"form": form}, status=422 if form.errors else 200)
