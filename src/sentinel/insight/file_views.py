"""Taking the figures out as a file."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.foundation.clock import now
from sentinel.insight.baseline import baseline_on
from sentinel.insight.files import FORMATS, Line, Shown, export
from sentinel.insight.matters import Chosen
from sentinel.insight.rules import total
from sentinel.insight.sharing import counted_for
from sentinel.insight.views import RIGHT, SHOWN, WHY, lines_of
from sentinel.insight.weeks import own_weeks
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.web.downloads import download
from sentinel.web.fields import TextField, add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of

TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


class FileForm(forms.Form):
    """Which kind of file, and what for."""

    format = forms.ChoiceField(
        label="Which file?",
        choices=list(FORMATS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a spreadsheet or a document to print."},
    )
    why = TextField(
        label="What is it for?",
        max_length=500,
        help_text="Kept in the audit.",
        error_messages={"required": "Say what the file is for."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest) -> HttpResponse:
    """Ask which file and what for, then send what the page shows now."""
    actor = actor_of(request)
    actor.require(RIGHT, WHY)
    actor.require("see_cases", WHY)
    chosen = Chosen(mine=request.GET.get("whose") == "mine")
    form = FileForm(request.POST if request.method == "POST" else None, initial={"format": "pdf"})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            moment, as_what = now(), form.cleaned_data["format"]
            found = counted_for(actor, moment, chosen).figures
            shown = Shown(
                moment,
                total(found.values()),
                [Line(one.agency, one.team, one.figures) for one in lines_of(actor, found, chosen)],
                own_weeks(actor.agency, london_date(moment) - SHOWN),
                baseline_on(london_date(moment)),
            )
            try:
                content = export(actor=actor, shown=shown, as_what=as_what, why=form.cleaned_data["why"])
            except Invalid as error:
                add_invalid(form, error)
            else:
                return download(content, f"compliance-{london_date(moment)}.{as_what}", TYPES[as_what])
    back = reverse("compliance")
    return render(
        request,
        "insight/take_out.html",
        {
            "form": form,
            "back_href": f"{back}?whose=mine" if chosen.mine else back,
            "mine": chosen.mine,
            "marking": MARKING,
        },
        status=status,
    )
