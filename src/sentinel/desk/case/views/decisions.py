"""Decisions that a person answers for: approaching the other side, closing, reopening."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.cases.gates import missing
from sentinel.cases.lists import closing_code, closing_codes
from sentinel.cases.models import ApproachCheck, Case, Closure
from sentinel.cases.operations import (
    check_approach,
    decide_closure,
    propose_closure,
    refuse_closure,
    reopen,
    second_closure,
)
from sentinel.cases.operations.approach import victims_not_asked
from sentinel.cases.operations.closing import HIGH
from sentinel.cases.queries import closure_now, party_row, people_of
from sentinel.cases.rules import why_not_second
from sentinel.desk.case.forms.decisions import DecideForm, ProposeForm, ReopenForm, WhomForm
from sentinel.desk.case.steps import opened, step
from sentinel.desk.links import link_to
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.queries import current_version, question_set_of
from sentinel.risk.queries import perpetrators_unassessed
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted

OTHERWISE = "otherwise"
AGAINST = "not every answer is yes. Ask again, or a supervisor decides whether to go all the same."


@require_http_methods(["GET", "POST"])
def approach(request: HttpRequest, reference: str) -> HttpResponse:
    """The four questions before the other side is approached."""
    actor, case = opened(request, reference)
    today = london_date(now())
    version = current_version("approach", today)
    question_set = question_set_of(version.pk)
    people = people_of(actor, case, today)
    whom = WhomForm(posted(request), people=people)
    may_override = actor.may("override_approach")
    if not may_override:
        sections = tuple(one for one in question_set.sections if one.key != OTHERWISE)
        question_set = replace(question_set, sections=sections)
    form = QuestionForm(question_set, posted(request), today=today)

    made: list[ApproachCheck] = []

    def do(said: dict[str, Any]) -> None:
        answers = form.kept
        check = check_approach(
            actor=actor, now=now(), case=case, victim=party_row(actor, case, whom.cleaned_data["victim"].id),
            other=party_row(actor, case, whom.cleaned_data["other"].id) if whom.cleaned_data["other"] else None,
            answers=answers, question_set=version, override_reason=str(answers.get("supervisor_reason", "")),
        )  # fmt: skip
        made.append(check)

    if request.method == "POST":
        form.is_valid()
        # A supervisor may also just keep the answers: then the approach is not allowed.
        form.errors.pop("supervisor_reason", None)
        if not whom.is_valid():
            form.add_error(None, "Choose whose safety this is about.")
    return step(
        request, case=case, form=form, title="Before you approach the other side", button="Keep the answers",
        done=lambda: _whether_to_go(case, made), do=do, template="desk/case/approach.html",
        more={
            "whom": whom, "may_override": may_override, "unassessed": perpetrators_unassessed(actor, case, people),
            "victims": bool(whom.fields["victim"].rows),  # type: ignore[attr-defined]
        },
    )  # fmt: skip


def _whether_to_go(case: Case, made: list[ApproachCheck]) -> str:
    """What the answers mean for whoever is about to go."""
    if not made:  # pressed twice: the first time said it
        return "The answers are kept."
    if not made[0].allowed:
        return f"The answers are kept. Do not approach the other side: {AGAINST}"
    if victims_not_asked(case, now()):
        return "The answers are kept, and allow it for this victim. Do not go yet: answer them for every other victim too."
    return "The answers are kept. You may approach the other side."


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """What is missing; propose the closure, or decide on it."""
    actor, case = opened(request, reference)
    lacking = [
        {"words": one.words, "href": link_to(one.url_name, case, one.url_args) if one.url_name else ""}
        for one in missing(actor, case, now())
    ]
    if case.status == "closed":
        return render(
            request,
            "desk/case/closed.html",
            {"case": case, "closure": closure_now(actor, case), "marking": MARKING},
        )
    closure = closure_now(actor, case)
    if case.status != "closing" or closure is None:
        return _propose(request, actor, case, lacking)
    return _decide(request, actor, case, closure, lacking)


def _propose(request: HttpRequest, actor: Actor, case: Case, lacking: list[dict[str, str]]) -> HttpResponse:
    codes = closing_codes(london_date(now()), case.owner_agency_id)
    form = ProposeForm(posted(request), codes=codes, initial={"version": case.version})
    return step(
        request, case=case, form=form, title="Close the case", button="Propose the closure",
        done="The closure is proposed. Tell the victim; then it can be decided.", row=case,
        template="desk/case/close.html", more={"lacking": lacking, "closure": None, "high": case.highest_band >= HIGH},
        do=lambda said: propose_closure(
            actor=actor, now=now(), case=case, version=said["version"], code=said["code"], reasons=said["reasons"]
        ),
    )  # fmt: skip


def _answers(actor: Actor, closure: Closure, lacking: list[dict[str, str]]) -> list[tuple[str, str]]:
    """What this person may decide now."""
    answers: list[tuple[str, str]] = []
    if not lacking and closure.decided_at is None and actor.may("close_case"):
        answers.append(("decide", "Close the case"))
    if (
        not lacking
        and closure.decided_at is not None
        and actor.may("second_closure")
        and not why_not_second(
            by=actor.user_id, proposed_by=closure.proposed_by_id, decided_by=closure.decided_by_id
        )
    ):
        answers.append(("second", "I agree: close the case"))
    if actor.may("close_case") or actor.may("second_closure") or actor.user_id == closure.proposed_by_id:
        answers.append(("refuse", "Do not close it"))
    return answers


def _decide(
    request: HttpRequest, actor: Actor, case: Case, closure: Closure, lacking: list[dict[str, str]]
) -> HttpResponse:
    moment = now()
    code = closing_code(closure.code, london_date(closure.proposed_at), case.owner_agency_id)
    answers = _answers(actor, closure, lacking) if actor.agency_id == case.owner_agency_id else []
    ground = not code.alone and any(one[0] == "decide" for one in answers)
    high = case.highest_band >= HIGH
    form = DecideForm(
        posted(request), answers=answers, ground=ground, high=high, initial={"version": closure.version}
    )

    def do(said: dict[str, Any]) -> None:
        given: dict[str, Any] = {
            "actor": actor, "now": moment, "case": case, "closure": closure, "version": said["version"]
        }  # fmt: skip
        if said["answer"] == "decide":
            decide_closure(**given, ground=said.get("ground", ""))
        elif said["answer"] == "second":
            second_closure(**given, reason=said.get("ground", ""))
        else:
            refuse_closure(**given, because=said["because"])

    return step(
        request, case=case, form=form, title="Close the case", button="Send the decision", done="The decision is kept.",
        do=do, row=closure, template="desk/case/close.html",
        more={
            "lacking": lacking, "closure": closure, "code": code, "answers": answers, "high": high,
            "options": {
                "because": {"show_when": "answer=refuse"},
                "ground": {"show_when": "answer=second" if closure.decided_at else "answer=decide"},
            },
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def open_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Reopen a closed case."""
    actor, case = opened(request, reference, Rung.WRITE)
    actor.require("reopen_case", "A supervisor reopens a case.")
    form = ReopenForm(posted(request), initial={"version": case.version})
    return step(
        request, case=case, form=form, title="Reopen the case", button="Reopen it", done="The case is open again.",
        do=lambda said: reopen(
            actor=actor, now=now(), case=case, version=said["version"], because=said["because"]
        ),
        row=case,
    )  # fmt: skip
