"""How at risk everybody is, over the cases that a reader may see: one line for each, as a page and as a file (R38, R61)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.audit.operations import note, note_each
from sentinel.cases.queries import list_cases
from sentinel.desk.case.exporting import MOST, RIGHT, WHY
from sentinel.desk.case.snapshot import BANDS, HEADS, MARKS, SUBJECTS, People, export_snapshot, groups_of
from sentinel.desk.case.views.exporting import ExportForm
from sentinel.desk.case.views.listing import CaseFilter
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.web.downloads import download
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of

# How many cases are looked through for a page where only some lines are wanted.
LOOKED_THROUGH = 250
PEOPLE = ("role", "risk", "flag")


class RiskFilter(CaseFilter):
    """Which cases, as the list of cases has it, and which of their people."""

    def __init__(self, data: Any, *, actor: Actor, moment: datetime) -> None:
        super().__init__(data, actor=actor, moment=moment)
        self.fields["band"].label = "Highest risk of the case"
        choices: dict[str, tuple[str, dict[str, str]]] = {
            "role": ("As", SUBJECTS),
            "risk": ("Their risk", BANDS),
            "flag": ("Flag", MARKS),
        }
        for name, (label, offered) in choices.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[("", "Any"), *offered.items()], required=False
            )
        self.order_fields([*PEOPLE, *(name for name in self.fields if name not in PEOPLE)])

    def people(self) -> People:
        """Which lines were chosen."""
        said = getattr(self, "cleaned_data", {})
        return People(said.get("role") or "", said.get("risk") or "", said.get("flag") or "")


def _required(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    actor.require("see_cases", "Your role does not include looking at cases.")
    actor.require("see_people", "Your role does not include looking at people.")
    return actor


@require_GET
def risk_of_everyone(request: HttpRequest) -> HttpResponse:
    """Everybody in the cases that the filters leave, 25 cases a page; each case's reading is recorded."""
    actor = _required(request)
    here, moment = reverse("case_risk"), now()
    form = RiskFilter(request.GET, actor=actor, moment=moment)
    page, wanted = None, People()
    if form.is_valid():
        wanted = form.people()
        size = {} if wanted.is_any else {"size": LOOKED_THROUGH}
        try:
            page = list_cases(
                actor, form.filters(), after=request.GET.get("after", ""), counted=False, **size
            )
        except Invalid as error:
            form.add_error(None, error.message)
    cases = [one.case for one in page.rows] if page else []
    groups = groups_of(cases, actor, wanted, moment) if cases else []
    note(
        "search",
        subject="risk",
        detail={"filters": sorted(name for name, value in request.GET.items() if value)},
    )
    if groups:
        note_each("view", [one.case.id for one in groups], subject="risk")
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    of_cases = {name: value for name, value in asked.items() if name not in PEOPLE}
    more = page.next_key if page else None
    context = {
        "form": form, "groups": groups, "chosen": form.chosen(here), "looked": None if wanted.is_any else len(cases),
        "next_href": f"{here}?{urlencode({**asked, 'after': more})}" if more else None,
        "first_href": f"{here}?{urlencode(asked)}" if request.GET.get("after") else None,
        "of_people": PEOPLE, "cases_chosen": bool(of_cases),
        "list_href": _with("case_list", of_cases), "marking": MARKING,
        "export_href": _with("case_risk_export", asked) if groups and actor.may(RIGHT) else None,
    }  # fmt: skip
    return render(request, "desk/case/risk.html", context, status=200 if page is not None else 422)


def _with(name: str, asked: Mapping[str, Any]) -> str:
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)


@require_http_methods(["GET", "POST"])
def export_risk(request: HttpRequest) -> HttpResponse:
    """Ask what for, then send the lines that the filters in the address leave."""
    actor = _required(request)
    actor.require(RIGHT, WHY)
    here, asked = reverse("case_risk"), request.GET.urlencode()
    moment = now()
    filters = RiskFilter(request.GET, actor=actor, moment=moment)
    form = ExportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and filters.is_valid():
            try:
                made = export_snapshot(
                    actor=actor, now=moment, filters=filters.filters(), wanted=filters.people(),
                    why=form.cleaned_data["why"],
                )  # fmt: skip
            except Invalid as error:
                add_invalid(form, error)
            else:
                return download(made.content, f"risk-{london_date(moment)}.csv", "text/csv; charset=utf-8")
    context = {
        "form": form, "chosen": filters.chosen(here), "back_href": f"{here}?{asked}" if asked else here,
        "heads": HEADS, "most": f"{MOST:,}", "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/case/risk_export.html", context, status=status)
