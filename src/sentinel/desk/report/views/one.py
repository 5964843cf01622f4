"""The page of a report, and the list of reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sentinel.desk.report.page import title_of, view_of
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Refused
from sentinel.reports.lists import words_of
from sentinel.reports.models import Report
from sentinel.reports.queries import drafts_of, get_report, list_reports
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of

# For how many days a report that was taken without looking is listed.
UNLOOKED_DAYS = 30
WHOSE = {"team": "My team's", "mine": "Taken by me", "all": "All of my agency"}


@require_safe
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """One report: what to read to the caller, what was decided, what can be done."""
    actor = actor_of(request)
    found = get_report(actor, reference)
    now = clock_now()
    view = view_of(actor, found, now)
    return render(
        request, "desk/report/report.html", {"view": view, "report": found, "now": now, "marking": MARKING}
    )


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports that are open, told longest ago first; skeletons of the team among them."""
    actor = actor_of(request)
    if not (actor.may("take_report") or actor.may("see_cases")):
        raise Refused("Your roles do not include reports.")
    whose = request.GET.get("whose", "team")
    whose = whose if whose in WHOSE else "team"
    state = request.GET.get("state", "")
    state = state if state in dict(Report.STATES) else ""
    waiting = request.GET.get("waiting") == "on"
    unlooked = request.GET.get("unlooked") == "on" and actor.may("see_team")
    now = clock_now()
    page = list_reports(
        actor,
        states=[state] if state else (),
        whose=whose,
        after=request.GET.get("after", ""),
        waiting=waiting,
        unlooked_since=now - timedelta(days=UNLOOKED_DAYS) if unlooked else None,
    )
    types = words_of("national-types", london_date(now))
    chosen: dict[str, str] = {}
    if whose != "team":
        chosen["whose"] = whose
    if state:
        chosen["state"] = state
    if waiting:
        chosen["waiting"] = "on"
    if unlooked:
        chosen["unlooked"] = "on"
    context: dict[str, Any] = {
        "page": page,
        "titles": {
            line.report.id: title_of(
                line.report, types.get(line.report.incident.national_type, "") if line.report.incident else ""
            )
            for line in page.lines
        },
        "whose": whose,
        "state": state,
        "waiting": waiting,
        "unlooked": unlooked,
        "supervises": actor.may("see_team"),
        "whose_choices": WHOSE,
        "states": Report.STATES,
        "filtered_by": _filtered(chosen, whose, state, waiting),
        "next_href": _href({**chosen, "after": page.next_key}) if page.next_key else None,
        "clear_href": reverse("report_list") if chosen else None,
        "drafts": [one for one in drafts_of(actor) if one.more][:20] if actor.may("take_report") else [],
        "now": now,
    }
    return render(request, "desk/report/list.html", context)


def _href(query: dict[str, str]) -> str:
    return f"{reverse('report_list')}?{urlencode(query)}" if query else reverse("report_list")


def _filtered(chosen: dict[str, str], whose: str, state: str, waiting: bool) -> list[dict[str, str]]:
    words = {
        "whose": WHOSE[whose],
        "state": dict(Report.STATES).get(state, ""),
        "waiting": "Nobody has picked it up",
        "unlooked": "Taken without looking",
    }
    return [
        {"words": words[name], "href": _href({key: value for key, value in chosen.items() if key != name})}
        for name in chosen
    ]
