"""How at risk everybody is, over the cases that a reader may see: one line for each (R38, R61)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sentinel.audit.operations import note, note_each
from sentinel.cases.models import Case
from sentinel.cases.queries import list_cases
from sentinel.desk.case.steps import MARKING
from sentinel.desk.case.views.listing import CaseFilter
from sentinel.desk.work.mine import people_of_cases
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid
from sentinel.risk.queries.snapshot import DEFERRED, MISSING, OVERDUE, Standing, snapshot
from sentinel.web.formats import plural, uk_date, uk_datetime, uk_day
from sentinel.web.requests import actor_of

SUBJECTS = {
    "victim": "Victim",
    "perpetrator": "Complained of",
    "witness": "Witness",
    "case": "The case",
    "location": "The place",
}
WHY = {"reported": "a report came since", "changed": "their part has changed", "clock": "its days are over"}
FLAGS = (("repeat_victim", "Repeat victim"), ("vulnerable", "Vulnerable"), ("safeguarding", "Safeguarding"))


@dataclass(frozen=True)
class Row:
    """One line: whose, as what, the band and since when, what is said of them, what is due, what is missing."""

    whose: str
    subject: str
    band: str | None
    since: str
    flags: str
    next: str
    missing: str


@require_GET
def risk_of_everyone(request: HttpRequest) -> HttpResponse:
    """Everybody in the cases that the filters leave, 25 cases a page; each case's reading is recorded."""
    actor = actor_of(request)
    actor.require("see_cases", "Your role does not include looking at cases.")
    actor.require("see_people", "Your role does not include looking at people.")
    form, here, moment = CaseFilter(request.GET, actor=actor), reverse("case_risk"), now()
    page = None
    if form.is_valid():
        try:
            page = list_cases(actor, form.filters(), after=request.GET.get("after", ""), counted=False)
        except Invalid as error:
            form.add_error(None, error.message)
    cases = [one.case for one in page.rows] if page else []
    note(
        "search",
        subject="risk",
        detail={"filters": sorted(name for name, value in request.GET.items() if value)},
    )
    if cases:
        note_each("view", [case.id for case in cases], subject="risk")
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    more = page.next_key if page else None
    context = {
        "form": form, "groups": _groups(actor, cases, moment) if cases else [], "chosen": form.chosen(here),
        "next_href": f"{here}?{urlencode({**asked, 'after': more})}" if more else None,
        "first_href": f"{here}?{urlencode(asked)}" if request.GET.get("after") else None,
        "list_href": f"{reverse('case_list')}?{urlencode(asked)}" if asked else reverse("case_list"), "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/case/risk.html", context, status=200 if page is not None else 422)


def _groups(actor: Any, cases: list[Case], moment: datetime) -> list[dict[str, Any]]:
    names = {
        one.id: one.name for some in people_of_cases([case.id for case in cases]).values() for one in some
    }
    by_case: dict[uuid.UUID, list[Row]] = {}
    for one in snapshot(actor, cases, moment):
        by_case.setdefault(one.case_id, []).append(_row(one, names, moment))
    return [{"case": case, "rows": by_case.get(case.id, [])} for case in cases]


def _row(one: Standing, names: Mapping[uuid.UUID, str], moment: datetime) -> Row:
    said = [(words, getattr(one, flag)) for flag, words in FLAGS]
    flags = [
        words if value == "yes" else f"{words}? not known"
        for words, value in said
        if value in {"yes", "unknown"}
    ]
    return Row(
        whose=names.get(one.party_id, "Somebody you may not see") if one.party_id else "",
        subject=SUBJECTS[one.subject],
        band=one.band or None,
        since=uk_day(one.since, moment) if one.since else "",
        flags=", ".join(flags),
        next=f"Review by {uk_date(one.next_review)}" if one.next_review else "",
        missing=_missing(one),
    )


def _missing(one: Standing) -> str:
    found = []
    if one.lacks == MISSING:
        found.append("Not assessed")
    elif one.lacks == DEFERRED and one.deferred_until is not None:
        found.append(f"Not assessed: put off until {uk_datetime(one.deferred_until)}")
    elif one.lacks == OVERDUE:
        found.append(f"Assess again: {WHY.get(one.why, 'it no longer holds')}")
    if one.unknown:
        found.append(f"{plural(one.unknown, 'answer is', 'answers are')} not known")
    return ". ".join(found)
