"""A long form whose fields are not copied for each showing and each sending of it.

Django copies every field of a form class for every form: of the form that records a report, thirty-three fields, that took
as long as reading what was typed into them. Only a field that a form changes need be its own.
"""

from __future__ import annotations

import copy
from typing import TypeVar

from django import forms

Form = TypeVar("Form", bound=type[forms.Form])


class _Shared(dict[str, forms.Field]):
    """The fields of a class: their copy is another dictionary of the same fields."""

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return dict(self)


def shares_fields(form: Form) -> Form:
    """Decorator: the forms of a class share its fields. Whoever changes one in a form takes it by `own_field` before."""
    form.base_fields = _Shared(form.base_fields)
    return form


def own_field(form: forms.Form, name: str) -> forms.Field:
    """A field that is the form's own from here on, to be changed for it alone."""
    form.fields[name] = copy.deepcopy(form.fields[name])
    return form.fields[name]
