"""The case itself, and all that has happened in it."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sentinel.access.models import Rung
from sentinel.cases.queries import names_by_id, timeline
from sentinel.cases.timeline import GROUPS
from sentinel.desk.case.assemble import assemble, marking
from sentinel.desk.case.steps import opened
from sentinel.desk.case.told import folded
from sentinel.desk.links import address_of
from sentinel.foundation.compiled import keep_plans


@require_GET
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: who is at risk, what happens next, what has happened."""
    keep_plans()
    actor, found = opened(request, reference, Rung.READ)
    page = assemble(actor, found, found.seen_at)
    place_href = address_of("place", place_id=found.place_id) if found.place_id else ""
    return render(
        request,
        "desk/case/case.html",
        {
            "page": page,
            "marking": page.marking,
            "place_href": place_href,
            "actor": actor,
            "now": found.seen_at,
        },
    )


class TimelineFilter(forms.Form):
    """Kind and agency."""

    group = forms.ChoiceField(label="Kind", choices=[("", "Everything"), *GROUPS.items()], required=False)

    def __init__(self, *args: object, agencies: dict[uuid.UUID, str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        choices = [("", "Every agency"), *((str(key), name) for key, name in agencies.items())]
        self.fields["agency"] = forms.ChoiceField(label="Agency", choices=choices, required=False)


@require_GET
def case_timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """All that has happened, by key, filtered by kind and agency."""
    actor, found = opened(request, reference, Rung.READ)
    moment = found.seen_at
    agencies = names_by_id([], [one.holder_id for one in found.holders])
    form = TimelineFilter(request.GET, agencies=agencies)
    chosen = form.cleaned_data if form.is_valid() else {}
    group, agency = chosen.get("group", ""), chosen.get("agency", "")
    page = timeline(
        actor, found, group=group, agency_id=uuid.UUID(agency) if agency else None,
        before=request.GET.get("before", ""), size=50,
    )  # fmt: skip
    here = reverse("case_timeline", args=[reference])
    asked = {key: value for key, value in (("group", group), ("agency", agency)) if value}
    shown = [
        {"words": words, "href": f"{here}?{urlencode({k: v for k, v in asked.items() if k != key})}"}
        for key, words in (("group", GROUPS.get(group, "")), ("agency", _agency(agencies, agency)))
        if words
    ]
    return render(
        request,
        "desk/case/timeline.html",
        {
            "case": found,
            "entries": folded(page.entries, found, moment),
            "form": form,
            "chosen": shown,
            "next_href": f"{here}?{urlencode({**asked, 'before': page.next_key})}" if page.next_key else None,
            "newest_href": f"{here}?{urlencode(asked)}" if request.GET.get("before") else None,
            "marking": marking(found.holders, agencies),
        },
    )


def _agency(agencies: dict[uuid.UUID, str], agency: str) -> str:
    return agencies.get(uuid.UUID(agency), "") if agency else ""
