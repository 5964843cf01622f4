"""The question sets, their versions, and how two of them differ."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sentinel.foundation.clock import now
from sentinel.governance.operations import begin_draft
from sentinel.governance.queries import (
    approvers,
    drafts_of,
    governs,
    question_set_lines,
    subject_words,
    version_numbered,
)
from sentinel.governance.views.words import WORDS
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of, versions_of
from sentinel.questionnaires.rules import compare
from sentinel.web.requests import actor_of


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """Every question set, what holds now and what is being written."""
    today = london_date(now())
    lines = question_set_lines(actor_of(request), today)
    return render(request, "governance/sets.html", {"lines": lines, "today": today})


def _versions(request: HttpRequest, key: str) -> list[QuestionSetVersion]:
    governs(actor_of(request))
    found = versions_of(key)
    if not found:
        raise NotFound()
    return found


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One question set: its versions, and its drafts."""
    versions = _versions(request, key)
    today = london_date(now())
    drafts = drafts_of(key)
    current = next((row for row in versions if row.released_from <= today), None)
    context = {
        "key": key,
        "title": (current or versions[0]).title,
        "subject": subject_words(versions[0].subject),
        "versions": versions,
        "current": current,
        "today": today,
        "approvers": approvers(versions),
        "in_hand": next((row for row in drafts if row.state in {"open", "proposed"}), None),
        "drafts": [row for row in drafts if row.state not in {"open", "proposed"}],
    }
    return render(request, "governance/set.html", context)


@require_safe
def version_page(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version, read as words."""
    row = version_numbered(actor_of(request), key, number)
    context = {"row": row, "question_set": question_set_of(row.pk), "approvers": approvers([row]), **WORDS}
    return render(request, "governance/version.html", context)


@require_safe
def compare_page(request: HttpRequest, key: str) -> HttpResponse:
    """How two versions differ: the newest with the one before it where nothing is chosen."""
    versions = {row.number: row for row in _versions(request, key)}

    def chosen(name: str, otherwise: int) -> QuestionSetVersion:
        said = request.GET.get(name, "")
        number = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else otherwise
        if number not in versions:
            raise NotFound()
        return versions[number]

    newest = max(versions)
    later = chosen("to", newest)
    earlier = chosen("from", max((one for one in versions if one < later.number), default=later.number))
    context = {
        "key": key,
        "versions": list(versions.values()),
        "earlier": earlier,
        "later": later,
        "changes": compare(question_set_of(earlier.pk), question_set_of(later.pk)),
        **WORDS,
    }
    return render(request, "governance/compare.html", context)


@require_POST
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a draft from a version."""
    said = request.POST.get("version", "")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
    version = version_numbered(actor_of(request), key, number)
    draft = begin_draft(actor=actor_of(request), now=now(), version=version)
    messages.success(
        request, "The draft is begun. Nothing that you write here is used before another person approves it."
    )
    return redirect("draft", draft=draft.pk)
