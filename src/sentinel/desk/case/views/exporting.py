"""Taking the list of cases out as a file."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.desk.case.exporting import HEADS, MOST, RIGHT, WHY, export_cases
from sentinel.desk.case.views.listing import CaseFilter
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.web.downloads import download
from sentinel.web.fields import TextField, add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of


class ExportForm(forms.Form):
    """What the file is for."""

    why = TextField(
        label="What is the list for?",
        max_length=500,
        help_text="Kept with every case in the list: its agency sees it.",
        error_messages={"required": "Say what the list is for."},
    )


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Ask what for, then send the cases that the filters in the address leave."""
    actor = actor_of(request)
    actor.require("see_cases", "Your role does not include looking at cases.")
    actor.require(RIGHT, WHY)
    here, asked = reverse("case_list"), request.GET.urlencode()
    moment = now()
    filters = CaseFilter(request.GET, actor=actor, moment=moment)
    form = ExportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and filters.is_valid():
            try:
                made = export_cases(
                    actor=actor, now=moment, filters=filters.filters(), why=form.cleaned_data["why"]
                )
            except Invalid as error:
                add_invalid(form, error)
            else:
                return download(made.content, f"cases-{london_date(moment)}.csv", "text/csv; charset=utf-8")
    context = {
        "form": form, "chosen": filters.chosen(here), "back_href": f"{here}?{asked}" if asked else here,
        "heads": HEADS, "most": f"{MOST:,}", "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/case/export.html", context, status=status)
