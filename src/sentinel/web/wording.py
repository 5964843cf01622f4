"""Django's own error sentences, said so that one knows which question is meant: the summary lists them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

# Code -> what we say. `name` is the label in quotation marks; the parameters are Django's.
SENTENCES: dict[str, str] = {
    "required": "{name} needs an answer.",
    "invalid_choice": "{name}: choose one of the answers shown.",
    "invalid_list": "{name}: choose from the answers shown.",
    "max_length": "{name} may have {limit_value} characters at most; this has {show_value}.",
    "min_length": "{name} needs at least {limit_value} characters; this has {show_value}.",
    "max_value": "{name} may be {limit_value} at most.",
    "min_value": "{name} must be at least {limit_value}.",
    "null_characters_not_allowed": "{name} has a character that cannot be stored. Delete it and type the text again.",
    "invalid": "{name} cannot be read. Look at it once more.",
    "empty": "{name}: that file is empty.",
    "missing": "{name}: no file came. Choose it once more.",
}
# The beginnings of Django's sentences: one of our own with the same code is left as it is.
DEFAULTS: tuple[str, ...] = (
    "This field is required",
    "Select a valid choice",
    "Enter a list of values",
    "Ensure this value",
    "Ensure this filename",
    "Null characters are not allowed",
    "Enter a whole number",
    "Enter a number",
    "Enter a valid ",
    "The submitted file is empty",
    "No file was submitted",
)


def _name(label: str) -> str:
    return f"“{label.strip().rstrip(':')}”" if label.strip() else "This"


def worded(label: str, error: ValidationError) -> str:
    """The sentence for one error of the field with this label; what we or a room worded stays as it is."""
    said = str(error.messages[0])
    sentence = SENTENCES.get(error.code or "")
    if sentence is None or not said.startswith(DEFAULTS):
        return said
    params: dict[str, Any] = error.params if isinstance(error.params, dict) else {}
    try:
        return sentence.format(name=_name(label), **{key: _value(value) for key, value in params.items()})
    except KeyError:
        return said


def _value(value: Any) -> Any:
    return value() if isinstance(value, Callable) else value  # type: ignore[arg-type]


def of_field(bound: BoundField) -> list[str]:
    """The sentences about one field, in order."""
    return [worded(str(bound.label or ""), error) for error in bound.errors.as_data()]
