"""A draft as a whole, its heading, bands and sections, and moving and removing what stands in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sentinel.foundation.clock import now
from sentinel.governance.forms import BandsForm, HeadingForm, SectionForm
from sentinel.governance.operations import change
from sentinel.governance.queries import (
    authors_of,
    compared_with,
    keys_given_out,
    newest_revision,
    problems_of,
    revisions_since,
)
from sentinel.governance.rules import editing
from sentinel.governance.rules.editing import Definition
from sentinel.governance.views.common import Writing, mend_href, read, settle_part, writing
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, Style, compare, max_score
from sentinel.questionnaires.rules.conditions import leaves
from sentinel.web.requests import actor_of, posted

page_of_form = require_http_methods(["GET", "HEAD", "POST"])
NEW = "new"


@require_safe
def draft_page(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """The draft: what it says, what is still to be mended, and what can be done with it."""
    page = writing(request, draft, to_write=False)
    question_set = read(page.definition)
    problems = problems_of(page.draft, page.definition)
    before = question_set_of(compared_with(page.draft).pk)
    actor = actor_of(request)
    context = page.context(
        question_set=question_set,
        problems=[(place, mend_href(page.draft, place)) for place in problems],
        changes=len(compare(before, question_set)) if question_set else 0,
        most=max_score(question_set) if question_set and question_set.style is Style.SCORED else None,
        editable=page.draft.state == "open",
        may_approve=page.draft.state == "proposed" and actor.user_id not in authors_of(page.draft),
        savings=revisions_since(page.draft, 0)[:10],
        now=now(),
    )
    return render(request, "governance/draft.html", context)


@page_of_form
def heading(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Title, help and source."""
    page = writing(request, draft)
    names = ("title", "help", "source")
    form = HeadingForm(posted(request), initial={name: page.definition.get(name, "") for name in names})
    return settle_part(
        request,
        page,
        form,
        "governance/heading.html",
        {},
        part=lambda said: [said.get(name, "") for name in names],
        edit=lambda said: editing.with_heading(said, **form.cleaned_data),
        what=lambda: "the title, help and source",
        leads_to=page.href,
    )


@page_of_form
def bands(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """The bands."""
    page = writing(request, draft)
    if page.definition.get("style") == Style.PLAIN.value:
        raise NotFound()
    scored = page.definition.get("style") == Style.SCORED.value
    question_set = read(page.definition)
    form = BandsForm(posted(request), bands=page.definition.get("bands", []), scored=scored)
    return settle_part(
        request,
        page,
        form,
        "governance/bands.html",
        {"scored": scored, "most": max_score(question_set) if question_set else None},
        part=lambda said: said.get("bands"),
        edit=lambda said: editing.with_bands(said, form.values()),
        what=lambda: "the bands",
        leads_to=page.href,
    )


@page_of_form
def section_page(request: HttpRequest, draft: uuid.UUID, section: str) -> HttpResponse:
    """A section's heading and help, or a new section."""
    page = writing(request, draft)
    new = section == NEW
    found = {} if new else editing.section_of(page.definition, section)
    form = SectionForm(posted(request), initial={"title": found.get("title"), "help": found.get("help")})

    def edit(said: Definition) -> Definition:
        given = form.cleaned_data
        key = editing.key_from(given["title"], keys_given_out(page.draft)) if new else section
        return editing.with_section(said, key, title=given["title"], help=given["help"])

    return settle_part(
        request,
        page,
        form,
        "governance/section.html",
        {"new": new, "section": section},
        part=lambda said: None if new else _named(editing.section_of(said, section)),
        edit=edit,
        what=lambda: f"the section “{form.cleaned_data['title']}”",
        leads_to=f"{page.href}#sections",
    )


def _named(section: dict[str, Any]) -> list[Any]:
    return [section.get("title"), section.get("help")]


def _which(request: HttpRequest) -> dict[str, str]:
    """The part that an address or a button names: a section, a question, or an answer of one."""
    given = request.POST if request.method == "POST" else request.GET
    return {name: given.get(name, "")[:200] for name in ("section", "question", "option")}


def _words(definition: Definition, part: dict[str, str]) -> str:
    """A part in words. Raises NotFound."""
    if part["question"]:
        asked = editing.question_of(definition, part["question"])
        if part["option"]:
            label = editing.option_of(asked, part["option"]).get("label", "")
            return f"the answer “{label}” of “{asked.get('text', '')}”"
        return f"the question “{asked.get('text', '')}”"
    return f"the section “{editing.section_of(definition, part['section']).get('title', '')}”"


def _home(page: Writing, part: dict[str, str]) -> str:
    """The page on which a part stands."""
    if part["option"]:
        return reverse("draft_question", kwargs={"draft": page.draft.pk, "question": part["question"]})
    return f"{page.href}#{part['question'] or part['section']}"


def _always(_: Definition) -> None:
    return None


@require_POST
def move(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """A part a place up or down."""
    page = writing(request, draft)
    part, way = _which(request), _way(request.POST.get("way", ""))
    words = _words(page.definition, part)

    def edit(said: Definition) -> Definition:
        return editing.moved(said, way, **part)

    made = newest_revision(
        change(
            actor=actor_of(request), now=now(), draft_id=page.draft.pk, seen=page.draft.number,
            part=_always, edit=edit, what=f"moved {words} {way}",
        )
    ).definition  # fmt: skip
    if made == page.definition:
        messages.info(request, f"It stands {'first' if way == 'up' else 'last'} already: {words}.")
    else:
        into = _into(page.definition, made, part)
        messages.success(request, f"Moved {way}{into}: {words}.")
    return HttpResponseRedirect(f"{_home(page, part).split('#')[0]}#{_button(made, part, way)}")


def _into(before: Definition, after: Definition, part: dict[str, str]) -> str:
    """', into the section “What happens”', where a question went into another section."""
    if not part["question"] or part["option"]:
        return ""
    was, home = (editing.home_of(one, part["question"]) for one in (before, after))
    return f", into the section “{home.get('title', '')}”" if was.get("key") != home.get("key") else ""


def _button(definition: Definition, part: dict[str, str], way: str) -> str:
    """The id of the button that was pressed, where the keyboard stays; at the edge, where it is no more, of the other one."""
    kind = "option" if part["option"] else "question" if part["question"] else "section"
    key, found = part[kind], editing.sections(definition)
    if part["option"]:
        first = last = editing.options_of(editing.question_of(definition, part["question"]))
    elif part["question"]:
        # From the edge of its section a question goes into the next, so the edges are those of the set.
        first, last = found[0].get("questions", []), found[-1].get("questions", [])
    else:
        first = last = found
    at_edge = {"up": first[:1], "down": last[-1:]}[way]
    other = {"up": "down", "down": "up"}[way]
    return f"{kind}-{key}-{other if [one.get('key') for one in at_edge] == [key] else way}"


def _way(said: str) -> Literal["up", "down"]:
    if said == "up":
        return "up"
    if said == "down":
        return "down"
    raise Invalid("A part is moved up or down.")


@page_of_form
def remove(request: HttpRequest, draft: uuid.UUID) -> HttpResponse:
    """Remove a part, after saying what goes with it."""
    page = writing(request, draft)
    part = _which(request)
    words = _words(page.definition, part)
    edit: Callable[[Definition], Definition] = lambda said: editing.without(said, **part)  # noqa: E731
    if request.method == "POST":
        change(
            actor=actor_of(request), now=now(), draft_id=page.draft.pk, seen=page.seen,
            part=lambda said: _content(said, part), edit=edit, what=f"removed {words}",
        )  # fmt: skip
        messages.success(request, f"Removed from the draft: {words}.")
        home = _home(page, part) if part["option"] else page.href
        return HttpResponseRedirect(home)
    context = page.context(
        form=forms.Form(), part=part, words=words, looked_at_by=_looked_at_by(read(page.definition), part),
        home=_home(page, part),
    )  # fmt: skip
    return render(request, "governance/remove.html", context)


def _content(definition: Definition, part: dict[str, str]) -> Any:
    if part["question"]:
        asked = editing.question_of(definition, part["question"])
        return editing.option_of(asked, part["option"]) if part["option"] else asked
    return editing.section_of(definition, part["section"])


def _looked_at_by(question_set: QuestionSet | None, part: dict[str, str]) -> list[str]:
    """The questions whose conditions look at what is to be removed."""
    if question_set is None:
        return []
    gone = {part["question"]} if part["question"] else set()
    if not gone:
        gone = {
            one.key for section in question_set.sections if section.key == part["section"] for one in section.questions
        }  # fmt: skip
    found = []
    for one in question_set.questions():
        held = [one.show_when, None if isinstance(one.required_when, bool) else one.required_when]
        looked = {leaf.question for condition in held if condition is not None for leaf in leaves(condition)}
        if looked & gone and one.key not in gone:
            found.append(one.text)
    return found
