"""A form shown again with what was typed before and not yet sent: without the errors of one that was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


def put_back(form: forms.Form, data: Mapping[str, Any]) -> None:
    """Show what was typed (`data` maps each field to its values) in a form that was not sent: a list where a field takes
    many, else the last. What is no list, or of no field, is left out."""
    for name, field in form.fields.items():
        values = data.get(form.add_prefix(name))
        if isinstance(values, list) and values:
            many = isinstance(field, forms.MultipleChoiceField)
            form.initial[name] = values if many else values[-1]
