"""Find a person, place, case or reference. What is typed is posted: an address ends up in logs, a name must not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from sentinel.audit.operations import note
from sentinel.desk.links import where
from sentinel.desk.place.known import known_ids
from sentinel.desk.place.links import candidate_hrefs, streets_href
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now as clock_now
from sentinel.kernel.births import birth_date
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.phones import parse_phone
from sentinel.kernel.references import Kind, Reference
from sentinel.kernel.references import parse as parse_reference
from sentinel.matching.queries import KnownPerson, known_people
from sentinel.matching.rules import Given
from sentinel.people.queries import address_words, facts_of
from sentinel.people.rules import read_email
from sentinel.places.queries import LookUp, look_up
from sentinel.web.fields import TextField
from sentinel.web.requests import actor_of

MOST = 20


class FindForm(forms.Form):
    """What to look for, and why where the reason is asked for (DPA 2018 s.62)."""

    q = TextField(max_length=200, label="Name, telephone number, email, address or reference")
    born = TextField(required=False, max_length=40, label="Date of birth (optional)")
    reason = TextField(max_length=200, label="Why are you looking?")

    def __init__(self, data: Any = None, *, reason_needed: bool) -> None:
        super().__init__(data)
        self.fields["reason"].required = reason_needed
        if not reason_needed:
            self.fields["reason"].label = "Why are you looking? (optional)"

    def clean_born(self) -> Any:
        """The birth, or None."""
        text = self.cleaned_data.get("born") or ""
        if not text:
            return None
        try:
            return birth_date(text, london_date(clock_now()))
        except Invalid as error:
            raise forms.ValidationError(error.message) from error


@dataclass(frozen=True)
class FoundPerson:
    """One line of the answer: who, where they live, and why they are shown."""

    known: KnownPerson
    lives: str


@require_http_methods(["GET", "POST"])
def people_and_places(request: HttpRequest) -> HttpResponse:
    """The page. Whatever stands in its address is not looked for: only what is posted is."""
    actor = actor_of(request)
    if not (actor.may("see_people") or actor.may("match_people")):
        raise Refused("Your roles do not include finding people.")
    needed = settings.REASON_REQUIRED
    form = FindForm(request.POST if request.method == "POST" else None, reason_needed=needed)
    context: dict[str, Any] = {"form": form, "people": [], "places": None, "looked": False, "found_for": "",
                               "all_streets": "", "place_hrefs": {}}  # fmt: skip
    if form.is_bound and form.is_valid():
        q = form.cleaned_data["q"]
        reference = _reference(q)
        if reference is not None:
            page = where("report" if reference.kind is Kind.REPORT else "case", reference=str(reference))
            if page:
                return HttpResponseRedirect(page)
        context |= _find(actor.because(form.cleaned_data["reason"]), form)
        context["found_for"] = q
    return render(request, "desk/find/find.html", context)


def _reference(text: str) -> Reference | None:
    try:
        return parse_reference(text)
    except Invalid:
        return None


def _find(actor: Actor, form: FindForm) -> dict[str, Any]:
    # Stated again so that the audit keeps the reason with everything that follows.
    state_actor(actor)
    now = clock_now()
    q, born = form.cleaned_data["q"], form.cleaned_data["born"]
    try:
        places = look_up(actor, q)
    except Invalid as error:
        places = LookUp(says=(error.message,))
    given = Given(
        name=q, birth=born, phones=_phones(q), emails=_emails(q), postcode=places.postcode,
    )  # fmt: skip
    people = known_people(actor, given, now, most=MOST) if actor.may("match_people") else []
    facts = facts_of(actor, [one.person_id for one in people])
    found = []
    for one in people:
        home = facts[one.person_id].home
        found.append(FoundPerson(one, address_words(home) if home else ""))
    note(
        "search", subject="people and places",
        detail={"persons": [str(one.person_id) for one in people], "places": len(places.candidates)},
    )  # fmt: skip
    on_file = [uuid.UUID(one.choice[6:]) for one in places.candidates if one.kind == "place"]
    return {
        "people": found, "places": places, "looked": True,
        "place_hrefs": candidate_hrefs(places.candidates, known_ids(actor, on_file)),
        "all_streets": streets_href(places.address.street) if places.more else "",
    }  # fmt: skip


def _phones(text: str) -> tuple[str, ...]:
    try:
        return (parse_phone(text).e164,)
    except Invalid:
        return ()


def _emails(text: str) -> tuple[str, ...]:
    try:
        return (read_email(text),)
    except Invalid:
        return ()
