"""Putting the assessment of a victim off, or that of a case that has none."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.desk.assess.person import why_not_here
from sentinel.desk.assess.what import AssessPage, of_case, of_person
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.errors import Invalid
from sentinel.risk.deferring import defer_assessment, hours_for
from sentinel.risk.models import Deferral
from sentinel.risk.queries import history
from sentinel.risk.rules import CASE, VICTIM, deferred_until
from sentinel.web.fields import TextField, add_invalid
from sentinel.web.formats import uk_day_time
from sentinel.web.once import sent_before


class DeferForm(forms.Form):
    """Why it cannot be done now."""

    reason = TextField(
        label="Why can it not be done now?",
        rows=3,
        max_length=2_000,
        error_messages={"required": "Say why it cannot be done now."},
        help_text="What has been tried, and what has to happen first.",
    )


@require_http_methods(["GET", "POST"])
def defer_person(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Put off the assessment of one victim."""
    return _defer(request, of_person(request, reference, party, VICTIM))


@require_http_methods(["GET", "POST"])
def defer_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Put off the assessment of a case that has no victim."""
    return _defer(request, of_case(request, reference, CASE))


def _defer(request: HttpRequest, page: AssessPage) -> HttpResponse:
    page.actor.require("assess", "Your role does not assess risk.")
    now = clock_now()
    if request.method != "POST" and (why := why_not_here(page.case)):
        return render(request, "desk/assess/not_assessed.html", page.context(why_not=why))
    if page.about is None or page.why_not:
        status = 422 if request.method == "POST" else 200
        return render(request, "desk/assess/not_assessed.html", page.context(), status=status)
    data = request.POST if request.method == "POST" else None
    form = DeferForm(data)
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                if not sent_before(request):
                    row = defer_assessment(
                        actor=page.actor, now=now, case=page.case, party=page.about.party, reason=form.cleaned_data["reason"]
                    )  # fmt: skip
                    messages.warning(
                        request,
                        f"The assessment of {page.named.name} is put off until {uk_day_time(row.until, now)}. It is still"
                        " missing, and comes back to the top of My work then.",
                    )
        except Invalid as error:
            add_invalid(form, error)
        else:
            return HttpResponseRedirect(page.case_href)
    hours = hours_for(page.case, now)
    rows = Deferral.objects.filter(**page.about.named).select_related("deferred_by").order_by("-deferred_at")
    return render(
        request,
        "desk/assess/defer.html",
        page.context(
            form=form, hours=hours, until=deferred_until(now, hours), rows=list(rows), now=now,
            assessed=bool(history(page.about)), again=page.actor.may("lower_band"),
        ),
        status=422 if form.is_bound else 200,
    )  # fmt: skip
