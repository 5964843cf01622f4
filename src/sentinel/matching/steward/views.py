"""The queue of pairs that may be one person, one pair side by side, and a merge taken apart."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.matching.steward import operations
from sentinel.matching.steward.comparing import lines
from sentinel.matching.steward.forms import ApartForm, CompareForm, DecideForm, FilterForm
from sentinel.matching.steward.queries import Filters, Key, SideBySide, next_pair, queue, side_by_side
from sentinel.matching.steward.reading import is_read, page_made
from sentinel.people.merging import NOT_YOURS, RIGHT, get_merge, preview
from sentinel.people.queries import display_name, get_person
from sentinel.people.sources import Source
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of, posted

form_page = require_http_methods(["GET", "HEAD", "POST"])
ELSEWHERE = Source("A record that you may not open")
DONE = {
    "same": "One person from now on: {} and {}.",
    "not_same": "Two people: {} and {}. Nobody is asked again.",
    "later": "Left for later: {} and {}.",
}
UNDONE = '{} It can be taken apart again: <a href="{}">Take it apart</a>'
TOO_SOON = "Nothing was decided: the key was pressed, or the button, as soon as this pair was shown. Read it, and then decide."
READ_AS_ONE = "Read as one, under either address"
SECOND = "Said to be one person: {} and {}. Somebody else has to agree."


@require_safe
def put_right(request: HttpRequest) -> HttpResponse:
    """The queue, by filter and key."""
    form = FilterForm(request.GET)
    filters = form.chosen
    page = queue(actor_of(request), filters, london_date(now()), after=form.key)
    context = {
        "form": FilterForm(initial=_given(filters)),
        "filters": filters,
        "filtered_by": _filtered(filters),
        "page": page,
        "begun": form.key is not None,
        "query": _query(filters),
        "next_query": _query(filters, page.next) if page.next else "",
        "marking": MARKING,
    }
    return render(request, "steward/queue.html", context)


@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """The way to the next pair of the queue, or to the queue where there is none."""
    form = FilterForm(request.GET)
    return redirect(_next(request, form.chosen, form.key))


@form_page
def pair(request: HttpRequest, pair: uuid.UUID) -> HttpResponse:
    """Two side by side; what is decided leads to the next."""
    filters = FilterForm(request.GET).chosen
    actor, moment = actor_of(request), now()
    today = london_date(moment)
    found = side_by_side(actor, pair, today)
    sent = posted(request)
    form = DecideForm(sent)
    status = 200
    if sent is not None:
        if form.is_valid() and _decided(request, form, found, moment):
            return redirect(_next(request, filters, found.key))
        status = 422 if not getattr(form, "overtaken", False) else 409
        # Whatever changed meanwhile is shown, and decided on, as it stands now.
        found = side_by_side(actor, pair, today)
    # The last before the page is made: what it took to read the two is no time to read them.
    made = page_made(now(), pair, actor.user_id)
    context = {**_pair_context(found, form, filters), "made": made}
    return render(request, "steward/pair.html", context, status=status)


def _decided(request: HttpRequest, form: DecideForm, found: SideBySide, moment: datetime) -> bool:
    data, actor = form.cleaned_data, actor_of(request)
    try:
        if not is_read(data["made"], moment, found.row.pk, actor.user_id):
            raise Invalid(TOO_SOON)
        row = operations.decide(
            actor=actor, now=moment, suggestion_id=found.row.pk, verdict=data["verdict"],
            version=data["version"], why=data["why"], seen=data["seen"],
        )  # fmt: skip
    except Conflict as error:
        form.overtaken = True  # type: ignore[attr-defined]
        form.add_error(None, error.message)
        return False
    except Invalid as error:
        add_invalid(form, error)
        return False
    done = SECOND if row.state == "second" else DONE[data["verdict"]]
    words = done.format(*found.names)
    if row.merge_id:
        words = format_html(UNDONE, words, reverse("put_right_apart", kwargs={"merge": row.merge_id}))
    messages.success(request, words)
    return True


def _pair_context(found: SideBySide, form: DecideForm, filters: Filters) -> dict[str, Any]:
    told = found.told
    brings = [
        (one.many[0].upper() + one.many[1:], one.count, other.count, one.stays or READ_AS_ONE)
        for one, other in zip(told.first.brings, told.second.brings, strict=True)
        if one.count or other.count
    ]
    return {
        "found": found,
        "form": form,
        "seen": json.dumps(told.seen, sort_keys=True),
        "brings": brings,
        "told": lambda record_id: found.sources.get(record_id, ELSEWHERE),
        "query": _query(filters),
        "skip": _query(filters, found.key),
        "marking": MARKING,
    }


@form_page
def compare(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    """Ask for another entry to be compared with this one."""
    actor = actor_of(request)
    actor.require(RIGHT, NOT_YOURS)
    known = get_person(actor, entry, log=False)
    sent = posted(request)
    form = CompareForm(sent)
    status = 200
    if sent is not None:
        if form.is_valid():
            try:
                row = operations.compare_by_hand(
                    actor=actor, now=now(), first=entry, second=form.cleaned_data["other"]
                )
            except Invalid as error:
                add_invalid(form, error)
            else:
                return redirect("put_right_pair", pair=row.pk)
        status = 422
    context = {"entry": entry, "name": display_name(known), "form": form, "marking": MARKING}
    return render(request, "steward/compare.html", context, status=status)


@form_page
def apart(request: HttpRequest, merge: uuid.UUID) -> HttpResponse:
    """A merge, with what each id is again when it is taken apart."""
    actor = actor_of(request)
    actor.require(RIGHT, NOT_YOURS)
    row = get_merge(actor, merge)
    told = preview(actor, row.first_id, row.second_id)
    if not told.is_enough():
        raise NotFound()
    sent = posted(request)
    form = ApartForm(sent)
    status = 200
    if sent is not None:
        if form.is_valid():
            try:
                operations.part(
                    actor=actor, now=now(), merge_id=row.pk, why=form.cleaned_data["why"],
                    two=form.cleaned_data["two"] == "yes",
                )  # fmt: skip
            except Invalid as error:
                add_invalid(form, error)
            else:
                messages.success(request, "Taken apart: each is again what was told of them.")
                return redirect("person", person_id=row.first_id)
        status = 422
    names = [display_name(side.own) for side in (told.first, told.second)]
    # Of each of the two alone: others who are one with them keep what was told of them, whatever is taken apart here.
    since = [
        sum(one.created_at > row.merged_at for one in side.own.rows) for side in (told.first, told.second)
    ]
    context = {
        "row": row,
        "form": form,
        "names": names,
        "lines": lines(told.first.own, told.second.own, london_date(now())),
        "since": [(name, many) for name, many in zip(names, since, strict=True) if many],
        "marking": MARKING,
    }
    if row.apart_at is not None:
        raise NotFound()
    return render(request, "steward/apart.html", context, status=status)


def _next(request: HttpRequest, filters: Filters, after: Key | None) -> str:
    found = next_pair(actor_of(request), filters, london_date(now()), after)
    if found is None:
        return reverse("put_right") + _query(filters)
    return reverse("put_right_pair", kwargs={"pair": found}) + _query(filters)


def _given(filters: Filters) -> dict[str, Any]:
    given = {"state": filters.state, "band": filters.band, "source": filters.source, "run": filters.run or ""}
    return {name: value for name, value in given.items() if value}


def _query(filters: Filters, after: Key | None = None) -> str:
    given = _given(filters) | ({"after": str(after)} if after else {})
    return f"?{urlencode(given)}" if given else ""


def _filtered(filters: Filters) -> list[dict[str, str]]:
    """What is filtered by now, each with the address of the queue without it."""
    form = FilterForm()
    found = []
    for name, value in _given(filters).items():
        choices = dict(getattr(form.fields[name], "choices", ()))
        rest = {key: one for key, one in _given(filters).items() if key != name}
        href = reverse("put_right") + (f"?{urlencode(rest)}" if rest else "")
        found.append({"words": str(choices.get(value, "One run")), "href": href})
    return found
