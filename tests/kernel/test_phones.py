"""Telephone numbers are read as people type them; a wrong one is answered in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.kernel.phones import parse_phone


def is_a_sentence(error: Invalid) -> None:
    """Fail where an error is not said in words."""
    assert error.message[:1].isupper() or error.message[:1].isdigit()
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("07700 900123", "+447700900123"),
        ("07700900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("(0116) 496-0123", "+441164960123"),
        ("0116.496.0123", "+441164960123"),
        ("01509 555014", "+441509555014"),
        ("  0116 496 0123  ", "+441164960123"),
        ("0800 1111", "+448001111"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("+1 202 555 0123", "+12025550123"),
    ],
)
def test_a_number_is_brought_to_one_form(typed: str, e164: str) -> None:
    assert parse_phone(typed).e164 == e164


@pytest.mark.parametrize(
    ("typed", "display"),
    [
        ("+447700900123", "07700 900123"),
        ("01164960123", "0116 496 0123"),
        ("+33123456789", "+33 1 23 45 67 89"),
    ],
)
def test_a_number_is_shown_as_it_is_read_out(typed: str, display: str) -> None:
    assert parse_phone(typed).display == display


def test_an_extension_is_kept_apart() -> None:
    phone = parse_phone("0116 496 0123 ext 45")
    assert (phone.e164, phone.display, phone.extension) == ("+441164960123", "0116 496 0123", "45")
    assert parse_phone("0116 496 0123 x45") == parse_phone("0116 496 0123 extn. 45")


def test_a_mobile_is_told_from_a_landline() -> None:
    assert parse_phone("07700 900123").mobile
    assert not parse_phone("0116 496 0123").mobile


def test_a_number_of_a_range_nobody_is_known_to_use_is_kept_and_marked() -> None:
    assert not parse_phone("07700 900123").assigned
    assert parse_phone("0116 496 0123").assigned


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12", "too short"),
        ("496 0123", "too short"),
        ("07700 90012", "too short"),
        ("07700 900123 4", "too long"),
        ("01509 555 0142", "too long"),
        ("0116 496 0123 4567 8901", "too long"),
        ("+999 123 4567", "country code|Enter a telephone number"),
        ("", "0116 496 0123"),
        ("none", "0116 496 0123"),
        ("call me on 07700 900123", "0116 496 0123"),
        ("0800 FLOWERS", "0116 496 0123"),
        ("07700\x00900123", "0116 496 0123"),
        ("0" * 100, "0116 496 0123"),
        ("999", "service's number"),
        ("101", "service's number"),
    ],
)
def test_a_wrong_number_is_answered_in_plain_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_phone(typed)


@given(st.text(max_size=70))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except Invalid as error:
        is_a_sentence(error)
        return
    assert phone.e164.startswith("+")
    assert parse_phone(phone.e164).e164 == phone.e164


@given(st.from_regex(r"07[1-57-9]\d{8}", fullmatch=True, alphabet=st.sampled_from("0123456789")))
def test_every_mobile_number_comes_back_from_how_it_is_shown(typed: str) -> None:
    phone = parse_phone(typed)
    assert phone.e164 == f"+44{typed[1:]}"
    assert parse_phone(phone.display).e164 == phone.e164
