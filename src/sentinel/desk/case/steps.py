"""What every form of a case does alike: guard, show, do, say what somebody else changed meanwhile, and go back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sentinel.access.models import Rung
from sentinel.audit.operations import note
from sentinel.cases.models import Case
from sentinel.cases.queries import Change, changes_since, get_case, names_by_id
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import CaseRow
from sentinel.kernel.clock import end_of_day
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING, uk_datetime
from sentinel.web.once import sent_before
from sentinel.web.requests import actor_of


class Step(forms.Form):
    """A form of a case; an editing one carries the version that was shown."""

    required_css_class = ""
    use_required_attribute = False


class Editing(Step):
    """A form that changes a row: it knows which version of the row was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


@dataclass(frozen=True)
class Stale:
    """One thing that somebody else changed meanwhile, in words."""

    label: str
    before: str
    after: str
    who: str
    when: str


def opened(
    request: HttpRequest, reference: str, needs: Rung = Rung.WRITE, *, log: bool = True
) -> tuple[Actor, Case]:
    """The actor and the case of a page; the read is logged, unless nothing of it is shown. Raises as queries.get_case."""
    actor = actor_of(request)
    actor.require("see_cases", "Your role does not include looking at cases.")
    return actor, get_case(actor, reference, needs, log=log)


def case_url(case: Case) -> str:
    """The address of a case."""
    return reverse("case", args=[case.reference])


def step(
    request: HttpRequest,
    *,
    case: Case,
    form: forms.Form,
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], object],
    done: str | Callable[[], str],
    row: CaseRow | None = None,
    to: str | None = None,
    template: str = "desk/case/step.html",
    more: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
) -> HttpResponse:
    """Show a form, or do what was asked and go back to the case.

    `row` is the row that the form edits: where somebody was quicker, the page says what they changed, keeps what was
    typed and takes it on the next try (409). `done` is what is said afterwards, or a function that finds it then. What the operation refuses stands beside its field (422). `more` is what else
    the template shows, or a function that finds it where the page is shown at all.
    """
    status, stale = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    if not sent_before(request):
                        do(form.cleaned_data)
            except Invalid as error:
                add_invalid(form, error)
                if error.kept:
                    note("refused", **error.kept)
            except Conflict as error:
                status = 409
                stale = _stale(form, row)
                if not stale:
                    form.add_error(None, error.message)
            else:
                messages.success(request, done() if callable(done) else done)
                return redirect(to or case_url(case))
    context = {
        "case": case, "form": form, "step_title": title, "button_words": button, "stale": stale, "marking": MARKING,
        "back_href": to or case_url(case), "options": {}, **(more() if callable(more) else more or {}),
    }  # fmt: skip
    return render(request, template, context, status=status)


def _stale(form: forms.Form, row: CaseRow | None) -> list[Stale]:
    """What changed since the version that was shown; the form takes up the present one."""
    if row is None or "version" not in form.fields:
        return []
    fresh = type(row)._default_manager.get(pk=row.pk)
    shown = int(form.cleaned_data.get("version") or 0)
    if shown == fresh.version:
        return []
    changes = changes_since(fresh, shown)
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
    data["version"] = str(fresh.version)
    form.data = data
    names = _names(changes)
    return [
        Stale(
            _label(form, change.field), _words(form, change.field, change.before, names),
            _words(form, change.field, change.after, names), names.get(change.user_id, "") if change.user_id else "",
            uk_datetime(change.at),
        )
        for change in changes
    ]  # fmt: skip


def _names(changes: list[Change]) -> dict[uuid.UUID, str]:
    ids = {one.user_id for one in changes if one.user_id}
    for change in changes:
        for value in (change.before, change.after):
            found = _as_id(value)
            if found is not None:
                ids.add(found)
    return names_by_id(ids, ids, ids)


def _as_id(value: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


_LABELS = {"status": "Status", "settled_at": "Settled", "outcome": "Outcome", "decided_at": "Decided"}


def _label(form: forms.Form, field: str) -> str:
    if field in form.fields:
        return str(form.fields[field].label or field)
    return _LABELS.get(field, field.replace("_", " ").capitalize())


def _words(form: forms.Form, field: str, value: object, names: Mapping[uuid.UUID, str]) -> str:
    if value in (None, ""):
        return "nothing"
    choices = getattr(form.fields.get(field), "choices", None)
    if choices:
        said = dict(choices).get(str(value))
        if said:
            return str(said)
    identifier = _as_id(value)
    if identifier is not None:
        return names.get(identifier, "another")
    if isinstance(value, str) and len(value) >= 19 and value[4] == "-" and value[10] == "T":
        return uk_datetime(datetime.fromisoformat(value))
    return str(value)


def by_end_of(day: date) -> datetime:
    """The last minute of a day in London, in UTC: by when something said for a day is due."""
    return end_of_day(day) - timedelta(minutes=1)
