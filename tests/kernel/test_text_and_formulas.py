"""Text is kept as typed, refused where it cannot be stored, and harmless in a spreadsheet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import clean_text, refuse_unstorable, spreadsheet_safe


@pytest.mark.parametrize(
    "typed",
    [
        "O’Brien-Smith",
        "<script>alert(1)</script>",
        "‏محمد‎",
        "👩‍👧 at the door",
        "Zoë\tÉlodie",
        "one\ntwo",
        "'; DROP TABLE people; --",
    ],
)
def test_text_is_kept_as_typed(typed: str) -> None:
    assert clean_text(typed, 200) == typed


@pytest.mark.parametrize("typed", ["a\x00b", "\x00", "half \ud83d pair"])
def test_what_no_database_keeps_is_refused_clearly(typed: str) -> None:
    with pytest.raises(Invalid, match="cannot be stored"):
        clean_text(typed, 200)
    with pytest.raises(Invalid):
        refuse_unstorable(typed)


@pytest.mark.parametrize("new_line", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\u2028", "\x85"])
def test_new_lines_are_made_alike(new_line: str) -> None:
    assert clean_text(f"one{new_line}two", 200) == "one\ntwo"


def test_a_single_line_stays_single() -> None:
    assert clean_text("one\r\n two\tthree", 200, one_line=True) == "one  two three"
    assert "\n" not in clean_text("one\r\ntwo", 200, one_line=True)


def test_controls_and_outer_spaces_are_dropped() -> None:
    assert clean_text("  bell\x07 and escape\x1b[31m  ", 200) == "bell and escape[31m"


def test_the_length_is_counted_in_characters_and_said() -> None:
    assert clean_text("é" * 200, 200) == "é" * 200
    with pytest.raises(Invalid, match=r"must be 200 characters or fewer\. It has 201"):
        clean_text("é" * 201, 200)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    try:
        kept = clean_text(typed, 10_000)
    except Invalid:
        assert "\x00" in typed or any("\ud800" <= character <= "\udfff" for character in typed)
        return
    assert clean_text(kept, 10_000) == kept
    kept.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 116",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =cmd|' /C calc'!A0",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_a_formula_is_neutralised(text: str) -> None:
    assert spreadsheet_safe(text) == f"'{text}"


@pytest.mark.parametrize("value", ["plain", "a=b", "12 - 14", "", None, 5, -5, 1.5, date(2026, 4, 3), True])
def test_what_is_no_formula_is_left_alone(value: object) -> None:
    assert spreadsheet_safe(value) is value


@given(st.text())
def test_nothing_exported_begins_as_a_formula(text: str) -> None:
    safe = spreadsheet_safe(text)
    assert isinstance(safe, str)
    assert not safe.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert safe.endswith(text)


@pytest.mark.parametrize(
    "typed", ["\u200b", " \u200b\u2060\ufeff ", "\u00ad\u200e", "\u3164\u2800", "\u00a0\u3000"]
)
def test_what_shows_nothing_is_nothing(typed: str) -> None:
    assert clean_text(typed, 200) == ""


@pytest.mark.parametrize("typed", ["7", "?", "👩‍👧", "‏محمد‎", "\u200bx", "£"])
def test_what_shows_anything_is_kept(typed: str) -> None:
    assert clean_text(typed, 200) == typed
