"""The standards of investigation by band, and the check list of an attendance, answered bit by bit."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date, read_moment
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.queries import question_set_of, version_under_way
from sentinel.questionnaires.rules import in_words
from sentinel.risk.standards.models import StandardAnswer
from sentinel.risk.standards.operations import answer_standard
from sentinel.risk.standards.queries import standard_of, standards_of
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted


@require_GET
def standards(request: HttpRequest, reference: str) -> HttpResponse:
    """Each list of the case: how far it is, and who answered what when."""
    actor, case = opened(request, reference, Rung.READ)
    shown = [
        {
            "standard": one,
            "said": [
                (line, one.said.get(line.question.key)) for line in in_words(one.question_set, one.answers)
            ],
        }
        for one in standards_of(actor, case, london_date(case.seen_at))
    ]
    context = {
        "case": case, "shown": shown, "marking": MARKING,
        "may": actor.may("work_case") and case.rung >= Rung.WRITE and case.status != "closed",
    }  # fmt: skip
    return render(request, "desk/case/standards.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, reference: str, standard: str) -> HttpResponse:
    """Answer one list, as far as it is known; whoever has begun finishes on the version that was shown."""
    actor, case = opened(request, reference)
    moment = now()
    today = london_date(moment)
    one = standard_of(actor, case, standard, today)
    version = version_under_way(one.version, _id(request.POST.get("question_set")), today)
    form = QuestionForm(
        question_set_of(version.pk), posted(request), today=today, answers=one.answers, complete=False
    )
    seen = _moment(request.POST.get("seen")) if request.method == "POST" else one.newest

    made: list[StandardAnswer] | None = None

    def do(said: dict[str, Any]) -> None:
        nonlocal made
        made = answer_standard(
            actor=actor,
            now=moment,
            case=case,
            which=standard,
            version=version,
            answers=form.answers,
            seen=seen,
        )

    def done() -> str:
        if made is None or made:
            return "The answers are kept."
        return "No answer was changed." if one.answers else "Nothing was answered."

    return step(
        request, case=case, form=form, title=version.title, button="Keep the answers", done=done, do=do,
        to=reverse("case_standards", args=[case.reference]), template="desk/case/standard.html",
        more={"one": one, "version": version, "seen": seen.isoformat() if seen else ""},
    )  # fmt: skip


def _id(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _moment(text: str | None) -> datetime | None:
    try:
        return read_moment(text or "")
    except ValueError:
        return None
