"""An error says which question it is about, and keeps the words that a room chose."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from sentinel.web.wording import of_field


def said(field: forms.Field, value: Any) -> list[str]:
    """The sentences about one field given one value."""
    files = {"it": value} if isinstance(field, forms.FileField) else None
    return of_field(type("One", (forms.Form,), {"it": field})({"it": value}, files)["it"])


def test_an_unanswered_question_is_named() -> None:
    assert said(forms.CharField(label="Who is calling?"), "") == ["“Who is calling?” needs an answer."]


def test_a_colon_after_the_label_is_left_out() -> None:
    assert said(forms.CharField(label="Email:"), "") == ["“Email” needs an answer."]


def test_too_long_says_by_how_much() -> None:
    assert said(forms.CharField(label="Name", max_length=3), "abcd") == [
        "“Name” may have 3 characters at most; this has 4."
    ]


def test_too_short_says_what_is_needed() -> None:
    assert said(forms.CharField(label="Name", min_length=3), "ab") == [
        "“Name” needs at least 3 characters; this has 2."
    ]


def test_a_forged_choice_is_not_repeated() -> None:
    sentences = said(forms.ChoiceField(label="Kind", choices=[("a", "A")]), "<b>z</b>")
    assert sentences == ["“Kind”: choose one of the answers shown."]


def test_a_nul_byte_is_refused_clearly() -> None:
    (sentence,) = said(forms.CharField(label="Name"), "a\x00b")
    assert sentence.startswith("“Name” has a character that cannot be stored.")


@pytest.mark.parametrize(("value", "end"), [("101", "may be 100 at most."), ("0", "must be at least 1.")])
def test_numbers_out_of_range_say_the_range(value: str, end: str) -> None:
    (sentence,) = said(forms.IntegerField(label="Times", min_value=1, max_value=100), value)
    assert sentence == f"“Times” {end}"


def test_what_a_room_worded_stays() -> None:
    field = forms.CharField(label="Who?", error_messages={"required": "Say who rang, or that nobody did."})
    assert said(field, "") == ["Say who rang, or that nobody did."]


def test_a_rooms_own_error_with_djangos_code_stays() -> None:
    def refuse(value: str) -> None:
        raise forms.ValidationError("That log is of another day.", code="invalid")

    assert said(forms.CharField(label="Log", validators=[refuse]), "612") == ["That log is of another day."]


def test_several_errors_keep_their_order() -> None:
    def first(value: str) -> None:
        raise forms.ValidationError("One.")

    def second(value: str) -> None:
        raise forms.ValidationError("Two.")

    assert said(forms.CharField(validators=[first, second]), "x") == ["One.", "Two."]


def test_a_field_without_a_label_is_this() -> None:
    assert said(forms.CharField(label=""), "") == ["This needs an answer."]
