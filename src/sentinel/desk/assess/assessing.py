"""Assessing: a person as what they are in the case, the case that has no victim, its place; and what was assessed before."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sentinel.audit.operations import note, note_each
from sentinel.cases.lists import labels
from sentinel.cases.models import Case
from sentinel.desk.assess.begun import typed, version_asked
from sentinel.desk.assess.forms import BandForm
from sentinel.desk.assess.person import person_page, why_not_here
from sentinel.desk.assess.what import WHAT, AssessPage, of_case, of_person
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.partnership.referrals.at_risk import asks_who
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, in_words, score
from sentinel.risk.about import About
from sentinel.risk.drafts import draft_of, keep_assessment_draft, throw_assessment_draft_away
from sentinel.risk.lowering import ask_to_lower, asked_of
from sentinel.risk.models import Assessment, LoweringAsked, Thrive
from sentinel.risk.operations import assess
from sentinel.risk.queries import earlier_reports, history, matrix_for, risk_in
from sentinel.risk.rules import CASE, LOCATION, LOW, OF_PEOPLE, band_key
from sentinel.risk.thrive.operations import thrives_of, topics_of
from sentinel.web.again import put_back
from sentinel.web.fields import add_invalid
from sentinel.web.once import sent_before

SEEN = "seen"
REPEAT = "repeat_victim"


@require_http_methods(["GET", "POST"])
def assess_person(request: HttpRequest, reference: str, party: uuid.UUID, subject: str = "") -> HttpResponse:
    """The assessment of one person: the questions, what was told before, the band."""
    return _assess(request, of_person(request, reference, party, subject))


@require_http_methods(["GET", "POST"])
def assess_case(request: HttpRequest, reference: str, subject: str) -> HttpResponse:
    """The assessment of the case that has no victim, or of its place."""
    return _assess(request, of_case(request, reference, subject))


def _assess(request: HttpRequest, page: AssessPage) -> HttpResponse:
    page.actor.require("assess", "Your role does not assess risk.")
    now = clock_now()
    if request.method != "POST" and (why := why_not_here(page.case)):
        return render(request, "desk/assess/not_assessed.html", page.context(why_not=why))
    if page.about is None or page.why_not:
        status = 422 if request.method == "POST" else 200
        return render(request, "desk/assess/not_assessed.html", page.context(), status=status)
    draft = draft_of(page.actor, page.about)
    today = london_date(now)
    version = version_asked(
        request,
        matrix_for(page.subject, today, page.case.owner_agency_id),
        today,
        kept=draft.question_set_id if draft else None,
    )
    if request.method == "POST" and request.POST.get("do") == "keep":
        return _save_and_come_back(request, page, page.about, version)
    question_set = question_set_of(version.id)
    standing = next(iter(history(page.about)), None)
    note_elsewhere(page.case, [standing] if standing else [])
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(
        question_set,
        data,
        today=london_date(now),
        carried=page.carried(question_set, standing),
        automatic_suffices=True,
    )
    band_form = BandForm(question_set, data)
    if draft is not None and data is None:
        put_back(form, draft.data)
        put_back(band_form, draft.data)
    if data is not None and form.is_valid() and band_form.is_valid():
        row = None
        try:
            with transaction.atomic():
                # Whoever presses twice must not be told that somebody else was quicker.
                if not sent_before(request):
                    given: dict[str, Any] = {
                        "actor": page.actor, "now": now, "case": page.case, "party": page.about.party, "version": version,
                        "answers": form.answers, "band": band_form.cleaned_data["band"] or None,
                        "judgement_reason": band_form.cleaned_data.get("judgement_reason", ""), "seen": _seen(data.get(SEEN, "")),
                    }  # fmt: skip
                    if data.get("do") == "ask":
                        _say_asked(request, page, ask_to_lower(**given))
                    else:
                        row = assess(**given)
        except Invalid as error:
            _beside(error, form, band_form)
        else:
            if row is not None:
                _say(request, page, row)
                asks = asks_who(row)
                if asks is not None:
                    return redirect("referral_about", reference=page.case.reference, referral=asks.id)
            return HttpResponseRedirect(page.case_href)
    found = risk_in(page.actor, page.case)
    current = {CASE: found.itself, LOCATION: found.place}.get(page.subject) or (
        found.people.get((page.about.party.id, page.subject)) if page.about.party else None
    )
    return render(
        request,
        "desk/assess/assess.html",
        page.context(
            form=form,
            band_form=band_form,
            has_errors=form.is_bound and bool(form.errors or band_form.errors),
            standing=standing,
            standing_band=band_key(standing.band) if standing else None,
            holds=current.currency(now) if current else None,
            put_off=found.put_off(page.about.party.id if page.about.party else None, now)
            if page.subject in {"victim", CASE} and standing is None
            else None,
            may_put_off=page.subject in {"victim", CASE} and standing is None,
            draft=draft,
            may_ask=standing is not None and _may_ask(page.actor, standing),
            waits=asked_of(page.about) if standing is not None else None,
            waits_href=page.address("lower"),
            asked=version.id,
            repeat=_repeat(page, question_set, now),
            types=labels("national-types", london_date(now)),
            other_questions=draft is not None and draft.question_set_id != version.id,
            thrive=_thrive(page.actor, page.case),
            now=now,
        ),
        status=422 if form.is_bound else 200,
    )


def _may_ask(actor: Actor, standing: Assessment) -> bool:
    """Whether the actor may not lower the band that stands and may ask a supervisor to."""
    return standing.band > LOW and (not actor.may("lower_band") or standing.assessor_id == actor.user_id)


def _say_asked(request: HttpRequest, page: AssessPage, row: LoweringAsked) -> None:
    messages.success(
        request,
        f"A supervisor is asked whether {page.named.name} is {band_key(row.band)}. Your answers are kept for them; until one decides,"
        f" {band_key(row.from_band)} stands.",
    )


def _thrive(actor: Actor, case: Case) -> list[tuple[Thrive, list[tuple[str, str]]]]:
    """What came with control-room logs, for the page to show beside the assessment (R155)."""
    return [(row, topics_of(row)) for row in thrives_of(actor, case)]


def _repeat(page: AssessPage, question_set: QuestionSet, now: datetime) -> dict[str, object]:
    """What the records say beside "is this person a repeat victim?", and under which heading. What is shown of another record is
    logged."""
    section = next(
        (one.key for one in question_set.sections if any(asked.key == REPEAT for asked in one.questions)),
        None,
    )
    if section is None or page.person is None:
        return {}
    found = earlier_reports(page.actor, page.case, page.person.party, now)
    for record_id in sorted({one.record_id for one in found.reports} - {page.case.id}, key=str):
        note("view", record_id=record_id, subject="report")
    return {"section": section, "found": found}


def _say(request: HttpRequest, page: AssessPage, row: Assessment) -> None:
    name = page.named.name[0].upper() + page.named.name[1:]
    said = f"{name}: {band_key(row.band)} risk. The assessment is kept."
    if row.beside is None:
        messages.success(request, said)
        return
    who = row.beside.assessor.name if row.beside.assessor else "Somebody else"
    messages.warning(
        request,
        f"{said} {who} assessed {'them' if page.person else 'it'} as {band_key(row.beside.band)} while you were writing: both are"
        " kept, yours stands, and the higher band holds. They are told. Look at theirs under the earlier assessments.",
    )


def _save_and_come_back(
    request: HttpRequest, page: AssessPage, about: About, version: QuestionSetVersion
) -> HttpResponse:
    keep_assessment_draft(
        actor=page.actor, now=clock_now(), case=page.case, about=about, version=version, data=typed(request)
    )
    messages.success(
        request,
        f"What you answered about {page.named.name} is kept, for you alone. It is not an assessment yet:"
        " it waits for you on My work.",
    )
    return HttpResponseRedirect(page.case_href)


@require_POST
def keep_person(request: HttpRequest, reference: str, party: uuid.UUID, subject: str = "") -> HttpResponse:
    """Keep what is typed as one types; nothing is shown, so nothing is logged as read. 204."""
    return _keep(request, of_person(request, reference, party, subject, log=False))


@require_POST
def keep_case(request: HttpRequest, reference: str, subject: str) -> HttpResponse:
    """The same for the case itself or its place. 204."""
    return _keep(request, of_case(request, reference, subject, log=False))


def _keep(request: HttpRequest, page: AssessPage) -> HttpResponse:
    now = clock_now()
    today = london_date(now)
    in_force = matrix_for(page.subject, today, page.case.owner_agency_id)
    version = version_asked(request, in_force, today)
    keep_assessment_draft(
        actor=page.actor, now=now, case=page.case, about=_about(page), version=version, data=typed(request)
    )
    return HttpResponse(status=204)


def _about(page: AssessPage) -> About:
    if page.about is None:
        raise Invalid(page.why_not)
    return page.about


@require_POST
def throw_person_away(
    request: HttpRequest, reference: str, party: uuid.UUID, subject: str = ""
) -> HttpResponse:
    """Throw away what one began."""
    return _throw_away(request, of_person(request, reference, party, subject))


@require_POST
def throw_case_away(request: HttpRequest, reference: str, subject: str) -> HttpResponse:
    """The same of the case itself or its place."""
    return _throw_away(request, of_case(request, reference, subject))


def _throw_away(request: HttpRequest, page: AssessPage) -> HttpResponse:
    throw_assessment_draft_away(actor=page.actor, now=clock_now(), about=_about(page))
    messages.success(request, f"What you began about {page.named.name} is thrown away.")
    return HttpResponseRedirect(page.case_href)


def _seen(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _beside(error: Invalid, form: QuestionForm, other: django_forms.Form) -> None:
    """What was refused goes to the form that has the field; what neither has stands over the whole."""
    mine = {name: words for name, words in error.errors.items() if name not in other.fields}
    theirs = {name: words for name, words in error.errors.items() if name in other.fields}
    add_invalid(form, Invalid(mine))
    add_invalid(other, Invalid(theirs))


@require_safe
def assessments(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Every assessment of one person, newest first, with its answers, reasons and version."""
    page = person_page(request, reference, party)
    page.actor.require("see_cases", "Your role does not read cases.")
    rows = [row for subject in OF_PEOPLE for row in history(About(page.case.id, subject, party=page.party))]
    rows.sort(key=lambda row: (row.assessed_at, row.id), reverse=True)
    return render(
        request,
        "desk/assess/assessments.html",
        page.context(
            shown=_shown(rows),
            thrive=_thrive(page.actor, page.case),
            may_assess=page.actor.may("assess") and not why_not_here(page.case),
            **_WORDS,
        ),
    )


@require_safe
def assessments_of(request: HttpRequest, reference: str, subject: str) -> HttpResponse:
    """Every assessment of the case itself or of its place, newest first, as far as the reader may see."""
    page = of_case(request, reference, subject)
    page.actor.require("see_cases", "Your role does not read cases.")
    rows = history(page.about) if page.about else []
    note_elsewhere(page.case, rows)
    return render(
        request,
        "desk/assess/assessments.html",
        page.context(shown=_shown(rows), thrive=_thrive(page.actor, page.case), **_WORDS),
    )


def note_elsewhere(case: Case, rows: Iterable[Assessment]) -> None:
    """Record that another case's assessment of the place was read here: the case's owner sees it."""
    if others := {row.record_id for row in rows} - {case.id}:
        note_each("view", sorted(others), subject="assessment")


def _shown(rows: list[Assessment]) -> list[dict[str, object]]:
    newest = {subject: next((row.id for row in rows if row.subject == subject), None) for subject in WHAT}
    return [
        {
            "row": row,
            "band": band_key(row.band),
            "how": _how(row),
            "asked": getattr(row, "asked", None),
            "past": newest[row.subject] != row.id,
            "said": in_words(question_set_of(row.question_set_id), row.answers),
        }
        for row in rows
    ]


def _how(row: Assessment) -> str:
    """How the band came about: by the answers, by judgement, or made high by which answers, and what the assessor had chosen."""
    made = "; ".join(
        one.reason.rstrip(".")
        for one in score(question_set_of(row.question_set_id), row.answers).automatic_reasons
    )
    if not row.made_by_an_answer:
        also = f" (made high also by: {made})" if made else ""
        return JUDGEMENT[row.judgement] + also
    who = row.assessor.name if row.assessor else "The assessor"
    chose = f". {who} chose {band_key(row.chosen)}" if row.chosen else ""
    return f"made high by: {made}{chose}"


JUDGEMENT = {
    "": "by the answers",
    "judged": "by judgement",
    "raised": "raised by judgement",
    "lowered": "lowered by judgement",
}
_WORDS = {"as_what": WHAT}
