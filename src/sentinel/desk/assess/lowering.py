"""A supervisor decides on a lower band that somebody asked for."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.desk.assess.assessing import note_elsewhere
from sentinel.desk.assess.what import AssessPage, of_case, of_person
from sentinel.desk.case.steps import Editing, step
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import in_words
from sentinel.risk.lowering import CONFIRM, REFUSE, answer_to, asked_of, decide_lowering, read_answer
from sentinel.risk.models import LoweringAsked
from sentinel.risk.rules import HIGH, band_key
from sentinel.web.fields import TextField
from sentinel.web.requests import posted


class DecideForm(Editing):
    """Lower or not, and why."""

    decision = forms.ChoiceField(
        label="What do you decide?", widget=forms.RadioSelect, error_messages={"required": "Choose whether the band is lowered."}
    )  # fmt: skip
    reason = TextField(
        label="Why?", rows=3, max_length=4000, error_messages={"required": "Say why: the reason stays beside the band."}
    )  # fmt: skip

    def __init__(self, row: LoweringAsked, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)  # noqa: S101 - declared above
        decision.choices = [
            (CONFIRM, f"Confirm: the risk is {band_key(row.band)}"),
            (REFUSE, f"Refuse: it stays {band_key(row.from_band)}"),
        ]


@require_http_methods(["GET", "POST"])
def lower_person(request: HttpRequest, reference: str, party: uuid.UUID, subject: str = "") -> HttpResponse:
    """What is asked about one person of a case, and the decision on it."""
    return _lower(request, of_person(request, reference, party, subject))


@require_http_methods(["GET", "POST"])
def lower_case(request: HttpRequest, reference: str, subject: str) -> HttpResponse:
    """The same about the case itself or its place."""
    return _lower(request, of_case(request, reference, subject))


def _lower(request: HttpRequest, page: AssessPage) -> HttpResponse:
    page.actor.require("see_cases", "Your role does not read cases.")
    row = asked_of(page.about) if page.about else None
    if row is None:
        answer = answer_to(page.actor, page.about) if page.about else None
        return redirect(page.case_href) if answer is None else _answered(request, page, answer)
    note_elsewhere(page.case, [row.stands])
    before = {
        one.question.key: one
        for one in in_words(question_set_of(row.stands.question_set_id), row.stands.answers)
    }
    said = in_words(question_set_of(row.question_set_id), row.answers)
    return step(
        request,
        case=page.case,
        form=DecideForm(row, posted(request), initial={"version": row.version}),
        title=f"Is the risk lower: {page.named.name}?",
        button="Keep the decision",
        done="The decision is kept. Whoever asked is told, and reads it on My work.",
        row=row,
        to=page.case_href,
        template="desk/assess/lower.html",
        more=page.context(
            row=row, stands=band_key(row.from_band), asked=band_key(row.band), said=said, now=now(),
            changed=[(one, before.get(one.question.key)) for one in said if _differs(one, before.get(one.question.key))],
            why_not=_why_not(page.actor, page, row),
        ),
        do=lambda given: decide_lowering(
            actor=page.actor, now=now(), case=page.case, row=row, version=given["version"], decision=given["decision"],
            reason=given["reason"],
        ),
    )  # fmt: skip


def _answered(request: HttpRequest, page: AssessPage, row: LoweringAsked) -> HttpResponse:
    """What was decided and why, for who asked, until they say that they have read it."""
    lowered = row.decision == "confirmed"
    return step(
        request,
        case=page.case,
        form=Editing(posted(request), initial={"version": row.version}),
        title=f"The band is lowered: {page.named.name}" if lowered else f"The band is not lowered: {page.named.name}",
        button="I have read it",
        done="It is off your work. The decision stays on the timeline.",
        row=row,
        to=page.case_href,
        template="desk/assess/answered.html",
        more=page.context(row=row, stands=band_key(row.band if lowered else row.from_band), asked=band_key(row.band), now=now()),
        do=lambda given: read_answer(actor=page.actor, now=now(), row=row, version=given["version"]),
    )  # fmt: skip


def _differs(one: Any, other: Any) -> bool:
    return other is None or (one.words, one.detail) != (other.words, other.detail)


def _why_not(actor: Actor, page: AssessPage, row: LoweringAsked) -> str:
    if page.case.rung < Rung.WRITE or not actor.may("lower_band"):
        return "A supervisor of an agency that works on the case decides."
    if row.asked_by_id == actor.user_id:
        return "You asked for it. Another supervisor decides."
    if row.from_band == HIGH and row.stands.assessor_id == actor.user_id:
        return (
            "You made the assessment that stands. Another supervisor decides that the risk is no longer high."
        )
    return ""
