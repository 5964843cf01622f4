"""A form shown again with what was typed before and not yet sent: without the errors of one that was."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

# What a page put into its form by itself, and what is no words of anybody's.
OURS = frozenset({"csrfmiddlewaretoken", "do", "from", "next", "version", "once"})


def put_back(form: forms.Form, data: Mapping[str, Any]) -> None:
    """Show what was typed (`data` maps each field to its values) in a form that was not sent: a list where a field takes
    many, else the last. What is no list, or of no field, is left out."""
    for name, field in form.fields.items():
        values = data.get(form.add_prefix(name))
        if isinstance(values, list) and values:
            many = isinstance(field, forms.MultipleChoiceField)
            form.initial[name] = values if many else values[-1]


def words_of(data: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """What somebody wrote or chose in a form that no form class reads any more: the name of each field, as well as can
    be, and what stood in it, in their order. Ids, tokens and what a page put there itself are left out."""
    found = []
    for name, values in data.items():
        said = ", ".join(one for one in values if one.strip() and not _is_code(one))
        label = name.partition("-")[2] if name[1:2] == "-" else name
        if said and label not in OURS:
            found.append((label.replace("__", " ").replace("_", " ").strip().capitalize(), said))
    return found


def _is_code(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
