"""One question, and one answer to choose."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.governance.forms import AnswerForm, AskedForm
from sentinel.governance.queries import keys_given_out
from sentinel.governance.rules import editing
from sentinel.governance.rules.editing import Definition, Part
from sentinel.governance.views.common import Writing, read, settle_part, writing
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import KINDS, Kind, QuestionSet, Style, condition_words, read_condition
from sentinel.web.requests import posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])
NEW = "new"


@page_of_form
def question_page(request: HttpRequest, draft: uuid.UUID, question: str) -> HttpResponse:
    """A question, or a new one under the heading that the address names."""
    page = writing(request, draft)
    new = question == NEW
    asked = None if new else editing.question_of(page.definition, question)
    if new:
        home = request.GET.get("section", "") or request.POST.get("section", "")
    else:
        home = str(editing.home_of(page.definition, question)["key"])
    if not editing.sections(page.definition):
        raise NotFound("Add a section first: a question stands under a heading.")
    before = question_set_of(page.draft.based_on_id)
    released = not new and before.question(question) is not None
    form = AskedForm(
        posted(request), definition=page.definition, asked=asked, section=home, released=released
    )
    # One and the same key, though the form is read twice: first what it leads to, then what it writes.
    keys: list[str] = []

    def key() -> str:
        if not keys:
            words = form.cleaned_data["text"]
            keys.append(editing.key_from(words, keys_given_out(page.draft)) if new else question)
        return keys[0]

    def edit(said: Definition) -> Definition:
        return editing.with_question(said, key(), form.cleaned_data["section"], form.values())

    def leads_to() -> str:
        if new and Kind(form.values()["kind"]).has_options:
            return reverse("draft_question", kwargs={"draft": page.draft.pk, "question": key()})
        return f"{page.href}#{key()}"

    valid = form.is_bound and form.is_valid()
    return settle_part(
        request,
        page,
        form,
        "governance/question.html",
        {
            "new": new,
            "question": question,
            "asked": asked,
            "released": released,
            "answered_by": KINDS[Kind(asked["kind"])] if asked else "",
            **_shown(page, asked, read(page.definition)),
        },
        part=lambda said: None if new else _own(said, question),
        edit=edit,
        what=lambda: f"the question “{form.cleaned_data['text']}”",
        leads_to=leads_to() if valid else page.href,
        question="" if new else question,
    )


def _own(definition: Definition, question: str) -> tuple[Part, object]:
    """What the form of a question shows; its answers and when it is shown have forms of their own."""
    found = editing.question_of(definition, question)
    kept = {name: value for name, value in found.items() if name not in {"options", "show_when"}}
    return kept, editing.home_of(definition, question).get("key")


def _shown(page: Writing, asked: Part | None, question_set: QuestionSet | None) -> dict[str, object]:
    """The answers of a question with what each does, and its conditions in words."""
    if asked is None or question_set is None:
        return {"options": [], "may_add": False, "shown_when": "", "required_when": ""}
    said = {}
    for name in editing.CONDITIONS:
        condition = None
        if isinstance(asked.get(name), dict):
            condition = read_condition(asked[name], name, [])
        said[name] = condition_words(condition, question_set) if condition is not None else ""
    kind = Kind(asked["kind"])
    known = next((one for one in question_set.questions() if one.key == asked["key"]), None)
    return {
        "options": list(known.options) if known else [],
        "may_add": kind in {Kind.ONE_OF, Kind.MANY_OF},
        "has_options": kind.has_options,
        "shown_when": said["show_when"],
        "required_when": said["required_when"],
    }


@page_of_form
def option_page(request: HttpRequest, draft: uuid.UUID, question: str, option: str) -> HttpResponse:
    """An answer to choose, or a new one."""
    page = writing(request, draft)
    asked = editing.question_of(page.definition, question)
    kind, style = Kind(asked["kind"]), Style(page.definition["style"])
    new = option == NEW
    if not kind.has_options or (new and kind is Kind.YES_NO_UNKNOWN):
        raise NotFound()
    found = None if new else editing.option_of(asked, option)
    form = AnswerForm(posted(request), style=style, kind=kind, option=found)

    def edit(said: Definition) -> Definition:
        given = form.values()
        if kind is Kind.YES_NO_UNKNOWN:
            given["unknown"] = option == "unknown"
        key = editing.key_from(given["label"], keys_given_out(page.draft)) if new else option
        return editing.with_option(said, question, key, given)

    def part(said: Definition) -> Part | None:
        return None if new else editing.option_of(editing.question_of(said, question), option)

    return settle_part(
        request,
        page,
        form,
        "governance/option.html",
        {"new": new, "asked": asked, "question": question, "option": option, "fixed": kind is Kind.YES_NO_UNKNOWN},
        part=part,
        edit=edit,
        what=lambda: f"the answer “{form.cleaned_data['label']}” of “{asked.get('text', '')}”",
        leads_to=reverse("draft_question", kwargs={"draft": page.draft.pk, "question": question}),
        question=question,
    )  # fmt: skip
