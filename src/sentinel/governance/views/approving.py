"""Proposing a draft, and another person's approval."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sentinel.foundation.clock import now
from sentinel.governance.forms import ProposeForm, WhyForm
from sentinel.governance.operations import approve, propose, send_back, throw_away
from sentinel.governance.queries import (
    authors_of,
    changes_nothing,
    compared_with,
    newest_revision,
    problems_of,
)
from sentinel.governance.tabletop import newest_tabletop
from sentinel.governance.views.common import Writing, mend_href, read_or_not_found, writing
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import Style, compare
from sentinel.web.fields import add_invalid
from sentinel.web.requests import actor_of, posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])


def _to_decide(page: Writing) -> dict[str, Any]:
    """What somebody should have before them: the changes, and whether it was tried on past assessments."""
    question_set = read_or_not_found(page.definition)
    last = newest_tabletop(page.draft)
    tried = last is not None and last.done_at is not None and last.revision.number == page.draft.number
    tried = tried and last is not None and not last.result.get("too_few")
    return {
        "question_set": question_set,
        "changes": compare(question_set_of(compared_with(page.draft).pk), question_set),
        "tried": tried,
        "gives_band": question_set.style is not Style.PLAIN,
    }


@page_of_form
def propose_page(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Propose the draft from a day."""
    page = writing(request, draft)
    problems = [(place, mend_href(page.draft, place)) for place in problems_of(page.draft, page.definition)]
    form = ProposeForm(posted(request), initial={"release_from": london_date(now())})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                propose(
                    actor=actor_of(request), now=now(), draft_id=page.draft.pk, seen=page.seen,
                    release_from=form.cleaned_data["release_from"],
                )  # fmt: skip
            except Invalid as error:
                add_invalid(form, error)
            except Conflict as error:
                form.add_error(None, error.message)
                status = 409
            else:
                messages.success(
                    request, "Proposed. Another governance officer looks at it now and approves it, or sends it back."
                )  # fmt: skip
                return redirect(page.href)
    context = page.context(
        form=form, problems=problems, nothing=changes_nothing(page.draft), **_to_decide(page)
    )
    return render(request, "governance/propose.html", context, status=status)


def _day(posted: str) -> date | None:
    try:
        return date.fromisoformat(posted)
    except ValueError:
        return None


@page_of_form
def decide(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Approve exactly what this page shows."""
    page = writing(request, draft, to_write=False)
    actor = actor_of(request)
    form = forms.Form(posted(request))
    status = 200
    if request.method == "POST":
        try:
            version = approve(
                actor=actor, now=now(), draft_id=page.draft.pk, seen=request.POST.get("fingerprint", ""),
                seen_from=_day(request.POST.get("release_from", "")),
            )  # fmt: skip
        except Invalid as error:
            add_invalid(form, error)
            status = 422
        except Conflict as error:
            form.add_error(None, error.message)
            status = 409
        else:
            when = show_date(version.released_from)
            messages.success(request, f"Approved. Version {version.number} is used from {when}.")
            return redirect("question_set", key=version.key)
    context = page.context(
        form=form,
        proposed=page.draft.state == "proposed",
        own=actor.user_id in authors_of(page.draft),
        fingerprint=newest_revision(page.draft).fingerprint,
        **_to_decide(page),
    )
    return render(request, "governance/decide.html", context, status=status)


@page_of_form
def send_back_page(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Give a proposed draft back, with what is to be changed."""
    page = writing(request, draft, to_write=False)
    form = WhyForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                send_back(
                    actor=actor_of(request),
                    now=now(),
                    draft_id=page.draft.pk,
                    why=form.cleaned_data["why"],
                )
            except Invalid as error:
                add_invalid(form, error)
            except Conflict as error:
                form.add_error(None, error.message)
                status = 409
            else:
                messages.success(request, "It can be written on again.")
                return redirect(page.href)
    return render(request, "governance/send_back.html", page.context(form=form), status=status)


@page_of_form
def throw_away_page(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Throw the draft away, after a question."""
    page = writing(request, draft, to_write=False)
    if request.method == "POST":
        throw_away(actor=actor_of(request), now=now(), draft_id=page.draft.pk)
        messages.success(request, "The draft is thrown away. What is in use stays as it is.")
        return redirect("question_set", key=page.draft.key)
    return render(request, "governance/throw_away.html", page.context(form=forms.Form()))
