"""Postcodes are read as people type them, and told by their shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.kernel.postcodes import Postcode, find_in, is_outward, normalise_postcode, parse_postcode

digit = st.sampled_from("0123456789")
first = st.sampled_from("ABCDEFGHIJKLMNOPRSTUWYZ")
second = st.sampled_from("ABCDEFGHKLMNOPQRSTUVWXY")
inward = st.builds(lambda d, a, b: d + a + b, digit, *[st.sampled_from("ABDEFGHJLNPQRSTUWXYZ")] * 2)
outward = st.one_of(
    st.builds(str.__add__, first, digit),
    st.builds(lambda a, b, c: a + b + c, first, digit, digit),
    st.builds(lambda a, b, c: a + b + c, first, second, digit),
    st.builds(lambda a, b, c, d: a + b + c + d, first, second, digit, digit),
)
postcodes = st.builds(Postcode, outward, inward)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("le11 0zz", "LE11 0ZZ"),
        ("LE110ZZ", "LE11 0ZZ"),
        (" le 1 1 a a ", "LE1 1AA"),
        ("le11-0zz", "LE11 0ZZ"),
        ("LE11OZZ", "LE11 0ZZ"),
        ("LEI 1AA", "LE1 1AA"),
        ("LE1 lAA", "LE1 1AA"),
        ("W1A 0AX", "W1A 0AX"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("M1 1AE", "M1 1AE"),
        ("B33 8TH", "B33 8TH"),
        ("DN55 1PT", "DN55 1PT"),
        ("OX1 1AA", "OX1 1AA"),
        ("OL1 1AA", "OL1 1AA"),
        ("L1 1AA", "L1 1AA"),
    ],
)
def test_a_postcode_is_read_as_typed(typed: str, normal: str) -> None:
    assert normalise_postcode(typed) == normal


@given(postcodes, st.booleans(), st.booleans())
def test_spaces_and_case_make_no_difference(postcode: Postcode, spaced: bool, lower: bool) -> None:
    typed = str(postcode) if spaced else str(postcode).replace(" ", "")
    assert normalise_postcode(typed.lower() if lower else typed) == str(postcode)


@pytest.mark.parametrize("typed", ["LE11", "le1", "SW1A"])
def test_half_a_postcode_is_told_so(typed: str) -> None:
    with pytest.raises(Invalid, match="first half"):
        parse_postcode(typed)
    assert is_outward(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "Loughborough", "LE11 0Z", "LE11 0ZZZ", "QQ1 1AA", "LE1 1CA", "12345", "LE1\x001AA", "L" * 100, "٣"],
)
def test_what_is_no_postcode_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Invalid, match="LE1 1AA"):
        parse_postcode(typed)
    assert not is_outward(typed)


@pytest.mark.parametrize(
    ("typed", "area", "outward_code", "sector"),
    [
        ("LE11 0ZZ", "LE", "LE11", "LE11 0"),
        ("M1 1AE", "M", "M1", "M1 1"),
        ("SW1A 1AA", "SW", "SW1A", "SW1A 1"),
        ("W1A 0AX", "W", "W1A", "W1A 0"),
    ],
)
def test_a_postcode_knows_its_parts(typed: str, area: str, outward_code: str, sector: str) -> None:
    postcode = parse_postcode(typed)
    assert (postcode.area, postcode.outward, postcode.sector) == (area, outward_code, sector)


def test_postcodes_are_found_in_a_text_once_each_in_order() -> None:
    text = "From 14 Sparrow Lane le11 0zz to LE1 1AA; again LE110ZZ. Not XLE1 1AA, nor LE1 1AAB."
    assert [str(found) for found in find_in(text)] == ["LE11 0ZZ", "LE1 1AA"]


@given(postcodes, st.text(alphabet="abc ,.", max_size=20), st.text(alphabet="abc ,.", max_size=20))
def test_a_postcode_is_found_wherever_it_stands(postcode: Postcode, before: str, after: str) -> None:
    assert find_in(f"{before} {postcode}, {after}") == [postcode]


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_in("No postcode here, only 14 Sparrow Lane.") == []
