"""Recording a contact, telling the outcome."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.accounts.calendars import calendar_of
from sentinel.care.operations import closure_notice, record_contact
from sentinel.care.queries import contacts_with, last_told
from sentinel.desk.assess.forms import ContactForm, OutcomeForm, initial_moment
from sentinel.desk.assess.person import PersonPage, person_page, why_not_here
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.errors import Invalid
from sentinel.web.fields import add_invalid
from sentinel.web.once import sent_before


@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Record that somebody was told, or tried for."""
    page = person_page(request, reference, party)
    page.actor.require("contact_victim", "Your role does not record contacts.")
    if request.method != "POST" and (why := why_not_here(page.case)):
        return _not_here(request, page, why)
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
    if request.method != "POST" and (why := why_not_here(page.case)):
        return _not_here(request, page, why)
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


def _not_here(request: HttpRequest, page: PersonPage, why: str) -> HttpResponse:
    title = f"Record a contact with {page.named.name}"
    return render(request, "desk/assess/not_assessed.html", page.context(title=title, why_not=why))


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
