"""A key answers only to who reaches the records of all that it comes from, whatever becomes of those records."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.db import connection, transaction

from sentinel.access.models import Kind, Rung
from sentinel.access.operations import make_audience, open_record, share
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import protect_identity
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.matching.facts import of_those_who_share
from sentinel.matching.models import KeyRing
from sentinel.matching.queries import candidates, known_people
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import Asked, asked_for
from sentinel.people.facts import AddressGiven, Facts, NameGiven
from sentinel.people.models import Person
from sentinel.people.operations import add_birth, add_person
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.reports.telling import MARGARET, telling
from tests.support import NOW, PRIYA, acting, user

pytestmark = pytest.mark.django_db
AISHA = "aisha.rahman@police.example"
BETH = "beth.carr@three-oaks.example"
TODAY = date(2026, 11, 20)
BORN = birth_date("3/4/1955", TODAY)
# Found by the day of birth and a sound: no key of her name alone answers to it.
BY_BIRTH = Given(name="Ellis Unheard-of", birth=BORN)


def a_record(actor: Actor, *, readers: tuple[str, ...] = ()) -> uuid.UUID:
    """A record of the actor's agency, given to others to read; the actor stays the one who acts."""
    record = new_id()
    open_record(actor=actor, now=NOW, record_id=record, kind=Kind.CASE)
    for email in readers:
        share(
            actor=actor, now=NOW, record_id=record, kind=Kind.CASE, holder_id=user(email).agency_id, rung=Rung.READ,
            what="the record", lawful_basis="Crime and Disorder Act 1998 s.115", why="They work on it too",
        )  # fmt: skip
    return record


def a_person(actor: Actor, record: uuid.UUID, audience: uuid.UUID | None = None) -> Person:
    return add_person(
        actor=actor, now=NOW, record_id=record, audience_id=audience,
        facts=Facts(name=NameGiven(full="Margaret Ellis"), birth=None if audience is None else BORN),
    )  # fmt: skip


def found(email: str, given: Given = BY_BIRTH) -> set[uuid.UUID]:
    return set(candidates(acting(email), given)[0])


def test_a_key_of_two_records_answers_to_who_reads_both_and_to_nobody_else() -> None:
    priya = acting(PRIYA)
    shared, own = a_record(priya, readers=(AISHA, BETH)), a_record(priya, readers=(AISHA,))
    person = a_person(priya, shared)
    add_birth(actor=priya, now=NOW, person_id=person.id, record_id=own, birth=BORN)
    assert found(PRIYA) == found(AISHA) == {person.id}
    assert found(BETH) == set()
    assert found(BETH, Given(name="Margaret Ellis")) == {person.id}


def test_a_ring_of_two_records_is_read_only_by_who_reaches_both() -> None:
    priya = acting(PRIYA)
    shared, own = a_record(priya, readers=(AISHA, BETH)), a_record(priya)
    person = a_person(priya, shared)
    add_birth(actor=priya, now=NOW, person_id=person.id, record_id=own, birth=BORN)
    for email, count in ((PRIYA, 3), (AISHA, 1), (BETH, 1)):
        acting(email)
        assert KeyRing.objects.filter(person=person).count() == count, email


def test_a_key_under_a_narrower_audience_answers_to_that_audience_alone() -> None:
    priya = acting(PRIYA)
    record = a_record(priya, readers=(AISHA,))
    narrow = make_audience(actor=priya, now=NOW, named=[priya.user_id] if priya.user_id else [])
    person = a_person(priya, record, narrow)
    assert found(PRIYA) == {person.id}
    assert found(AISHA) == found(AISHA, Given(name="Margaret Ellis")) == set()


def test_a_birth_of_a_narrower_audience_leaves_the_name_to_be_found_by() -> None:
    priya = acting(PRIYA)
    record = a_record(priya, readers=(AISHA,))
    narrow = make_audience(actor=priya, now=NOW, named=[priya.user_id] if priya.user_id else [])
    person = a_person(priya, record)
    add_birth(actor=priya, now=NOW, person_id=person.id, record_id=record, birth=BORN, audience_id=narrow)
    assert found(PRIYA) == {person.id}
    assert found(AISHA) == set()
    [margaret] = known_people(acting(AISHA), Given(name="Margaret Ellis", birth=BORN), NOW)
    assert margaret.age == ""


def the_case() -> Case:
    priya = acting(PRIYA)
    caller = CallerGiven(name="Margaret Ellis", phone=MARGARET.phone, birth=BORN)
    report = take_report(actor=priya, now=NOW, telling=telling(caller=caller))
    return open_case_from_report(actor=priya, now=NOW, report=report, title="Noise at Sparrow Lane")


def test_rings_move_with_a_report_into_its_case_and_with_an_identity_that_is_protected() -> None:
    case = the_case()
    person = next(iter(found(PRIYA)))
    assert set(KeyRing.objects.filter(person=person).values_list("record_id", flat=True)) == {case.id}
    other = a_record(acting(PRIYA), readers=(AISHA,))
    add_birth(
        actor=acting(PRIYA), now=NOW, person_id=person, record_id=other, birth=birth_date("5/6/1957", TODAY)
    )
    by_other = Given(name="Ellis Unheard-of", birth=birth_date("5/6/1957", TODAY))
    assert found(AISHA, by_other) == {person}
    protect_identity(actor=acting(PRIYA), now=NOW, party=Party.objects.get(case=case, kind="person"))
    assert found(PRIYA) == found(PRIYA, by_other) == {person}
    assert found(AISHA) == found(AISHA, by_other) == set()
    acting(PRIYA)
    [beside] = KeyRing.objects.filter(person=person, with_record_id=case.id)
    assert beside.with_audience_id is not None


def test_a_safe_address_makes_no_key() -> None:
    priya = acting(PRIYA)
    record = a_record(priya)
    narrow = make_audience(actor=priya, now=NOW, named=[priya.user_id] if priya.user_id else [])
    person = add_person(
        actor=priya, now=NOW, record_id=record, audience_id=narrow,
        facts=Facts(name=NameGiven(full="Margaret Ellis"), addresses=[AddressGiven(text="9 Hidden Row, LE11 0ZZ", safe=True)]),
    )  # fmt: skip
    assert found(PRIYA, Given(name="Nobody", homes=("9 Hidden Row, LE11 0ZZ",))) == set()
    assert person.id in found(PRIYA, Given(name="Margaret Ellis"))


def test_one_statement_finds_whoever_shares_keys_with_their_facts(
    django_assert_num_queries: object,
) -> None:
    the_case()
    priya = acting(PRIYA)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert known_people(priya, Given(name="Margret Elis", birth=BORN), NOW)


def test_nobody_reads_keys_and_whoever_asks_for_all_is_told_only_what_they_reach() -> None:
    the_case()
    acting(BETH)
    asked = asked_for(Given(name="Margaret Ellis", birth=BORN))
    assert of_those_who_share([Asked(one.key, 1.0, 1000) for one in asked], 1000, 100)[0] == {}
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM matching_key")


def test_phones_and_numbers_are_found_by_themselves() -> None:
    priya = acting(PRIYA)
    record = a_record(priya)
    person = add_person(
        actor=priya, now=NOW, record_id=record,
        facts=Facts(name=NameGiven(full="Margaret Ellis"), phones=[parse_phone("01632 960142")], emails=["m@mail.example"],
                    identifiers=[("tenancy", "TEN-00123/4")]),
    )  # fmt: skip
    for given in (
        Given(phones=("+441632960142",)),
        Given(emails=("M@mail.example",)),
        Given(identifiers=("ten001234",)),
    ):
        assert found(PRIYA, given) == {person.id}, given
