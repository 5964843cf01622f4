"""The list of cases."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sentinel.accounts.queries import agency_choices, teams_in
from sentinel.audit.operations import note
from sentinel.cases.lists import labels
from sentinel.cases.models import CATEGORIES
from sentinel.cases.queries import Filters, list_cases
from sentinel.cases.rules import STATUS_WORDS
from sentinel.desk.case.assemble import BANDS
from sentinel.desk.case.colleagues import areas_of_work, people_of_agencies
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import keep_plans
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.web.fields import TextField, add_invalid
from sentinel.web.formats import MARKING, how_long, uk_day
from sentinel.web.requests import actor_of

STATUS = [("open", "Open"), ("all", "Open and closed"), *STATUS_WORDS.items()]
BAND = [("", "Any"), ("3", "High"), ("2", "Medium"), ("1", "Low"), ("0", "Somebody is not assessed")]


class CaseFilter(forms.Form):
    """What the list shows at a moment (UTC)."""

    reference = TextField(label="Reference", required=False, max_length=40)
    status = forms.ChoiceField(label="Status", choices=STATUS, required=False)
    band = forms.ChoiceField(label="Highest risk", choices=BAND, required=False)
    category = forms.ChoiceField(label="Category", choices=[("", "Any"), *CATEGORIES], required=False)
    place = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, actor: Actor, moment: datetime) -> None:
        super().__init__(data)
        assert actor.agency_id is not None  # noqa: S101  see_cases was required
        people = people_of_agencies([actor.agency_id])
        me = [(str(actor.user_id), "Me")]
        leads = [(str(one.id), one.name) for one in people if one.id != actor.user_id]
        choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
            "lead": ("Lead", me + leads),
            "team": ("Team", [(str(one.id), one.name) for one in teams_in(actor.agency_id)]),
            "owner": ("Agency", list(agency_choices())),
            "national_type": ("Type", list(labels("national-types", london_date(moment)).items())),
            "area": ("Area", list(areas_of_work())),
        }
        for name, (label, offered) in choices.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=[("", "Any"), *offered], required=False
            )
        self.order_fields(
            [
                "reference",
                "status",
                "band",
                "lead",
                "team",
                "owner",
                "category",
                "national_type",
                "area",
                "place",
            ]
        )

    def filters(self) -> Filters:
        """What was chosen; what cannot be one is left out."""
        said = getattr(self, "cleaned_data", {})
        status = said.get("status") or "open"
        return Filters(
            status="" if status == "all" or said.get("reference") else status,
            band=int(said["band"]) if said.get("band") else None,
            lead=_uuid(said.get("lead")),
            team=_uuid(said.get("team")),
            owner=_uuid(said.get("owner")),
            category=said.get("category") or "",
            national_type=said.get("national_type") or "",
            place=said.get("place"),
            area=said.get("area") or "",
            reference=said.get("reference") or "",
        )

    def chosen(self, here: str) -> list[dict[str, str]]:
        """What is filtered by now, each with the address of the list without it."""
        asked = {name: value for name, value in self.data.items() if name in self.fields and value}
        found = []
        for name, value in asked.items():
            field = self.fields[name]
            words = dict(getattr(field, "choices", [])).get(value, value if name == "reference" else "")
            if name == "place":
                words = "one place"
            if words and not (name == "status" and value == "open"):
                rest = {other: said for other, said in asked.items() if other != name}
                label = field.label or "Place"
                found.append({"words": f"{label}: {words}", "href": f"{here}?{urlencode(rest)}"})
        return found


def _uuid(value: Any) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases that one may read, last changed first."""
    actor = actor_of(request)
    actor.require("see_cases", "Your role does not include looking at cases.")
    moment = keep_plans()
    form = CaseFilter(request.GET, actor=actor, moment=moment)
    here = reverse("case_list")
    page = None
    if form.is_valid():
        try:
            page = list_cases(actor, form.filters(), after=request.GET.get("after", ""))
        except Invalid as error:
            add_invalid(form, error)
    if page is not None and form.filters().reference and len(page.rows) == 1:
        return redirect("case", reference=page.rows[0].case.reference)
    note(
        "search",
        subject="cases",
        detail={"filters": sorted(name for name, value in request.GET.items() if value)},
    )
    types = labels("national-types", london_date(moment))
    rows = [
        {
            "case": one.case, "band": BANDS[one.case.highest_band], "open": how_long(one.case.opened_at, moment),
            "type": types.get(one.case.national_type, one.case.national_type.replace("_", " ").capitalize()),
            "status": STATUS_WORDS[one.case.status], "changed": uk_day(one.case.changed_at, moment),
        }
        for one in (page.rows if page else [])
    ]  # fmt: skip
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    count = ""
    if page is not None and page.count is not None:
        words = f"{page.count} case{'' if page.count == 1 else 's'}"
        count = f"more than {words}" if page.many else words
    return render(
        request,
        "desk/case/list.html",
        {
            "form": form, "rows": rows, "chosen": form.chosen(here), "count": count,
            "next_href": f"{here}?{urlencode({**asked, 'after': page.next_key})}" if page and page.next_key else None,
            "first_href": f"{here}?{urlencode(asked)}" if request.GET.get("after") else None,
            "export_href": _export_href(actor, asked) if rows else None,
            "risk_href": _with(reverse("case_risk"), asked) if rows and actor.may("see_people") else None,
            "marking": MARKING,
        },
        status=200 if page is not None else 422,
    )  # fmt: skip


def _export_href(actor: Actor, asked: Mapping[str, Any]) -> str | None:
    if not actor.may("export_cases"):
        return None
    return _with(reverse("case_export"), asked)


def _with(there: str, asked: Mapping[str, Any]) -> str:
    return f"{there}?{urlencode(asked)}" if asked else there
