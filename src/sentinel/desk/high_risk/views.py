"""What one was told of and acknowledges, the markers that the control room answers, and what followed in a case."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sentinel.access.models import Rung
from sentinel.audit.operations import note
from sentinel.cases.queries import get_case, people_of
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.partnership.referrals import rules as referral_rules
from sentinel.partnership.referrals.queries import referrals_of
from sentinel.risk.high.models import Marker
from sentinel.risk.high.operations import acknowledge, answer_marker, propose_again, take_marker_off
from sentinel.risk.high.queries import (
    in_case,
    marker_told_to,
    marker_with,
    markers,
    markers_to_review,
    reviews_of,
    role_words,
    told_to,
)
from sentinel.risk.high.reviewing import may_review, review_marker
from sentinel.web.fields import TextField, add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of, posted


class AnswerForm(forms.Form):
    """Whether the control room shows a marker, and why not."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="Do you show this marker?",
        choices=[("accept", "Yes: it is on the system"), ("refuse", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    refusal = TextField(label="Why not?", required=False, max_length=2000, rows=3)


class ReviewForm(forms.Form):
    """What a look at a marker that is shown comes to."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="Does this marker stay?",
        choices=[("stays", "Yes: it is looked at again later"), ("ends", "No: it is taken off")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    reason = TextField(label="Why?", max_length=2000, rows=3)


class OffForm(forms.Form):
    """Which version of the marker was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@require_GET
def told(request: HttpRequest) -> HttpResponse:
    """What one was told of, to be acknowledged first; for the control room its markers too."""
    actor = actor_of(request)
    today = london_date(now())
    context = {
        "told": told_to(actor),
        "markers": markers(actor, today) if actor.may("answer_markers") else None,
        "to_review": markers_to_review(actor, today),
        "today": today,
        "roles": role_words(today),
        "now": now(),
        "marking": MARKING,
    }
    return render(request, "desk/high_risk/told.html", context)


@require_POST
def acknowledged(request: HttpRequest, high_risk: uuid.UUID) -> HttpResponse:
    """Acknowledge it."""
    row = acknowledge(actor=actor_of(request), now=now(), high_risk_id=high_risk)
    messages.success(request, f"You have acknowledged the high risk in {row.reference}.")
    return redirect("high_risk")


@require_GET
def told_marker(request: HttpRequest, high_risk: uuid.UUID) -> HttpResponse:
    """Whom it is about and where, for who was told and may not read the case. The reading is recorded in the case's own log."""
    found = marker_told_to(actor_of(request), high_risk)
    note("view", record_id=found.high_risk.case_id, subject="marker", subject_id=found.id)
    return render(request, "desk/high_risk/told_marker.html", {"marker": found})


@require_http_methods(["GET", "POST"])
def marker(request: HttpRequest, marker: uuid.UUID) -> HttpResponse:
    """One marker, which the control room accepts or refuses. The reading is recorded: it may name somebody."""
    actor = actor_of(request)
    found = marker_with(actor, marker)
    form = AnswerForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer_marker(
                actor=actor, now=now(), marker_id=marker, version=given["version"],
                accepts=given["answer"] == "accept", refusal=given["refusal"],
            )  # fmt: skip
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            messages.success(request, "The marker is answered.")
            return redirect("high_risk")
    # In the case's own log: its owner sees who has read the name and address.
    note("view", record_id=found.high_risk.case_id, subject="marker", subject_id=found.id)
    off = OffForm(initial={"version": found.version})
    context = {
        "marker": found, "form": form, "off": off, "now": now(), "reviews": reviews_of([found.id]),
        "may_review": found.state == "accepted" and may_review(actor, found),
        "review": ReviewForm(initial={"version": found.version}), "due": found.is_to_review(london_date(now())),
        "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/high_risk/marker.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, marker: uuid.UUID) -> HttpResponse:
    """The control room looks at a marker again."""
    actor = actor_of(request)
    found = marker_with(actor, marker)
    return _reviewed(
        request, found, "high_risk", {"back_to": reverse("high_risk"), "back_words": "High risk"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review_in_case(request: HttpRequest, reference: str, high_risk: uuid.UUID) -> HttpResponse:
    """A supervisor who works on the case looks at its marker again."""
    actor = actor_of(request)
    case = get_case(actor, reference, needs=Rung.WRITE)
    found = next((one.marker for one in in_case(actor, case) if one.high_risk.id == high_risk), None)
    if found is None:
        raise NotFound()
    actor.require("lower_band", "A supervisor reviews a marker.")
    leads_to = reverse("case_high_risk", kwargs={"reference": reference})
    return _reviewed(request, found, leads_to, {"back_to": leads_to, "back_words": "High risk in this case"})


def _reviewed(request: HttpRequest, found: Marker, leads_to: str, context: dict[str, object]) -> HttpResponse:
    form = ReviewForm(posted(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = review_marker(
                actor=actor_of(request), now=now(), marker_id=found.id, version=given["version"],
                stays=given["decision"] == "stays", reason=given["reason"],
            )  # fmt: skip
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            said = "It stays." if done.stays else "It ends: the control room takes it off."
            messages.success(request, f"The review is recorded. {said}")
            return redirect(leads_to)
    note("view", record_id=found.high_risk.case_id, subject="marker", subject_id=found.id)
    context |= {
        "marker": found,
        "form": form,
        "due": found.is_to_review(london_date(now())),
        "reviews": reviews_of([found.id]),
        "marking": MARKING,
    }
    return render(request, "desk/high_risk/review.html", context, status=422 if form.errors else 200)


@require_POST
def off(request: HttpRequest, marker: uuid.UUID) -> HttpResponse:
    """Say that it has been taken off the system."""
    form = OffForm(request.POST)
    if not form.is_valid():
        return redirect("marker", marker=marker)
    take_marker_off(
        actor=actor_of(request), now=now(), marker_id=marker, version=form.cleaned_data["version"]
    )
    messages.success(request, "The marker is taken off.")
    return redirect("high_risk")


@require_POST
def propose(request: HttpRequest, reference: str, high_risk: uuid.UUID) -> HttpResponse:
    """A supervisor proposes the marker that was not, or was refused."""
    actor = actor_of(request)
    case = get_case(actor, reference, needs=Rung.WRITE)
    try:
        propose_again(actor=actor, now=now(), case=case, high_risk_id=high_risk)
    except Invalid as invalid:
        messages.error(request, invalid.message)
    else:
        messages.success(request, "The marker is proposed. The control room answers it.")
    return redirect("case_high_risk", reference=reference)


@require_GET
def in_one_case(request: HttpRequest, reference: str) -> HttpResponse:
    """What followed from high risk in a case: who was told and has acknowledged, the marker, the referrals that it opened."""
    actor = actor_of(request)
    case = get_case(actor, reference)
    on = london_date(case.seen_at)
    context = {
        "case": case,
        "rows": in_case(actor, case),
        "referrals": [
            {
                "row": row,
                "kind": referral_rules.KINDS[row.kind],
                "state": referral_rules.STATES[referral_rules.state_of(row)],
            }
            for row in referrals_of(actor, case)
            if row.because == "high_risk"
        ],
        "names": {one.id: one.name for one in people_of(actor, case, on)},
        "roles": role_words(on),
        "now": case.seen_at,
        "marking": MARKING,
        "today": on,
        "may_propose": actor.may("lower_band") and case.rung >= Rung.WRITE and case.status != "closed",
    }
    return render(request, "desk/high_risk/case.html", context)
