"""Assessing a victim, recording a contact, telling the outcome."""

from __future__ import annotations

import uuid

from django import forms as django_forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sentinel.accounts.calendars import calendar_of
from sentinel.care.operations import closure_notice, record_contact
from sentinel.care.queries import contacts_with, last_told
from sentinel.desk.assess.begun import typed
from sentinel.desk.assess.forms import BandForm, ContactForm, OutcomeForm, initial_moment
from sentinel.desk.assess.person import PersonPage, person_page, told_before
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import in_words
from sentinel.risk.drafts import draft_of, keep_assessment_draft, throw_assessment_draft_away
from sentinel.risk.operations import assess
from sentinel.risk.queries import current_assessments, history, matrix_for
from sentinel.risk.rules import PERPETRATOR, VICTIM, band_key
from sentinel.web.again import put_back
from sentinel.web.fields import add_invalid
from sentinel.web.once import sent_before

SEEN = "seen"


@require_http_methods(["GET", "POST"])
def assess_page(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """The victim risk assessment of one person: the questions, what was told before, the band."""
    page = person_page(request, reference, party)
    page.actor.require("assess", "Your role does not assess risk.")
    now = clock_now()
    version = matrix_for(VICTIM, london_date(now), page.case.owner_agency_id)
    if request.method == "POST" and request.POST.get("do") == "keep":
        return _save_and_come_back(request, page, version)
    question_set = question_set_of(version.id)
    standing = next(iter(history(page.actor, page.party, VICTIM)), None)
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(
        question_set,
        data,
        today=london_date(now),
        carried=told_before(page.case, page.party, question_set, standing),
        automatic_suffices=True,
    )
    band_form = BandForm(question_set, data)
    overtaken, row = False, None
    draft = draft_of(page.actor, page.party)
    if draft is not None and data is None:
        put_back(form, draft.data)
        put_back(band_form, draft.data)
    if data is not None and form.is_valid() and band_form.is_valid():
        try:
            with transaction.atomic():
                # Whoever presses twice must not be told that somebody else was quicker.
                if not sent_before(request):
                    row = assess(
                        actor=page.actor,
                        now=now,
                        case=page.case,
                        party=page.party,
                        version=version,
                        answers=form.answers,
                        band=band_form.cleaned_data["band"] or None,
                        judgement_reason=band_form.cleaned_data.get("judgement_reason", ""),
                        seen=_seen(data.get(SEEN, "")),
                    )
        except Invalid as error:
            _beside(error, form, band_form)
        except Conflict:
            overtaken = True
        else:
            if row is not None:
                said = f"{page.named.name}: {band_key(row.band)} risk. The assessment is kept."
                messages.success(request, said)
            return HttpResponseRedirect(page.case_href)
    return render(
        request,
        "desk/assess/assess.html",
        page.context(
            form=form,
            band_form=band_form,
            has_errors=form.is_bound and bool(form.errors or band_form.errors or overtaken),
            overtaken=overtaken,
            standing=standing,
            standing_band=band_key(standing.band) if standing else None,
            stale_since=_stale_since(page),
            draft=draft,
            other_questions=draft is not None and draft.question_set_id != version.id,
            now=now,
        ),
        status=409 if overtaken else (422 if form.is_bound else 200),
    )


def _save_and_come_back(request: HttpRequest, page: PersonPage, version: QuestionSetVersion) -> HttpResponse:
    keep_assessment_draft(
        actor=page.actor, now=clock_now(), case=page.case, party=page.party, version=version, data=typed(request)
    )  # fmt: skip
    messages.success(
        request,
        f"What you answered about {page.named.name} is kept, for you alone. It is not an assessment yet:"
        " it waits for you on My work.",
    )
    return HttpResponseRedirect(page.case_href)


@require_POST
def keep_draft(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Keep what is typed as one types; nothing is shown, so nothing is logged as read. 204."""
    page = person_page(request, reference, party, log=False)
    now = clock_now()
    version = matrix_for(VICTIM, london_date(now), page.case.owner_agency_id)
    keep_assessment_draft(
        actor=page.actor, now=now, case=page.case, party=page.party, version=version, data=typed(request)
    )
    return HttpResponse(status=204)


@require_POST
def throw_draft_away(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Throw away what one began."""
    page = person_page(request, reference, party)
    throw_assessment_draft_away(actor=page.actor, now=clock_now(), party=page.party)
    messages.success(request, f"What you began about {page.named.name} is thrown away.")
    return HttpResponseRedirect(page.case_href)


def _seen(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _stale_since(page: PersonPage) -> object:
    one = current_assessments(page.actor, page.case).get(page.party.id)
    return one.stale_since if one else None


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
    rows = [*history(page.actor, page.party, VICTIM), *history(page.actor, page.party, PERPETRATOR)]
    shown = [
        {
            "row": row,
            "band": band_key(row.band),
            "said": in_words(question_set_of(row.question_set_id), row.answers),
        }
        for row in sorted(rows, key=lambda row: (row.assessed_at, row.id), reverse=True)
    ]
    return render(request, "desk/assess/assessments.html", page.context(shown=shown, judgement=JUDGEMENT))


JUDGEMENT = {
    "": "by the answers",
    "judged": "by judgement",
    "raised": "raised by judgement",
    "lowered": "lowered by judgement",
}


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Record that somebody was told, or tried for."""
    page = person_page(request, reference, party)
    page.actor.require("contact_victim", "Your role does not record contacts.")
    now = clock_now()
    data = request.POST if request.method == "POST" else None
    form = ContactForm(page.safe, data, initial=initial_moment(now))
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                if not sent_before(request):
                    record_contact(
                        actor=page.actor,
                        now=now,
                        case=page.case,
                        party=page.party,
                        at=form.moment(now),
                        method=form.cleaned_data["method"],
                        result=form.cleaned_data["result"],
                        said=form.cleaned_data["said"],
                        next_by=form.promised(calendar_of(page.case.owner_agency)),
                        unsafe_reason=form.cleaned_data["unsafe_reason"],
                    )
        except Invalid as error:
            add_invalid(form, _renamed(error))
        else:
            messages.success(request, f"The contact with {page.named.name} is recorded.")
            return HttpResponseRedirect(page.case_href)
    return _contact_page(request, "desk/assess/contact.html", page, form)


@require_http_methods(["GET", "POST"])
def tell_outcome(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Record what a victim was told of the end of the case."""
    page = person_page(request, reference, party)
    page.actor.require("contact_victim", "Your role does not record contacts.")
    now = clock_now()
    data = request.POST if request.method == "POST" else None
    form = OutcomeForm(page.safe, data, initial=initial_moment(now))
    if data is not None and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                if not sent_before(request):
                    closure_notice(
                        actor=page.actor,
                        now=now,
                        case=page.case,
                        party=page.party,
                        result=given["result"],
                        at=form.moment(now),
                        method=given["method"],
                        told_outcome=given["told_outcome"],
                        told_reasons=given["told_reasons"],
                        told_review_right=given["told_review_right"],
                        told_how_to_return=given["told_how_to_return"],
                        words=given["said"],
                        unsafe_reason=given["unsafe_reason"],
                    )
        except Invalid as error:
            add_invalid(form, _renamed(error))
        else:
            messages.success(request, f"What {page.named.name} was told is recorded.")
            return HttpResponseRedirect(page.case_href)
    return _contact_page(request, "desk/assess/outcome.html", page, form)


def _contact_page(request: HttpRequest, template: str, page: PersonPage, form: ContactForm) -> HttpResponse:
    now = clock_now()
    told = last_told(page.actor, page.case, now).get(page.party.id)
    context = page.context(
        form=form,
        told=told,
        contacts=contacts_with(page.actor, page.party)[:10],
        now=now,
        reached_at=page.reached_at(),
    )
    return render(request, template, context, status=422 if form.is_bound else 200)


def _renamed(error: Invalid) -> Invalid:
    """An operation's fields by the names that the forms have."""
    names = {"at": "day", "next_by": "next_day"}
    return Invalid({names.get(field, field): words for field, words in error.errors.items()})
