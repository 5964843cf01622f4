"""The one box: people, places, cases, reports, notes, files and references. What is typed is posted: an address ends up in logs, a name must
not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.cases.models import Case
from sentinel.desk.find.forms import FILTERS, NARROWING, PEOPLE, PLACES, TOLD, FindForm
from sentinel.desk.find.in_hand import in_hand, reason_kept, remember
from sentinel.desk.links import address_of, where
from sentinel.desk.place.known import known_ids
from sentinel.desk.place.links import candidate_hrefs, streets_href
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.compiled import keep_plans
from sentinel.interfaces.federated.models import Connection
from sentinel.interfaces.federated.queries import Asking, begin_asking
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.references import Kind, Reference, correct
from sentinel.kernel.references import parse as parse_reference
from sentinel.matching.hits.watching import SYSTEMS_ASKED, asked_detail, note_asking
from sentinel.places.queries import LookUp, look_up
from sentinel.reports.queries import reports_open_to
from sentinel.search import rules
from sentinel.search.models import What
from sentinel.search.persons import People, find_people
from sentinel.search.queries import (
    FEW,
    LOOKING,
    PAGE,
    Texts,
    find_numbers,
    find_texts,
    in_good_time,
    is_everyday,
)
from sentinel.search.recording import record_search
from sentinel.search.rules import Meant
from sentinel.search.shown import Shown
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING, plural
from sentinel.web.requests import actor_of, keep_whatever_fails

# A case's, as most of them are, and the kind of line that leads to its timeline.
_TIMELINE = (What.NOTE,)


@dataclass(frozen=True)
class Line:
    """One line of the answer with the address that it leads to, and in words what it is."""

    shown: Shown
    href: str
    kind: str


@require_http_methods(["GET", "POST"])
def people_and_places(request: HttpRequest) -> HttpResponse:
    """The page. Whatever stands in its address is not looked for: only what is posted is."""
    actor = actor_of(request)
    if not LOOKING & actor.rights:
        raise Refused("Your roles do not include finding anything.")
    asked = request.POST if request.method == "POST" else None
    # A reference is a way to a page, which asks for itself why it is looked at.
    page = _page_of(asked["q"]) if asked and "q" in asked else None
    if page:
        return HttpResponseRedirect(page)
    now = keep_plans()
    hand = in_hand(request, actor, asked["about"] if asked and "about" in asked else "", now)
    form = FindForm(asked, actor=actor, in_hand=hand is not None, reason=reason_kept(request, now))
    context: dict[str, Any] = {
        "form": form,
        "looked": False,
        "found_for": "",
        "hand": hand,
        "NARROWING": NARROWING,
    }
    if form.is_bound and form.is_valid():
        actor = actor.because(hand.reason if hand else form.cleaned_data["reason"])
        # Stated again so that the audit keeps the reason with everything that follows.
        state_actor(actor)
        if hand is None:
            remember(request, actor.reason, now)
        try:
            context |= _looked_for(request, actor, now, form, hand.record_id if hand else None)
            context |= {
                "found_for": form.cleaned_data["q"], "because": actor.reason, "narrowed_by": form.narrowed_by(), "marking": MARKING,
            }  # fmt: skip
        except Invalid as error:
            add_invalid(form, error)
    return render(
        request, "desk/find/find.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _page_of(text: str) -> str | None:
    reference = _reference(text)
    if reference is None:
        return None
    return where("report" if reference.kind is Kind.REPORT else "case", reference=str(reference))


def _reference(text: str) -> Reference | None:
    try:
        return parse_reference(text)
    except Invalid:
        return None


def _looked_for(
    request: HttpRequest, actor: Actor, now: datetime, form: FindForm, record_id: uuid.UUID | None
) -> dict[str, Any]:
    said = form.cleaned_data
    meant = rules.read(said["q"])

    def about_to_ask(systems: list[Connection]) -> None:
        said = asked_detail(one.pk for one in systems)
        note_asking(actor, now, detail=said, record_id=record_id)
        keep_whatever_fails(
            request, actor, SYSTEMS_ASKED, record_id=record_id, subject="systems", detail=said
        )

    asking = begin_asking(actor, said.get("systems") or [], said["q"], before=about_to_ask)
    try:
        with in_good_time():
            return _find(actor, now, form, meant, asking, record_id)
    except Invalid:
        # Nothing was shown, yet somebody looked, and partners may have been asked.
        _record(actor, now, form, asking, record_id)
        raise


def _record(
    actor: Actor, now: datetime, form: FindForm, asking: Asking, record_id: uuid.UUID | None, people: People | None = None,
    places: int = 0, texts: Sequence[Shown] = (),
) -> None:  # fmt: skip
    said = form.cleaned_data
    record_search(
        actor, now, record_id=record_id, kind=said["kind"], persons=[one.person_id for one in people.lines] if people else [],
        texts=[one.hit.id for one in texts], places=places, filters=[name for name in FILTERS if said[name]],
        systems=[one.pk for one in asking.connections],
    )  # fmt: skip


def _find(
    actor: Actor, now: datetime, form: FindForm, meant: Meant, asking: Asking, record_id: uuid.UUID | None
) -> dict[str, Any]:
    said, within, narrows = form.cleaned_data, form.within(), form.narrows()
    kind, after = said["kind"], said["after"]
    people = People()
    if form.wants(PEOPLE):
        # What is a digit to isdigit is not always a number to int: "²".
        numbered = after.isascii() and after.isdecimal() and len(after) < 5
        begins = int(after) if kind == PEOPLE and numbered else 0
        people = find_people(
            actor,
            meant,
            now,
            within=within,
            born=said["born"],
            most=PAGE if kind == PEOPLE else FEW,
            after=begins,
        )
    kinds = form.kinds()
    texts = find_texts(actor, meant, now, kinds=kinds, within=within, after=after) if kinds else Texts()
    numbers = find_numbers(actor, meant, within=within) if kinds and not after else []
    corrected = _corrected(actor, said["q"]) if not after else []
    # What is spelt nearly like it is looked for where nothing else was meant, or an address was.
    guess = (
        kind == PLACES
        or any(one.isdigit() for one in meant.typed)
        or not (people.lines or texts.lines or numbers)
    )
    # A telephone number or email address is no place's, unless places alone are asked for.
    wants_places = form.wants(PLACES) and not narrows and (kind == PLACES or not meant.contacts)
    places = _places(actor, said["q"], guess=guess) if wants_places and not after else LookUp()
    if kind != PLACES and not places.candidates and not places.is_like_address:
        # Of a name it is not said how an address would be found.
        wants_places = False
    systems = asking.answers()
    _record(actor, now, form, asking, record_id, people, len(places.candidates), (*texts.lines, *numbers))
    on_file = [uuid.UUID(one.choice[6:]) for one in places.candidates if one.kind == "place"]
    return {
        "looked": True, "found_words": _found_words(form, people, places if wants_places else None, texts, numbers), "people": people, "places": places, "texts": texts, "numbers": _lines(actor, numbers), "systems": systems,
        "corrected": corrected, "lines": _lines(actor, texts.lines),
        "everyday": bool(kinds and meant.prose and not texts.count and is_everyday(meant.prose)),
        "sees_people": actor.may("see_people"),
        "more_people": form.again(kind=PEOPLE, after=people.next_key) if people.next_key else {},
        "more_texts": form.again(after=texts.next_key) if texts.next_key else {},
        "by_kind": [(TOLD[one], form.again(kind=one.name.lower())) for one in texts.counts if not kind],
        "place_hrefs": candidate_hrefs(places.candidates, known_ids(actor, on_file)),
        "all_streets": streets_href(places.address.street) if places.more else "",
        "wants_people": form.wants(PEOPLE), "wants_places": wants_places, "wants_texts": bool(kinds),
        "first": not after,
    }  # fmt: skip


def _found_words(
    form: FindForm, people: People, places: LookUp | None, texts: Texts, numbers: Sequence[Shown]
) -> str:
    """How much was found, kind by kind, of what was looked for: "3 people, 0 places, 12 in what is written"."""
    found = []
    if form.wants(PEOPLE):
        found.append(f"{people.count_words} {'person' if people.count == 1 else 'people'}")
    if places is not None:
        found.append(plural(len(places.candidates), "place"))
    if form.kinds():
        found.append(f"{texts.count_words} in what is written")
    if numbers:
        found.append(plural(len(numbers), "reference"))
    return ", ".join(found)


def _places(actor: Actor, q: str, *, guess: bool) -> LookUp:
    try:
        return look_up(actor, q, guess=guess)
    except Invalid as error:
        return LookUp(says=(error.message,))


def _corrected(actor: Actor, q: str) -> list[tuple[str, str]]:
    """References with one character otherwise than typed of which the actor reads the case or report, each with its page."""
    if sum(character.isdigit() for character in q) < 5:
        return []
    meant = correct(q)
    if not meant:
        return []
    found = []
    if actor.may("see_cases"):
        cases = Case.objects.filter(reference__in=meant).values_list("reference", flat=True)
        found += [(one, address_of("case", reference=one)) for one in cases]
    reports = reports_open_to(actor).filter(reference__in=meant).values_list("reference", flat=True)
    found += [(one, address_of("report", reference=one)) for one in reports]
    return sorted(found)


def _lines(actor: Actor, found: list[Shown]) -> list[Line]:
    return [Line(one, _href(actor, one), one.kind.label[:-1]) for one in found]


def _href(actor: Actor, one: Shown) -> str:
    if one.kind is What.REPORT and one.report:
        return address_of("report", reference=one.report)
    if one.case and actor.may("see_cases"):
        return address_of("case_timeline" if one.kind in _TIMELINE else "case", reference=one.case)
    return address_of("report", reference=one.report) if one.report else ""
