"""The same place typed in different ways is one place; different places stay apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.places.rules import month_after, place_key, plain, read_address, street_key


def key(words: str, postcode: str = "") -> str:
    return place_key("address", read_address(words, postcode))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 sparrow ln le11 0zz", "14 Sparrow Lane, Loughborough, LE11 0ZZ"),
        ("14 SPARROW LANE LE110ZZ", "14, Sparrow Lane, Loughborough LE11 0ZZ"),
        ("flat 2, 14a Sparrow Lane LE11 0ZZ", "Flat 2 14 A sparrow ln, le11 0zz"),
        ("apt 3, 9 High St, LE11 0ZZ", "Flat 3 9 high street le11 0zz"),
        ("3 St. Mary's Rd, LE11 0ZZ", "3 st marys road LE11 0ZZ"),
        ("Elm House, 3 Park Rd, LE11 0ZZ", "elm house 3 park road le11 0zz".replace("house 3", "house, 3")),
        ("12-14 High St LE11 0ZZ", "12 – 14 High Street, LE11 0ZZ"),
        ("7 The Green, Hathern, LE11 0ZZ", "7 the green LE11 0ZZ"),
        ("14 sparrow ln le11", "14 Sparrow Lane, LE11"),
    ],
)
def test_the_same_place_typed_twice_has_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 Sparrow Lane, LE11 0ZZ", "14 Sparrow Lane, LE11 0ZY"),
        ("14 Sparrow Lane, LE11 0ZZ", "41 Sparrow Lane, LE11 0ZZ"),
        ("14 Sparrow Lane, LE11 0ZZ", "14a Sparrow Lane, LE11 0ZZ"),
        ("14 Sparrow Lane, LE11 0ZZ", "14 Sparrow Close, LE11 0ZZ"),
        ("Flat 1, 14 Sparrow Lane, LE11 0ZZ", "Flat 2, 14 Sparrow Lane, LE11 0ZZ"),
        ("12 High Street, Syston", "12 High Street, Oadby"),
        ("1 St John Street, LE11 0ZZ", "1 Street John Street, LE11 0ZZ"),
    ],
)
def test_different_places_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_a_postcode_in_its_own_box_is_the_same_as_one_in_the_text() -> None:
    assert key("14 Sparrow Lane", "le11 0zz") == key("14 Sparrow Lane LE11 0ZZ")


@pytest.mark.parametrize(
    ("typed", "street", "rest"),
    [
        ("14 sparrow lane loughborough", "sparrow lane", "loughborough"),
        ("5 Park Road West", "park road west", ""),
        ("22 Mill Lane Close Oadby", "mill lane close", "oadby"),
        ("12 Green Lane Close", "green lane close", ""),
        ("Queens Park", "queens park", ""),
        ("The Green, Hathern", "the green", "hathern"),
    ],
)
def test_the_street_is_told_from_the_town_after_it(typed: str, street: str, rest: str) -> None:
    found = read_address(typed)
    assert (found.street, found.rest) == (street, rest)


def test_half_a_postcode_is_kept_as_half() -> None:
    found = read_address("14 sparrow ln le11")
    assert (found.outward, found.postcode, found.number, found.street) == ("LE11", "", "14", "sparrow lane")


def test_a_road_with_a_letter_and_a_figure_is_no_postcode() -> None:
    assert read_address("Layby on the A6").street == "layby on the a6"
    assert read_address("near the M1").outward == ""


def test_what_was_typed_with_care_is_shown_as_typed() -> None:
    assert read_address("Flat 2, 14A St Mary's Rd, LE11 0ZZ").line == "Flat 2, 14A St Mary's Rd"


def test_what_was_typed_in_haste_is_shown_with_capitals() -> None:
    assert read_address("14a sparrow ln le11 0zz").line == "14A Sparrow Lane"
    assert read_address("3 ST MARYS RD").line == "3 St Marys Road"


def test_police_uk_words_are_left_out_of_a_streets_key() -> None:
    assert street_key("On or near Main Street") == street_key("main st") == "main street"


def test_accents_and_signs_do_not_matter() -> None:
    assert plain("  Café  O’Neill-Strasse & Co. ") == "cafe oneill strasse and co"


def test_a_nul_byte_is_refused() -> None:
    with pytest.raises(Invalid):
        read_address("14 Sparrow\x00 Lane")


def test_a_postcode_of_no_such_shape_is_an_error_of_its_own_box() -> None:
    with pytest.raises(Invalid) as error:
        read_address("14 Sparrow Lane", "LE11 0Z")
    assert set(error.value.errors) == {"postcode"}


def test_nothing_said_is_no_place() -> None:
    with pytest.raises(Invalid):
        key(" , ")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        made = key(text)
    except Invalid:
        return
    assert made.startswith("address:")
    assert len(made) <= 200


@given(st.integers(1, 9999), st.sampled_from(["Lane", "Road", "Close", "Street"]), st.booleans())
def test_case_and_commas_never_make_a_second_place(number: int, kind: str, shouting: bool) -> None:
    typed = f"{number} Lark {kind}, LE11 0ZZ"
    other = (typed.upper() if shouting else typed.lower()).replace(",", "")
    assert key(typed) == key(other)


def test_months_roll_over_the_year() -> None:
    assert month_after(date(2021, 12, 1), 1) == date(2022, 1, 1)
    assert month_after(date(2021, 1, 1), -1) == date(2020, 12, 1)
    assert month_after(date(2021, 10, 1), -23) == date(2019, 11, 1)
