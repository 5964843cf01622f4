"""Form fields that read what people type with the kernel's readers, and say in its words what cannot be read.

Each is one text box; what was typed is shown again as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any, Literal

from django import forms
from django.core.exceptions import ValidationError

from sentinel.foundation import clock
from sentinel.kernel.births import Birth, birth_date
from sentinel.kernel.clock import london_date, show_date
from sentinel.kernel.dates import (
    not_after_2199,
    not_before_1900,
    not_in_future,
    not_in_past,
    parse_date,
    parse_time,
)
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import check_name
from sentinel.kernel.phones import Phone, parse_phone
from sentinel.kernel.postcodes import Postcode, parse_postcode
from sentinel.kernel.text import clean_text

SHORT, MIDDLE, LONG = "govuk-input--width-10", "govuk-input--width-20", ""


def today() -> date:
    """The date in London by the one clock."""
    return london_date(clock.now())


def add_invalid(form: forms.BaseForm, error: Invalid) -> None:
    """Puts an operation's refusal beside the fields it names; what the form does not have stands over the whole."""
    for field, messages in error.errors.items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)


class ReadField(forms.CharField):
    """A text box whose words are read by `read`; raises ValidationError with the reader's own sentences.

    An empty box is None, unless the field is required.
    """

    css = MIDDLE
    attributes: dict[str, str] = {"autocomplete": "off", "spellcheck": "false"}

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        super().__init__(**options)
        for name, value in self.attributes.items():
            self.widget.attrs.setdefault(name, value)
        self.widget.attrs.setdefault("class", self.css)

    def read(self, text: str) -> Any:
        """What `text` means. Raises Invalid."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """The meaning of what was typed, or None for nothing."""
        text = super().clean(value)
        if text in self.empty_values:
            return None
        try:
            return self.read(text)
        except Invalid as error:
            raise ValidationError([word for words in error.errors.values() for word in words]) from error


class DayField(ReadField):
    """A day: "3/4/26", "3 April", "yesterday". Gives a `date`.

    `towards` is the side of today on which a day without a year lies; `future` and `past` say whether a day there
    is taken. `today` is asked when the form is read.
    """

    css = SHORT

    def __init__(
        self,
        *,
        towards: Literal["past", "future"] = "past",
        future: bool | None = None,
        past: bool = True,
        today: Callable[[], date] = today,
        **options: Any,
    ) -> None:
        self.towards: Literal["past", "future"] = towards
        self.future = towards == "future" if future is None else future
        self.past = past
        self.today = today
        options.setdefault(
            "help_text",
            "For example, 3/4/26, 3 April or yesterday"
            if self.past
            else "For example, 3 April, Friday or tomorrow",
        )
        super().__init__(**options)

    def read(self, text: str) -> date:
        """The day that `text` names."""
        now = self.today()
        day = not_after_2199(not_before_1900(parse_date(text, now, towards=self.towards)))
        if not self.future:
            not_in_future(day, now)
        return day if self.past else not_in_past(day, now)

    def prepare_value(self, value: Any) -> Any:
        """'3 April 2026' for a date; what was typed for anything else."""
        return show_date(value) if isinstance(value, date) else value


class ClockField(ReadField):
    """A time of day: "21:58", "9.30pm", "midday". Gives a `time`, as the clock in London shows it."""

    css = SHORT

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 21:58 or 9.30pm")
        super().__init__(**options)

    def read(self, text: str) -> time:
        """The time that `text` names."""
        return parse_time(text)

    def prepare_value(self, value: Any) -> Any:
        """'21:58' for a time."""
        return f"{value:%H:%M}" if isinstance(value, time) else value


class BirthField(ReadField):
    """A birth date or an age: "3/4/56", "April 1956", "about 70". Gives a `Birth`."""

    css = SHORT

    def __init__(self, *, today: Callable[[], date] = today, **options: Any) -> None:
        self.today = today
        options.setdefault("help_text", "A date, a year or an age: 3/4/56, 1956 or about 70")
        super().__init__(**options)

    def read(self, text: str) -> Birth:
        """The birth that `text` tells of."""
        return birth_date(text, self.today())


class NameField(ReadField):
    """A name, kept as typed. Gives the text."""

    def read(self, text: str) -> str:
        """The name as it is kept."""
        return check_name(text, needed=self.required)


class PhoneField(ReadField):
    """A telephone number. Gives a `Phone`."""

    css = SHORT
    attributes = {**ReadField.attributes, "inputmode": "tel"}

    def read(self, text: str) -> Phone:
        """The number."""
        return parse_phone(text)


class PostcodeField(ReadField):
    """A postcode. Gives a `Postcode`."""

    css = SHORT

    def read(self, text: str) -> Postcode:
        """The postcode."""
        return parse_postcode(text)


class TextField(ReadField):
    """Free text, kept as typed with its new lines alike; "" for nothing.

    `rows` over 1 makes it a text area; `max_length` counts characters.
    """

    css = LONG
    attributes = {}

    def __init__(self, *, rows: int = 1, **options: Any) -> None:
        self.one_line = rows == 1
        options.setdefault("max_length", 200 if rows == 1 else 10_000)
        if rows > 1:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(strip=True, **options)

    def read(self, text: str) -> str:
        """The text as it is kept."""
        return clean_text(text, self.max_length or 10_000, one_line=self.one_line)

    def clean(self, value: Any) -> Any:
        """The text, "" for nothing, also for what shows nothing."""
        text = super().clean(value) or ""
        if self.required and not text:
            raise ValidationError(self.error_messages["required"], code="required")
        return text
