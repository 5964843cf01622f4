"""What can be done with a report: each a page of its own with one form, which posts and goes back to the report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sentinel.access.models import Rung
from sentinel.accounts.models import Agency, Team
from sentinel.accounts.queries import user_with
from sentinel.audit.operations import attempt, note
from sentinel.desk.links import where
from sentinel.desk.report.page import (
    case_to_join,
    joinable,
    letters,
    other_agencies,
    teams_to_hand_on,
    title_of,
    type_words,
)
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, KnownOnly, NotFound, Refused
from sentinel.kernel.references import parse
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.queries import current_version, question_set_of
from sentinel.reports.forms import decide as given
from sentinel.reports.forms.take import VICTOR
from sentinel.reports.models import Report
from sentinel.reports.operations import (
    acknowledge_signpost,
    decide_not_to_open,
    decide_victor_e,
    hand_on,
    join_case,
    not_taken_forward,
    open_case_from_report,
    pick_up,
    signpost,
)
from sentinel.reports.queries import get_report, signposts_of, victor_history
from sentinel.web.fields import add_invalid
from sentinel.web.once import sent_before
from sentinel.web.requests import actor_of

# Shared with from the case, where the victim's wish and the basis are said: a victim service is told because she wants it.
WITH_THE_VICTIMS_WISH = "victim_service"


def _opened(request: HttpRequest, reference: str) -> tuple[Actor, Report]:
    actor = actor_of(request)
    return actor, get_report(actor, reference, Rung.WRITE)


def _named(typed: str) -> str:
    """The reference that was typed, "" for anything else: what was typed is not written down."""
    try:
        return str(parse(typed))
    except Invalid:
        return ""


def _back(report: Report) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("report", args=[report.reference]))


def _step(
    request: HttpRequest,
    report: Report,
    form: forms.Form,
    do: Callable[[dict[str, Any]], HttpResponse],
    *,
    title: str,
    button: str,
    said: str,
    kind: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form, or do what it asks and go back; a refusal of the operation stands beside its field."""
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                answer = _back(report) if sent_before(request) else do(form.cleaned_data)
        except Invalid as error:
            add_invalid(form, error)
            if error.kept:
                note("refused", **error.kept)
        except Conflict as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return answer
    context = {
        "form": form,
        "report": report,
        "step_title": title,
        "button_words": button,
        "kind": kind,
        **more,
    }
    return render(request, "desk/report/step.html", context)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a case from this report."""
    actor, report = _opened(request, reference)
    actor.require("open_case", "Your role takes reports; a practitioner opens the case.")
    form = given.OpenCaseForm(
        _data(request),
        agencies=[one for one in other_agencies(actor) if one.kind != WITH_THE_VICTIMS_WISH],
        caller_held=bool(report.caller_party and report.caller_party.identity_protected),
        initial={"title": title_of(report, type_words(report))},
    )

    def do(data: dict[str, Any]) -> HttpResponse:
        involved = [uuid.UUID(one) for one in data["involved"]]
        lead = user_with(actor.user_id) if actor.user_id else None
        case = open_case_from_report(
            actor=actor, now=clock_now(), report=report, title=data["title"], involved=involved, lead=lead
        )
        return HttpResponseRedirect(
            where("case", reference=case.reference) or reverse("report", args=[reference])
        )

    return _step(request, report, form, do, title="Open a case", button="Open the case",
                 said="The case is open. Everything that the report told is in it.")  # fmt: skip


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """Put this report into a case that is open."""
    actor, report = _opened(request, reference)
    actor.require("work_case", "Your roles do not include working on cases.")
    form = given.JoinCaseForm(_data(request), cases=joinable(actor, report))

    def do(data: dict[str, Any]) -> HttpResponse:
        field = "reference" if data.get("reference") else "case"
        typed = data["reference"] or data["case"]
        try:
            case = case_to_join(actor, typed)
        except (NotFound, KnownOnly, Refused) as error:
            words = error.message
            if isinstance(error, NotFound):
                words = "There is no such case, or you may not see it."
            elif isinstance(error, KnownOnly):
                words = f"Before you act, ring {error.desk} {error.phone}".strip() + "."
            raise Invalid.of(field, words).keeping(
                **attempt(error, "report_join_case", _named(typed))
            ) from error
        join_case(actor=actor, now=clock_now(), report=report, case=case)
        return HttpResponseRedirect(
            where("case", reference=case.reference) or reverse("report", args=[reference])
        )

    return _step(request, report, form, do, title="Put it into an open case", button="Put it into the case",
                 said="The report is in the case now.")  # fmt: skip


@require_http_methods(["GET", "POST"])
def signpost_caller(request: HttpRequest, reference: str) -> HttpResponse:
    """Point the caller elsewhere."""
    actor, report = _opened(request, reference)
    agencies = other_agencies(actor)
    form = given.SignpostForm(_data(request), agencies=agencies)

    def do(data: dict[str, Any]) -> HttpResponse:
        to: Agency | None = next((one for one in agencies if str(one.id) == data["to_agency"]), None)
        signpost(
            actor=actor,
            now=clock_now(),
            report=report,
            why=data["why"],
            to_agency=to,
            to_other=data["to_other"],
        )
        return _back(report)

    return _step(request, report, form, do, title="Point the caller elsewhere", button="Keep it",
                 said="Kept. The report stays yours until they say that they have taken it.")  # fmt: skip


@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, reference: str, signpost_id: uuid.UUID) -> HttpResponse:
    """Write down that the other has taken it."""
    actor, report = _opened(request, reference)
    if signpost_id not in {one.id for one in signposts_of(report)}:
        raise NotFound()
    form = given.AcknowledgeForm(_data(request))

    def do(data: dict[str, Any]) -> HttpResponse:
        acknowledge_signpost(
            actor=actor, now=clock_now(), signpost_id=signpost_id, report=report, how=data["how"]
        )
        return _back(report)

    return _step(request, report, form, do, title="They have taken it", button="Keep it", said="Kept.")


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, reference: str) -> HttpResponse:
    """End the report with a notice and its reasons."""
    actor, report = _opened(request, reference)
    form = given.EndForm(_data(request))

    def do(data: dict[str, Any]) -> HttpResponse:
        not_taken_forward(actor=actor, now=clock_now(), report=report, reasons=data["reasons"])
        return _back(report)

    return _step(request, report, form, do, title="Not taken forward", button="End the report",
                 said="The report has ended, with its notice.", kind="warning")  # fmt: skip


@require_http_methods(["GET", "POST"])
def not_open(request: HttpRequest, reference: str) -> HttpResponse:
    """A supervisor decides that no case is opened."""
    actor, report = _opened(request, reference)
    actor.require("decide_not_to_open", "Only a supervisor decides that no case is opened.")
    form = given.NotOpenForm(_data(request))

    def do(data: dict[str, Any]) -> HttpResponse:
        decide_not_to_open(actor=actor, now=clock_now(), report=report, reason=data["reason"])
        return _back(report)

    return _step(request, report, form, do, title="No case is opened", button="Decide", said="Decided, with your reason.",
                 kind="warning")  # fmt: skip


@require_http_methods(["GET", "POST"])
def victor_e(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer VICTOR-E again."""
    actor, report = _opened(request, reference)
    now = clock_now()
    history = victor_history(report)
    before = history[0].answers if history else {}
    today = london_date(now)
    data = _data(request)
    form = QuestionForm(
        question_set_of(current_version(VICTOR, today).pk),
        data,
        today=today,
        answers=before,
        complete=False,
        prefix="v",
    )
    why = given.AgainForm(data)
    if data is not None and form.is_valid() and why.is_valid():
        try:
            with transaction.atomic():
                row = decide_victor_e(
                    actor=actor, now=now, report=report, answers=form.answers, reason=why.cleaned_data["reason"],
                    sources=_kept_sources(history[0].sources if history else {}, before, form.answers),
                )  # fmt: skip
        except Invalid as error:
            add_invalid(why, error)
        except Conflict as error:
            why.add_error(None, error.message)
        else:
            messages.success(request, f"Answered. {row.get_decision_display()}.")
            return _back(report)
    context = {
        "form": form, "why": why, "report": report, "letters": letters(history[0] if history else None, now),
        "has_errors": form.is_bound and bool(form.errors or why.errors), "history": history, "now": now,
    }  # fmt: skip
    return render(request, "desk/report/victor_e.html", context)


def _kept_sources(sources: dict[str, str], before: dict[str, str], after: dict[str, Any]) -> dict[str, str]:
    """Where an answer came from, for those that stayed as they were."""
    return {letter: words for letter, words in sources.items() if before.get(letter) == after.get(letter)}


@require_POST
def take_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Pick the report up."""
    actor, report = _opened(request, reference)
    pick_up(actor=actor, now=clock_now(), report=report)
    messages.success(request, "You have this report now.")
    return _back(report)


@require_http_methods(["GET", "POST"])
def pass_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand the report on to another team."""
    actor, report = _opened(request, reference)
    teams = teams_to_hand_on(report)
    form = given.HandOnForm(_data(request), teams=teams)

    def do(data: dict[str, Any]) -> HttpResponse:
        team: Team = next(one for one in teams if str(one.id) == data["team"])
        hand_on(actor=actor, now=clock_now(), report=report, team=team)
        # The new team's list has it now; who handed it on may not see it any more.
        return HttpResponseRedirect(reverse("report_list"))

    return _step(request, report, form, do, title="Hand it on", button="Hand it on", said="Handed on.")
