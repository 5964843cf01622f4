"""What these views do alike: one part of a draft as a form, kept with what was typed where somebody else was quicker."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.governance.models import QuestionSetDraft, QuestionSetRevision
from sentinel.governance.operations import change
from sentinel.governance.queries import draft_by_id, newest_revision, revision_of, revisions_since
from sentinel.governance.rules.editing import Definition
from sentinel.governance.rules.places import Found
from sentinel.governance.views.words import WORDS
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.questionnaires.rules import Change, QuestionSet, build, compare
from sentinel.web.fields import add_invalid
from sentinel.web.once import done_once
from sentinel.web.requests import actor_of

SEEN = "seen"


@dataclass(frozen=True)
class Writing:
    """A draft as a page works on it: the draft, what it says now, and the number of the revision that the form shows."""

    draft: QuestionSetDraft
    definition: Definition
    seen: int

    @property
    def title(self) -> str:
        """What the set is called now."""
        return str(self.definition.get("title") or self.draft.key)

    @property
    def href(self) -> str:
        """The draft's own page."""
        return reverse("draft", kwargs={"draft": self.draft.pk})

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page of a draft needs."""
        return {
            "draft": self.draft,
            "definition": self.definition,
            "set_title": self.title,
            "back_href": self.href,
            "seen": self.draft.number,
            "theirs": None,
            **WORDS,
            **more,
        }


def writing(request: HttpRequest, draft_id: uuid.UUID, *, to_write: bool = True) -> Writing:
    """The draft of an address. Raises Refused, NotFound, and Conflict where it is `to_write` and no longer open."""
    draft = draft_by_id(actor_of(request), draft_id)
    if to_write and draft.state != "open":
        raise Conflict(
            "This draft is not being written now: it was proposed, released or thrown away. Nothing was changed."
        )
    said = request.POST.get(SEEN, "")
    seen = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else draft.number
    return Writing(draft, newest_revision(draft).definition, min(seen, draft.number))


def read(definition: Definition) -> QuestionSet | None:
    """The question set that a definition makes, as far as it can be read."""
    return build(definition)[0]


@dataclass(frozen=True)
class Theirs:
    """What was done since a form was shown: what changed, and each saving with who made it. `own`: all of it by whoever sent the form, in
    another window."""

    changes: list[Change]
    savings: list[QuestionSetRevision]
    own: bool = False


def theirs_since(actor: Actor, draft: QuestionSetDraft, seen: int, *, question: str = "") -> Theirs:
    """What changed in a draft after a revision; with `question` only what concerns it, where anything does."""
    before, after = read(revision_of(draft, seen).definition), read(newest_revision(draft).definition)
    found = compare(before, after) if before and after else []
    mine = [one for one in found if one.question == question] if question else found
    savings = revisions_since(draft, seen)
    return Theirs(mine or found, savings, own=all(one.made_by_id == actor.user_id for one in savings))


def settle_part(
    request: HttpRequest,
    page: Writing,
    form: forms.Form,
    template: str,
    context: dict[str, Any],
    *,
    part: Callable[[Definition], Any],
    edit: Callable[[Definition], Definition],
    what: Callable[[], str],
    leads_to: str,
    question: str = "",
) -> HttpResponse:
    """The page of one part. What was typed stays where it is refused; where somebody changed that part meanwhile, the page says
    what they changed, and saving again is a decision."""
    theirs, seen, status = None, page.draft.number, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(done_once(request, lambda: _do(request, page, part, edit, what(), leads_to)))
            except Invalid as error:
                add_invalid(form, error)
            except Conflict as error:
                form.add_error(None, error.message)
                theirs, status = (
                    theirs_since(actor_of(request), page.draft, page.seen, question=question),
                    409,
                )
        else:
            # The form still shows what it was made from: what changed meanwhile is said when it is sent again.
            seen = page.seen
    shown = page.context(**{**context, "form": form, "seen": seen, "theirs": theirs})
    return render(request, template, shown, status=status)


def _do(
    request: HttpRequest,
    page: Writing,
    part: Callable[[Definition], Any],
    edit: Callable[[Definition], Definition],
    what: str,
    leads_to: str,
) -> str:
    change(
        actor=actor_of(request),
        now=now(),
        draft_id=page.draft.pk,
        seen=page.seen,
        part=part,
        edit=edit,
        what=what,
    )
    messages.success(request, f"Kept in the draft: {what}.")
    return leads_to


def mend_href(draft: QuestionSetDraft, place: Found) -> str:
    """The address of the page on which a problem is mended."""
    here = {"draft": draft.pk}
    match place.page:
        case "heading":
            return reverse("draft_heading", kwargs=here)
        case "bands":
            return reverse("draft_bands", kwargs=here)
        case "section":
            return reverse("draft_section", kwargs={**here, "section": place.section})
        case "question":
            return reverse("draft_question", kwargs={**here, "question": place.question})
        case "option":
            return reverse(
                "draft_option", kwargs={**here, "question": place.question, "option": place.option}
            )
        case "show_when" | "required_when":
            return reverse(
                "draft_condition", kwargs={**here, "question": place.question, "which": place.page}
            )
    return reverse("draft", kwargs=here)


def read_or_not_found(definition: Definition) -> QuestionSet:
    """The question set of a definition. Raises NotFound where there is nothing to look at."""
    found = read(definition)
    if found is None:
        raise NotFound()
    return found
