"""The time from the telling to an assessment."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sentinel.accounts.queries import agency_choices
from sentinel.audit.operations import note
from sentinel.foundation.clock import now
from sentinel.insight.times import SPANS, USUAL, Times, times
from sentinel.insight.views import RIGHT, WHY
from sentinel.reports.models import Report
from sentinel.web.formats import MARKING, how_long
from sentinel.web.requests import actor_of

CHANNELS = dict(Report.CHANNELS)


@require_safe
def times_page(request: HttpRequest) -> HttpResponse:
    """Median and 90th percentile by agency and channel, over a span that the reader picks."""
    actor = actor_of(request)
    actor.require(RIGHT, WHY)
    actor.require("see_cases", WHY)
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked) in SPANS else USUAL
    moment, here = now(), reverse("compliance_times")
    names = {uuid.UUID(pk): name for pk, name in agency_choices()}
    note("search", subject="compliance", detail={"measure": "times", "days": days})
    return render(
        request,
        "insight/times.html",
        {
            "lines": [_line(one, names) for one in times(actor, moment, days)], "days": days, "now": moment, "marking": MARKING,
            "spans": [
                {"words": f"Last {span} days", "href": f"{here}?days={span}", "current": span == days} for span in SPANS
            ],
        },
    )  # fmt: skip


def _line(one: Times, names: dict[Any, str]) -> dict[str, Any]:
    if one.channel:
        words = CHANNELS.get(one.channel, one.channel)
    elif one.agency_id:
        words = names.get(one.agency_id, "An agency that was merged")
    else:
        words = "All"
    return {
        "words": words, "under": bool(one.channel), "cases": one.cases, "waiting": one.waiting,
        "times": [_said(each) for each in (one.passed_median, one.passed_ninth, one.median, one.ninth)],
    }  # fmt: skip


def _said(length: timedelta | None) -> str:
    if length is None:
        return "–"
    start = now()
    return how_long(start, start + length)
