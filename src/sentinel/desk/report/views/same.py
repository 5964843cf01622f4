"""Whether two reports are of one occurrence: said on the page of either, taken back there, and never asked again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from sentinel.access.models import Rung
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.errors import Invalid
from sentinel.matching.occurrences import say_other_occurrence, say_same_occurrence
from sentinel.matching.queries import incident_of
from sentinel.reports.queries import get_report
from sentinel.web.requests import actor_of


class SameForm(forms.Form):
    """Which other report, and whether it tells of the same; `how` is what was shown as the reason."""

    other = forms.CharField(max_length=24)
    same = forms.ChoiceField(choices=[("yes", "The same"), ("no", "Something else")])
    how = forms.CharField(max_length=400, required=False)


@require_POST
def same(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that a report is of the same occurrence as another that the actor reads, or of something else; back to the report."""
    actor = actor_of(request)
    report = get_report(actor, reference, Rung.WRITE, log=False)
    form = SameForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a report, and whether it tells of the same.")
    said = form.cleaned_data
    other = get_report(actor, said["other"])
    do = say_same_occurrence if said["same"] == "yes" else say_other_occurrence
    try:
        do(
            actor=actor,
            now=clock_now(),
            incident=incident_of(report),
            other=incident_of(other),
            how=said["how"][:200],
        )
    except Invalid as error:
        messages.warning(request, error.message)
    else:
        words = "counts once with" if said["same"] == "yes" else "is something else than"
        messages.success(request, f"{report.reference} {words} {other.reference}.")
    return HttpResponseRedirect(reverse("report", args=[report.reference]))
