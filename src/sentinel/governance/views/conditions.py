"""When a question is shown, or must be answered: built by choosing an earlier question, how, and answers."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.governance.forms import ModeForm, OfForm, PartForm
from sentinel.governance.rules import editing
from sentinel.governance.rules.building_conditions import Built, Part, as_condition, as_list
from sentinel.governance.rules.editing import Definition
from sentinel.governance.views.common import Writing, read, settle_part, writing
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.rules import QuestionSet, condition_words, read_condition
from sentinel.web.requests import posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])
NAMES = {"show_when": "it is shown", "required_when": "it must be answered"}


def _words(data: object, question_set: QuestionSet | None) -> str:
    condition = read_condition(data, "", []) if isinstance(data, dict) else None
    if condition is None or question_set is None:
        return ""
    return condition_words(condition, question_set)


def _earlier(definition: Definition, question: str) -> list[editing.Part]:
    """The questions that are asked before one."""
    found = []
    for one in editing.questions(definition):
        if one.get("key") == question:
            break
        found.append(one)
    return found


def _address(page: Writing, question: str, which: str, name: str = "draft_condition") -> str:
    return reverse(name, kwargs={"draft": page.draft.pk, "question": question, "which": which})


@page_of_form
def condition_page(request: HttpRequest, draft: uuid.UUID, question: str, which: str) -> HttpResponse:
    """The parts of a condition, and whether all or any must hold. A button takes a part away, or all of them."""
    page = writing(request, draft)
    if which not in NAMES:
        raise NotFound()
    asked = editing.question_of(page.definition, question)
    built = as_list(asked.get(which))
    given = posted(request)
    do = request.POST.get("do", "")
    form = forms.Form(given) if do else ModeForm(given, initial={"mode": built.mode if built else "all"})

    def edit(said: Definition) -> Definition:
        now_built = as_list(editing.question_of(said, question).get(which)) or Built("all", ())
        if do == "clear":
            changed = Built("all", ())
        elif do.startswith("take_"):
            at = do.removeprefix("take_")
            changed = replace(
                now_built, parts=tuple(one for place, one in enumerate(now_built.parts) if str(place) != at)
            )
        else:
            changed = replace(now_built, mode=form.cleaned_data["mode"])
        return editing.with_condition(said, question, which, as_condition(changed))

    question_set = read(page.definition)
    parts = built.parts if built else ()
    return settle_part(
        request,
        page,
        form,
        "governance/condition.html",
        {
            "asked": asked,
            "question": question,
            "which": which,
            "name": NAMES[which],
            "always": asked.get(which) is True,
            "too_deep": built is None,
            "whole": _words(asked.get(which), question_set),
            "parts": [_words(as_condition(Built("all", (one,))), question_set) for one in parts],
            "may_add": built is not None and bool(_earlier(page.definition, question)),
        },
        part=lambda said: editing.question_of(said, question).get(which),
        edit=edit,
        what=lambda: f"when “{asked.get('text', '')}” applies",
        leads_to=_address(page, question, which),
        question=question,
    )


@page_of_form
def add_part(request: HttpRequest, draft: uuid.UUID, question: str, which: str) -> HttpResponse:
    """One more part: first which earlier question, then how and which of its answers."""
    page = writing(request, draft)
    if which not in NAMES:
        raise NotFound()
    asked = editing.question_of(page.definition, question)
    earlier = _earlier(page.definition, question)
    back = _address(page, question, which)
    if not earlier:
        return HttpResponseRedirect(back)
    of = request.GET.get("of", "")
    context = {"asked": asked, "question": question, "which": which, "name": NAMES[which], "home": back}
    if of not in {one.get("key") for one in earlier}:
        chooser = OfForm(request.GET if "of" in request.GET else None, earlier=earlier)
        return render(request, "governance/condition_of.html", page.context(form=chooser, **context))
    looked_at = editing.question_of(page.definition, of)
    form = PartForm(posted(request), options=editing.options_of(looked_at))

    def edit(said: Definition) -> Definition:
        given = form.cleaned_data
        now_built = as_list(editing.question_of(said, question).get(which)) or Built("all", ())
        chosen = given.get("options", ()) if given["how"] in {"is", "is_not"} else ()
        part = Part(of, given["how"], tuple(chosen))
        changed = replace(now_built, parts=(*now_built.parts, part))
        return editing.with_condition(said, question, which, as_condition(changed))

    return settle_part(
        request,
        page,
        form,
        "governance/condition_add.html",
        {**context, "of": of, "looked_at": looked_at},
        part=lambda said: editing.question_of(said, question).get(which),
        edit=edit,
        what=lambda: f"when “{asked.get('text', '')}” applies",
        leads_to=back,
        question=question,
    )
