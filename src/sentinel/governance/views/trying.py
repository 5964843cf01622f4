"""A draft looked at before it is used: as the officer will see it, against the version it began from, on past assessments."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from sentinel.audit.operations import note_each
from sentinel.foundation.clock import now
from sentinel.governance.forms import JudgedForm
from sentinel.governance.operations import ask_for_tabletop
from sentinel.governance.queries import compared_with, problems_of
from sentinel.governance.rules.drawing import Group, few, pairs_of_bars
from sentinel.governance.rules.replaying import LIMITS, NO_BAND
from sentinel.governance.tabletop import FEWEST_PAST, Own, newest_tabletop, own_reach
from sentinel.governance.views.common import mend_href, read_or_not_found, writing
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, Style, build, compare, score
from sentinel.web.fields import add_invalid
from sentinel.web.requests import actor_of, posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])


@page_of_form
def preview(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """The questions as the officer will see them. Answers give points and a band; nothing is kept."""
    page = writing(request, draft, to_write=False)
    question_set, form_problems = build(page.definition)
    if question_set is None or form_problems:
        problems = [
            (place, mend_href(page.draft, place)) for place in problems_of(page.draft, page.definition)
        ]
        return render(request, "governance/preview.html", page.context(form=None, problems=problems))
    given = posted(request)
    form = QuestionForm(question_set, given, today=london_date(now()), automatic_suffices=True)
    judged = question_set.style is Style.JUDGEMENT
    band = JudgedForm(given, question_set=question_set) if judged else None
    outcome = None
    valid = form.is_valid()
    if given is not None:
        chosen = band.cleaned_data.get("band") if band is not None and band.is_valid() else None
        outcome = score(question_set, form.answers, chosen or None)
    context = page.context(
        form=form,
        band_form=band,
        question_set=question_set,
        outcome=outcome,
        reasons=[one.reason for one in outcome.automatic_reasons] if outcome else [],
        unknowns=_texts(question_set, outcome.unknowns) if outcome else [],
        unanswered=_texts(question_set, outcome.unanswered) if outcome else [],
        problems=[],
    )
    return render(
        request, "governance/preview.html", context, status=422 if given is not None and not valid else 200
    )


def _texts(question_set: QuestionSet, keys: tuple[str, ...]) -> list[str]:
    return [question.text for key in keys if (question := question_set.question(key))]


@require_safe
def changes(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """What the draft changes, against the version it began from."""
    page = writing(request, draft, to_write=False)
    before = compared_with(page.draft)
    found = compare(question_set_of(before.pk), read_or_not_found(page.definition))
    return render(request, "governance/changes.html", page.context(changes=found, before=before))


@page_of_form
def past(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Who would stand in another band, and why: in the whole partnership as counts, and by name where the reader may read; that
    each of those cases was looked at is recorded."""
    page = writing(request, draft, to_write=False)
    question_set = read_or_not_found(page.definition)
    problems = [(place, mend_href(page.draft, place)) for place in problems_of(page.draft, page.definition)]
    form = forms.Form(posted(request))
    if request.method == "POST":
        try:
            ask_for_tabletop(actor=actor_of(request), now=now(), draft_id=page.draft.pk)
        except Invalid as error:
            add_invalid(form, error)
        else:
            messages.success(
                request, "The draft is being tried. It takes up to a minute or two: reload this page."
            )
            return redirect("draft_past", draft=page.draft.pk)
    last = newest_tabletop(page.draft)
    done = last is not None and last.done_at is not None
    gives_band = question_set.style is not Style.PLAIN
    own = own_reach(actor_of(request), question_set) if gives_band and not problems else None
    if own and own.lines:
        note_each("view", {line.case_id for line in own.lines}, subject="tabletop")
    context = page.context(
        form=form,
        problems=problems,
        gives_band=gives_band,
        fewest=FEWEST_PAST,
        last=last,
        older=last is not None and last.revision.number != page.draft.number,
        result=_result(last.result, question_set, question_set_of(compared_with(page.draft).pk)) if last and done else None,
        own=own,
        own_pairs=_own_pairs(own, question_set) if own else [],
        band_words=_band_words(question_set),
        cause_words=_cause_words(question_set, question_set_of(compared_with(page.draft).pk)),
        now=now(),
    )  # fmt: skip
    return render(request, "governance/past.html", context, status=422 if form.is_bound else 200)


def _band_words(question_set: QuestionSet) -> dict[str, str]:
    return {**{band.key: band.label for band in question_set.bands}, NO_BAND: "To be judged again"}


def _cause_words(question_set: QuestionSet, before: QuestionSet) -> dict[str, str]:
    texts = {one.key: one.text for one in (*before.questions(), *question_set.questions())}
    return {**texts, LIMITS: "The points of the bands"}


def _own_pairs(own: Own, question_set: QuestionSet) -> list[tuple[str, str, int]]:
    words = _band_words(question_set)
    return [
        (words.get(was, was), words.get(becomes, becomes), count)
        for (was, becomes), count in sorted(own.pairs.items())
        if was != becomes
    ]


def _roughly(count: int | None) -> str:
    """A count that was rounded, said so."""
    return f"about {count:,}" if count else few(count)


def _result(result: dict[str, Any], question_set: QuestionSet, before: QuestionSet) -> dict[str, Any]:
    """What the worker found, with its words: a table from band to band, what makes the difference, and a drawing."""
    if result.get("too_few"):
        return {"too_few": True, "higher": "", "capped": False, "drawing": None, "causes": []}
    words, causes = _band_words(question_set), _cause_words(question_set, before)
    bands = [band.key for band in question_set.bands]
    if NO_BAND in {*result["before"], *result["after"]}:
        bands.append(NO_BAND)
    counts = {(was, becomes): count for was, becomes, count in result["pairs"]}
    rows = [[words[was], *[few(counts.get((was, becomes))) for becomes in bands]] for was in bands]
    groups = [Group(words[key], result["before"].get(key), result["after"].get(key)) for key in bands]
    return {
        "too_few": False,
        "of": _roughly(result["of"]),
        "changed": _roughly(result["changed"]).capitalize(),
        "higher": _roughly(result["higher"]) if question_set.style is Style.SCORED else "",
        "heads": ["Band now", *[f"{words[key]} with the draft" for key in bands]],
        "rows": rows,
        "causes": [[causes.get(key, key), few(count)] for key, count in result["causes"]],
        "drawing": pairs_of_bars(groups),
        "capped": result["capped"],
    }
