"""The reviews of a case by its supervisors."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.desk.case.forms.decisions import ReviewForm
from sentinel.desk.case.steps import case_url, opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.risk.supervision.operations import record_review
from sentinel.risk.supervision.queries import as_reviewed, clocks_on, due_of, reviews_of
from sentinel.risk.supervision.rules import level_of, longest, why_not_review
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted

TEMPLATE = "desk/case/reviews.html"


@require_http_methods(["GET", "POST"])
def reviews(request: HttpRequest, reference: str) -> HttpResponse:
    """Every review of a case and when the next is due; a supervisor who does not lead it records one."""
    actor, case = opened(request, reference, Rung.WRITE if request.method == "POST" else Rung.READ)
    moment = now()
    rows = reviews_of(actor, case)
    lines = [
        one for one in clocks_on(london_date(moment), case.owner_agency_id) if one.band == case.highest_band
    ]
    shown: dict[str, object] = {
        "rows": rows, "due": due_of(case, [as_reviewed(row) for row in rows], moment), "clocks": lines,
        "today": london_date(moment),
    }  # fmt: skip
    why = why_not_review(is_lead=case.lead_id == actor.user_id, owns=case.owner_agency_id == actor.agency_id)
    may = actor.may("review_case") and why is None and case.rung >= Rung.WRITE and case.status != "closed"
    if request.method == "GET" and not may:
        shown["why"] = why if actor.may("review_case") else None
        return render(request, TEMPLATE, {
            "case": case, "form": None, "step_title": "Reviews", "stale": [], "marking": MARKING, "back_href": case_url(case),
            **shown,
        })  # fmt: skip
    days = longest(lines, band=case.highest_band, level=level_of(actor.rights))
    initial = {"next_on": london_date(moment) + timedelta(days=days)} if days else {}
    return step(
        request, case=case, form=ReviewForm(posted(request), initial=initial), title="Review this case",
        button="Record the review", done="The review is recorded.", template=TEMPLATE, more=shown,
        do=lambda said: record_review(actor=actor, now=moment, case=case, **said),
    )  # fmt: skip
