"""A silent record answers byte for byte as one that is not there, and a SUMMARY is the same whatever its record is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.access.models import Agreement
from sentinel.access.operations import revoke
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import add_party, protect_identity
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.births import birth_date
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.matching.hits.models import Touch
from sentinel.matching.hits.silence import mark_silent
from sentinel.matching.hits.telling import tell_elsewhere
from sentinel.matching.rules import Given
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.operations import add_person
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case
from tests.desk.report.calling import shown
from tests.support import PRIYA, acting, signed_in, user

KOFI = "kofi.mensah@soar-valley.example"  # the landlord may know of Charnwood's cases, and read none
NAME, NUMBER, BORN = "Margaret Ellis", "01632 960142", "3 April 1955"


def told_of(actor: Actor, place: Place | None = None, name: str = NAME, **given: Any) -> Case:
    """A case that tells of Margaret, at a place."""
    case = a_case(actor, place=place, now=now(), **given)
    facts = Facts(
        name=NameGiven(full=name), birth=birth_date(BORN, date(2026, 11, 20)), phones=(parse_phone(NUMBER),)
    )
    person = add_person(actor=actor, now=now(), record_id=case.id, facts=facts)
    add_party(actor=actor, now=now(), case_or_record=case, kind="person", person=person, roles=["victim"])
    return case


def unknown_to_them(case: Case, place: Place) -> None:
    """The agency is on no rung of it."""
    revoke(actor=acting(PRIYA), now=now(), record_id=case.id, holder_id=user(KOFI).agency_id, why="test")


def ended(case: Case, place: Place) -> None:
    """The agreement has ended."""
    Agreement.objects.filter(owner__code="charnwood", other__code="soar-valley").update(
        effective_until=date(2021, 1, 1)
    )


def silent_kind(kind: str) -> Callable[[Case, Place], None]:
    """It is marked as of a silent kind."""

    def do(case: Case, place: Place) -> None:
        mark_silent(actor=acting(PRIYA), now=now(), case=case, kind=kind, why="It was heard on Tuesday.")

    do.__name__ = kind
    return do


def protected(case: Case, place: Place) -> None:
    """Who it is about is protected, and nobody may know of the case's address."""
    protect_identity(actor=acting(PRIYA), now=now(), party=Party.objects.get(case=case, kind="person"))
    unknown_to_them(case, place)


SILENT = [
    unknown_to_them,
    ended,
    *map(silent_kind, ("marac", "intelligence", "treatment", "youth_justice")),
    protected,
]
SAID = {"q__caller_name": NAME, "q__caller_number": NUMBER, "r__caller_birth": BORN, "do": "known"}


def asked_of(browser: Client, form: dict[str, Any], place: Place) -> list[tuple[int, bytes]]:
    """What every page answers that looks over all records: the panel for the person, for the place and for both, and the page of the
    place. The same form each time."""
    at = f"place:{place.id}"
    sent = [
        {**form, "q-where": ""},
        {**form, "q-where": place.line, "r-place": at},
        {**form, "q-caller_number": "", "r-caller_birth": "", "q-where": place.line, "r-place": at},
    ]
    answers = [browser.post("/reports/take/known", one) for one in sent]
    answers.append(browser.get(f"/places/{place.id}"))
    return [(one.status_code, one.content) for one in answers]


@pytest.mark.parametrize("silence", SILENT, ids=lambda one: one.__name__)
def test_a_silent_record_is_byte_for_byte_none(
    transactional_db: None, silence: Callable[[Case, Place], None]
) -> None:
    with transaction.atomic():
        place = find_or_make_place(
            actor=acting(PRIYA), now=now(), words="14 Sparrow Lane", postcode="LE11 0ZZ"
        )
    browser = signed_in(KOFI)
    form = shown(KOFI, **SAID)
    absent = asked_of(browser, form, place)
    with transaction.atomic():
        priya = acting(PRIYA)
        case = told_of(priya, place)
        silence(case, place)
    assert asked_of(browser, form, place) == absent
    with transaction.atomic():
        acting(PRIYA)
        assert Touch.objects.exists(), "the owner is told all the same"


def test_what_is_not_silent_is_not_byte_for_byte_none(transactional_db: None) -> None:
    with transaction.atomic():
        place = find_or_make_place(
            actor=acting(PRIYA), now=now(), words="14 Sparrow Lane", postcode="LE11 0ZZ"
        )
    browser, form = signed_in(KOFI), shown(KOFI, **SAID)
    absent = asked_of(browser, form, place)
    with transaction.atomic():
        told_of(acting(PRIYA), place)
    there = asked_of(browser, form, place)
    assert [one == other for one, other in zip(there, absent, strict=True)] == [False, False, False, True]
    assert b"Charnwood sharing desk" in there[0][1]


cases_of = st.lists(
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(["personal", "nuisance", "environmental"]),
            "title": st.sampled_from(["Noise", "Threats with a knife", "Fly-tipping"]),
            "role": st.sampled_from(["victim", "alleged_perpetrator", "witness", "reporter"]),
            "band": st.sampled_from([0, 1, 2, 3]),
            "age": st.integers(0, 900),
        }
    ),
    min_size=1,
    max_size=3,
)
_HIT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(cases_of)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_summary_tells_a_desk_whatever_the_record_is(
    transactional_db: None, invented: list[dict[str, Any]]
) -> None:
    """However many records there are, of whatever kind, role, band and age, the one thing that is told is the same."""
    with transaction.atomic():
        for one in invented:
            priya = acting(PRIYA)
            opened = now() - timedelta(days=one["age"])
            case = a_case(priya, now=opened, category=one["category"], title=one["title"])
            facts = Facts(name=NameGiven(full=NAME), phones=(parse_phone(NUMBER),))
            person = add_person(actor=priya, now=opened, record_id=case.id, facts=facts)
            add_party(
                actor=priya,
                now=opened,
                case_or_record=case,
                kind="person",
                person=person,
                roles=[one["role"]],
                allegation_source="Told",
            )
            Case.objects.filter(pk=case.pk).update(highest_band=one["band"])
        said = Given(name=NAME, phones=(parse_phone(NUMBER).e164,))
        in_hand = new_id()
        [found] = tell_elsewhere(acting(KOFI), said, in_hand=in_hand)
        assert (found.desk, found.phone, found.about) == ("Charnwood sharing desk", "01632 960105", "person")
        assert _HIT.fullmatch(str(found.hit)), (
            "drawn by chance: a number that grows with time would tell when"
        )
        [again] = tell_elsewhere(acting(KOFI), said, in_hand=in_hand)
        [other] = tell_elsewhere(acting(KOFI), said, in_hand=new_id())
        assert again == found
        assert other.hit != found.hit, "the same number twice would tell that two calls met one record"
        transaction.set_rollback(True)
