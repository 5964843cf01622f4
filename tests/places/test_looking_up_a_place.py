"""look_up: what is said of an unknown postcode, and the choice among streets of one name."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.kernel.errors import Invalid
from sentinel.places.operations import find_or_make_place
from sentinel.places.queries import look_up, postcode_state
from sentinel.places.queries.look_up import GIVE_NUMBER, NOT_WRITTEN
from tests.desk.case.counting import statements
from tests.places.data import add_point, add_postcode
from tests.support import NOW, acting

PRIYA = "priya.nair@charnwood.example"


def test_a_postcode_that_does_not_exist_is_said_so(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2, "E07000130")
    with transaction.atomic():
        found = look_up(acting(PRIYA), "14 Sparrow Lane LE11 9ZZ")
    assert found.state == "unknown"
    assert any("LE11 9ZZ is not in the postcode directory" in words for words in found.says)


def test_without_a_directory_nothing_is_said_against_a_postcode(transactional_db: None) -> None:
    with transaction.atomic():
        found = look_up(acting(PRIYA), "14 Sparrow Lane LE11 9ZZ")
    assert found.state == "not_loaded"
    assert not any("directory" in words for words in found.says)


def test_invented_postcodes_do_not_make_a_directory(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_postcode(database_urls, "LE11 0ZZ", 52.77, -1.2, source="Demonstration")
    with transaction.atomic():
        acting(PRIYA)
        assert postcode_state("LE11 0ZZ") == "exists"
        assert postcode_state("LE11 9ZZ") == "not_loaded"


def test_a_known_postcode_alone_is_offered(transactional_db: None, database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2)
    with transaction.atomic():
        found = look_up(acting(PRIYA), "le111aa")
    assert [one.choice for one in found.candidates] == ["postcode:LE11 1AA"]


def test_a_name_that_many_streets_bear_offers_a_choice(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    for number in range(30):
        add_point(
            database_urls, "Main Street", 52.5 + number / 100, -1.0, f"E0102{number:04d}",
            f"Harborough {number:03d}B", "E07000131",
        )  # fmt: skip
    with transaction.atomic():
        found = look_up(acting(PRIYA), "main st")
    assert len(found.candidates) == 20
    assert found.more == 10
    assert found.says == ("30 streets here are called Main Street. Choose one, or add its postcode or town.",)


def test_the_town_that_was_typed_comes_first(transactional_db: None, database_urls: dict[str, str]) -> None:
    add_point(database_urls, "Main Street", 52.5, -1.0, "E01000001", "Blaby 001A", "E07000129")
    add_point(database_urls, "Main Street", 52.9, -0.9, "E01000002", "Melton 001A", "E07000133")
    with transaction.atomic():
        found = look_up(acting(PRIYA), "12 Main Street, Melton")
    assert [one.where for one in found.candidates] == ["Melton", "Blaby"]


def test_half_a_postcode_sorts_by_nearness_and_names_the_sector(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_postcode(database_urls, "LE16 9AB", 52.5, -1.0)
    add_postcode(database_urls, "LE13 1AB", 52.76, -0.88)
    add_point(database_urls, "Main Street", 52.5, -1.0, "E01000001", "Blaby 001A", "E07000129")
    add_point(database_urls, "Main Street", 52.76, -0.88, "E01000002", "Melton 001A", "E07000133")
    with transaction.atomic():
        found = look_up(acting(PRIYA), "Main Street LE13")
    assert [one.where for one in found.candidates] == ["near LE13 1, Melton", "near LE16 9, Blaby"]


def test_streets_outside_the_partnership_are_not_offered(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_point(database_urls, "Lark Road", 53.9, -1.0, "E01000003", "York 001A", "", outside=True)
    with transaction.atomic():
        found = look_up(acting(PRIYA), "Lark Road")
    assert found.candidates == ()


@pytest.mark.django_db
def test_a_place_typed_in_full_is_exact() -> None:
    me = acting(PRIYA)
    place = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    found = look_up(me, "14 sparrow ln", "le11 0zz")
    assert found.exact
    assert [one.choice for one in found.candidates] == [f"place:{place.id}"]


@pytest.mark.django_db
def test_the_house_is_found_without_its_postcode() -> None:
    me = acting(PRIYA)
    place = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    assert [one.choice for one in look_up(me, "14 sparrow ln le11").candidates] == [f"place:{place.id}"]
    assert look_up(me, "14 sparrow ln le12").candidates == ()


@pytest.mark.django_db
def test_other_houses_of_the_street_are_never_listed() -> None:
    me = acting(PRIYA)
    find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    assert look_up(me, "Sparrow Lane LE11 0ZZ").candidates == ()
    assert look_up(me, "4 Sparrow Lane LE11 0ZZ").candidates == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Flat 2, 14 Sparrow Lane", "the building"),
        ("flat 2 14 sparrow ln le11 0zz", "the building"),
        ("First Floor Flat, 14 Sparrow Lane, LE11 0ZZ", "the building"),
        ("Rose House, 14 Sparrow Lane", "without its name"),
        ("14A Sparrow Lane LE11 0ZZ", "without the letter"),
        ("Flat 2, 14a Sparrow Lane", "without the letter"),
        ("Flat 2, 14, LE11 0ZZ", "the building"),
    ],
)
def test_a_flat_is_offered_the_house_that_it_is_in(words: str, what: str) -> None:
    me = acting(PRIYA)
    house = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    found = look_up(me, words)
    assert [(one.choice, one.building) for one in found.candidates] == [(f"place:{house.id}", what)]
    assert found.candidates[0].where.startswith(f"{what}, LE11 0ZZ")
    assert not found.exact, "the flat itself is not on file"


@pytest.mark.django_db
def test_a_flat_on_file_comes_before_its_house_and_other_flats_are_not_listed() -> None:
    me = acting(PRIYA)
    flat, house, _ = (
        find_or_make_place(actor=me, now=NOW, words=f"{words}14 Sparrow Lane LE11 0ZZ")
        for words in ("Flat 2, ", "", "Flat 3, ")
    )
    for words in ("Flat 2, 14 Sparrow Lane", "Flat 2, 14 Sparrow Lane LE11 0ZZ"):
        with statements() as ran:
            found = look_up(me, words)
        assert found.exact
        assert [one.choice for one in found.candidates] == [f"place:{flat.id}", f"place:{house.id}"]
        asked = [sql for sql in ran.sql if 'FROM "places_place"' in sql]
        assert len(asked) == 1, "the house comes with the flat"
    assert [one.choice for one in look_up(me, "14 Sparrow Lane").candidates] == [f"place:{house.id}"]


@pytest.mark.django_db
def test_a_number_and_a_postcode_find_the_house_but_are_not_taken_for_it() -> None:
    me = acting(PRIYA)
    house = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    find_or_make_place(actor=me, now=NOW, words="Flat 3, 14 Sparrow Lane LE11 0ZZ")
    for words in ("LE11 0ZZ 14", "14, le11 0zz"):
        found = look_up(me, words)
        assert [(one.choice, one.building) for one in found.candidates] == [(f"place:{house.id}", "")]
        assert not found.exact, "another street of this postcode may have the number"
    assert look_up(me, "1, LE11 0ZZ").candidates == ()


@pytest.mark.django_db
def test_what_is_not_found_is_said_and_of_a_street_or_postcode_nothing_is_claimed() -> None:
    me = acting(PRIYA)
    find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    assert look_up(me, "16 Sparrow Lane").says == (NOT_WRITTEN,)
    for words in ("Sparrow Lane", "LE11 0ZZ", "Margaret Ellis"):
        found = look_up(me, words)
        assert found.unlisted
        assert found.says == (GIVE_NUMBER,)


@pytest.mark.django_db
def test_half_a_postcode_in_the_postcode_box_is_told_so() -> None:
    with pytest.raises(Invalid) as error:
        look_up(acting(PRIYA), "14 Sparrow Lane", "LE11")
    assert "only the first half" in error.value.errors["postcode"][0]
