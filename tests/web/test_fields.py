"""Text boxes read by the kernel: what is typed is understood, or refused beside the field with all of it kept."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.errors import Invalid
from sentinel.web.fields import (
    BirthField,
    ClockField,
    DayField,
    NameField,
    PhoneField,
    PostcodeField,
    TextField,
    add_invalid,
)

TODAY = date(2026, 11, 21)


def day(**options: Any) -> DayField:
    """A day read on Saturday 21 November 2026."""
    return DayField(today=lambda: TODAY, **options)


def refusal(field: forms.Field, text: str) -> str:
    """The first sentence with which `text` is refused."""
    with pytest.raises(ValidationError) as caught:
        field.clean(text)
    return caught.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("3/4/26", date(2026, 4, 3)), ("3 April", date(2026, 4, 3)), ("yesterday", date(2026, 11, 20))],
)
def test_a_day_is_read_as_people_type_it(typed: str, meant: date) -> None:
    assert day().clean(typed) == meant


def test_a_day_of_something_past_may_not_be_in_the_future() -> None:
    assert "in the future" in refusal(day(), "25/12/2026")


def test_a_day_ahead_lies_ahead() -> None:
    assert day(towards="future").clean("3 April") == date(2027, 4, 3)
    assert "in the past" in refusal(day(towards="future", past=False), "3/4/26")


def test_an_impossible_day_and_one_before_1900_are_refused_in_words() -> None:
    assert refusal(day(), "31/2/26")
    assert "1900" in refusal(day(), "1/1/1899")


def test_a_day_is_shown_as_it_reads_and_a_mistake_as_it_was_typed() -> None:
    assert day().prepare_value(TODAY) == "21 November 2026"
    assert day().prepare_value("31/2/26") == "31/2/26"


def test_an_optional_box_left_empty_is_none() -> None:
    for field in (day(required=False), ClockField(required=False), PhoneField(required=False)):
        assert field.clean("") is None
        assert field.clean("   ") is None


def test_a_required_box_left_empty_is_refused() -> None:
    assert refusal(day(), "")


def test_a_time_is_read_and_shown_by_the_clock() -> None:
    assert ClockField().clean("9.30pm") == time(21, 30)
    assert ClockField().prepare_value(time(21, 30)) == "21:30"
    assert "morning or evening" in refusal(ClockField(), "9")


def test_a_birth_may_be_an_age() -> None:
    field = BirthField(today=lambda: TODAY)
    assert field.clean("3/4/56").earliest == date(1956, 4, 3)
    assert refusal(field, "1/1/1890")


def test_a_number_to_ring_is_read_and_a_service_is_none() -> None:
    assert PhoneField().clean("07700 900123").e164 == "+447700900123"
    assert "service" in refusal(PhoneField(), "999")


def test_a_postcode_is_read() -> None:
    assert str(PostcodeField().clean("le11 0zz"))
    assert refusal(PostcodeField(), "nowhere")


@pytest.mark.parametrize("name", ["O'Neil", "Anne-Marie", "Zebedee", "نور", "Élodie", "👪", "x" * 200])
def test_a_name_is_kept_as_typed(name: str) -> None:
    assert NameField().clean(name) == name


def test_text_keeps_its_lines_and_refuses_nul() -> None:
    assert TextField(rows=4).clean("one\r\ntwo") == "one\ntwo"
    assert TextField().clean("one\ttwo") == "one two"
    assert refusal(TextField(rows=4), "a\x00b")


def test_text_left_empty_is_empty_text() -> None:
    assert TextField(required=False).clean("") == ""


def test_long_text_is_counted() -> None:
    assert refusal(TextField(rows=4, max_length=5), "123456")


def test_boxes_are_not_completed_from_what_others_typed_on_this_machine() -> None:
    for field in (NameField(), PhoneField(), PostcodeField(), day()):
        assert field.widget.attrs["autocomplete"] == "off"
        assert field.widget.attrs["spellcheck"] == "false"


def test_a_refused_operation_speaks_beside_its_field_or_over_the_whole() -> None:
    class Form(forms.Form):
        name = forms.CharField(required=False)

    form = Form({"name": "x"})
    form.is_valid()
    add_invalid(form, Invalid({"name": ["Too short."], "elsewhere": ["Not now."], "": ["Look again."]}))
    assert form.errors["name"] == ["Too short."]
    assert form.non_field_errors() == ["Not now.", "Look again."]


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_words(typed: str) -> None:
    for field in (
        day(),
        ClockField(),
        BirthField(today=lambda: TODAY),
        PhoneField(),
        PostcodeField(),
        NameField(),
    ):
        words = ["read"]
        try:
            field.clean(typed)
        except ValidationError as error:
            words = error.messages
        assert words
        assert all(words)
