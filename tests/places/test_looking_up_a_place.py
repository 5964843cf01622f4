"""look_up: what is said of an unknown postcode, and the choice among streets of one name."""

from __future__ import annotations

import pytest
from django.db import transaction

from sentinel.kernel.errors import Invalid
from sentinel.places.operations import find_or_make_place
from sentinel.places.queries import look_up, postcode_state
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
def test_nothing_known_is_said_so() -> None:
    assert look_up(acting(PRIYA), "Nowhere Lane").says == (
        "Nothing known fits this. It is kept as it was typed.",
    )


@pytest.mark.django_db
def test_half_a_postcode_in_the_postcode_box_is_told_so() -> None:
    with pytest.raises(Invalid) as error:
        look_up(acting(PRIYA), "14 Sparrow Lane", "LE11")
    assert "only the first half" in error.value.errors["postcode"][0]
