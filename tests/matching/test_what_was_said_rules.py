"""Same and not the same, said by a person, rule what is shown whatever is weighed again; and a household is several people."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from sentinel.kernel.births import Birth, birth_date
from sentinel.kernel.phones import parse_phone
from sentinel.matching.operations import say_not_same, say_same
from sentinel.matching.queries import KnownPerson, known_people
from sentinel.matching.queries.people import near_by
from sentinel.matching.rules import MAY_BE, VERY_LIKELY, Given
from sentinel.people.facts import AddressGiven, Facts, NameGiven
from sentinel.people.models import Person
from sentinel.people.operations import add_person
from tests.matching.test_keys_are_guarded import BETH, a_record
from tests.support import NOW, PRIYA, acting

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
BORN = birth_date("3/4/1955", TODAY)
HOME = "14 Sparrow Lane, LE11 0ZZ"
SAID = Given(name="Margaret Ellis", birth=BORN)


def person(
    name: str, *, record: uuid.UUID | None = None, born: bool = True, phone: str = "", home: str = ""
) -> Person:
    priya = acting(PRIYA)
    return add_person(
        actor=priya, now=NOW, record_id=record or a_record(priya),
        facts=Facts(name=NameGiven(full=name), birth=BORN if born else None, phones=[parse_phone(phone)] if phone else [],
                    addresses=[AddressGiven(text=home)] if home else []),
    )  # fmt: skip


def found(said: Given = SAID, *, about: uuid.UUID | None = None, email: str = PRIYA) -> list[KnownPerson]:
    return known_people(acting(email), said, NOW, about=about)


def ids(people: list[KnownPerson]) -> set[uuid.UUID]:
    return {one.person_id for one in people}


def test_two_who_were_said_to_be_one_are_shown_once_the_likelier_first() -> None:
    record = a_record(acting(PRIYA))
    fuller, other = (
        person("Margaret Ellis", record=record, phone="01632 960142"),
        person("Margret Ellis", record=record),
    )
    said = Given(name="Margaret Ellis", birth=BORN, phones=("+441632960142",))
    assert ids(found(said)) == {fuller.id, other.id}
    say_same(
        actor=acting(PRIYA), now=NOW, record_id=record, first=fuller.id, second=other.id, how="She told us"
    )
    assert ids(found(said)) == {fuller.id}


def test_what_was_said_last_of_two_rules() -> None:
    record = a_record(acting(PRIYA))
    one, other = person("Margaret Ellis", record=record), person("Margaret Ellis", record=record)
    priya = acting(PRIYA)
    say_same(actor=priya, now=NOW, record_id=record, first=one.id, second=other.id, how="She told us")
    say_not_same(
        actor=priya,
        now=NOW.replace(minute=59),
        record_id=record,
        first=one.id,
        second=other.id,
        how="It was her cousin",
    )
    assert ids(found()) == {one.id, other.id}


def test_whoever_was_said_not_to_be_them_is_never_offered_for_them_again() -> None:
    record = a_record(acting(PRIYA))
    caller, other = person("Margaret Ellis", record=record), person("Margaret Ellis", record=record)
    assert ids(found(about=caller.id)) == {other.id}
    say_not_same(
        actor=acting(PRIYA), now=NOW, record_id=record, first=caller.id, second=other.id, how="Asked her"
    )
    assert found(about=caller.id) == []
    assert ids(found()) == {caller.id, other.id}


def test_what_was_said_in_a_record_that_one_does_not_read_does_not_rule_what_one_is_shown() -> None:
    shared, own = a_record(acting(PRIYA), readers=(BETH,)), a_record(acting(PRIYA))
    one, other = person("Margaret Ellis", record=shared), person("Margaret Ellis", record=shared)
    say_same(
        actor=acting(PRIYA),
        now=NOW,
        record_id=own,
        first=one.id,
        second=other.id,
        how="She told us in confidence",
    )
    assert len(ids(found())) == 1
    assert ids(found(email=BETH)) == {one.id, other.id}


def test_a_twin_is_shown_as_another_of_the_household_and_never_as_very_likely() -> None:
    person("Margaret Ellis", home=HOME)
    [twin] = found(Given(name="Joseph Ellis", birth=BORN, homes=(HOME,), postcode="LE11 0ZZ"))
    assert twin.match.band == MAY_BE
    assert twin.match.reasons[-1] == (
        "but another first name is known: brothers, sisters and twins live at one address"
    )
    [herself] = found(Given(name="Peggy Ellis", birth=BORN, homes=(HOME,), postcode="LE11 0ZZ"))
    assert herself.match.band == VERY_LIKELY


def test_a_twin_whose_name_is_spelt_nearly_the_same_is_found_and_not_taken_for_the_other() -> None:
    kasia, basia = person("Kasia Wolny", home=HOME), person("Basia Wolny", home=HOME)
    shown = found(Given(name="Kasia Wolny", birth=BORN, homes=(HOME,), postcode="LE11 0ZZ"))
    assert [(one.person_id, one.match.band) for one in shown] == [(kasia.id, VERY_LIKELY), (basia.id, MAY_BE)]
    twin = shown[1].match
    assert twin.ask == "Ask their first name again, and how it is spelt."
    assert twin.reasons[0] == "the family name is the same", "no part of a name both agrees and is another"
    assert twin.reasons[-1] == (
        "but another first name is known: brothers, sisters and twins live at one address"
    )


TWINS = "but another first name is known:"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Given(name="Kasia Wolny", birth=BORN), f"{TWINS} twins are born on one day"),
        (Given(name="Kasia Wolny", birth=BORN, postcode="LE11 0ZZ"), f"{TWINS} twins are born on one day"),
        (
            Given(name="Kasia Wolny", birth=BORN, phones=("+441632960142",)),
            f"{TWINS} brothers, sisters and twins may share one number",
        ),
    ],
)
def test_a_twin_is_one_before_an_address_was_said_too(said: Given, words: str) -> None:
    person("Basia Wolny", home=HOME, phone="01632 960142")
    [twin] = found(said)
    assert (twin.match.band, twin.match.reasons[-1]) == (MAY_BE, words)
    assert twin.match.ask == "Ask their first name again, and how it is spelt."


@pytest.mark.parametrize(
    "birth", [birth_date(said, TODAY) for said in ("4/3/1955", "3/4/1956", "1955")], ids=str
)
def test_a_twin_is_no_less_one_where_the_birth_was_misheard_or_half_said(birth: Birth) -> None:
    person("Margaret Ellis", home=HOME, phone="01632 960142")
    said = Given(
        name="Joseph Ellis", birth=birth, homes=(HOME,), postcode="LE11 0ZZ", phones=("+441632960142",)
    )
    [twin] = found(said)
    assert twin.match.band == MAY_BE
    assert twin.match.reasons[-1].startswith(TWINS)
    assert twin.match.ask == "Ask their first name again, and how it is spelt."


@pytest.mark.parametrize("said", [None, birth_date("71", TODAY)], ids=str)
def test_another_first_name_is_never_very_likely_whatever_else_agrees(said: Birth | None) -> None:
    person("Margaret Ellis", home=HOME, phone="01632 960142")
    for name, band in (("Joseph Ellis", MAY_BE), ("Margret Ellis", VERY_LIKELY)):
        given = Given(name=name, birth=said, homes=(HOME,), postcode="LE11 0ZZ", phones=("+441632960142",))
        [match] = found(given)
        assert match.match.band == band, name


@pytest.mark.parametrize(
    "name", ["Margret Ellis", "Maragret Ellis", "Margaret Elis", "Mrgaret Ellis", "Peggy Ellis"]
)
def test_a_slip_in_her_own_first_name_makes_nobody_a_twin(name: str) -> None:
    person("Margaret Ellis", home=HOME)
    [herself] = found(Given(name=name, birth=BORN, homes=(HOME,), postcode="LE11 0ZZ"))
    assert herself.match.band == VERY_LIKELY
    assert "first name again" not in herself.match.ask


def test_a_name_that_no_key_leads_to_is_found_in_its_district_by_how_it_is_spelt() -> None:
    meant = person("Margaret Szczepanski", born=False, home=HOME)
    said = Given(name="Margaret Sxzcpanski", postcode="LE11 5AB")
    assert set(near_by(acting(PRIYA), said)) == {meant.id}
    assert ids(found(said)) == {meant.id}
    assert near_by(acting(BETH), said) == {}
    assert near_by(acting(PRIYA), Given(name="Margaret Sxzcpanski", postcode="LE2 5AB")) == {}


def test_the_search_near_by_that_takes_too_long_is_left_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sentinel.matching import facts

    priya = acting(PRIYA)
    monkeypatch.setattr(
        facts, "NEAR_STATEMENT", "SELECT NULL, NULL, NULL, NULL, '', '', '', '', '' FROM pg_sleep(5) WHERE %s::bigint[] IS NULL"
        " OR %s::text IS NULL OR %s::integer IS NULL OR %s::integer IS NOT NULL",
    )  # fmt: skip
    assert near_by(priya, Given(name="Margaret Szczepanski", postcode="LE11 5AB")) == {}
    assert person("Margaret Ellis").id in ids(found()), "the transaction goes on, without the limit"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] != "12ms"
