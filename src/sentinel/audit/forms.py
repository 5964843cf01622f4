"""What an auditor looks for."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

from django import forms

from sentinel.accounts.models import Agency, User
from sentinel.audit.queries import KINDS
from sentinel.audit.records import record_behind
from sentinel.kernel.errors import Invalid
from sentinel.kernel.references import parse


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]  # of users or of agencies
    """A choice of rows by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The row's name."""
        return str(obj.name)


class RecordField(forms.CharField):
    """A record by its reference or its id. Gives the id, or None where nothing was typed."""

    def clean(self, value: Any) -> Any:
        """Raises ValidationError in plain words for what is neither, or is nobody's reference."""
        typed = str(super().clean(value)).strip()
        if not typed:
            return None
        with contextlib.suppress(ValueError):
            return uuid.UUID(typed)
        try:
            found = record_behind(str(parse(typed)))
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error
        if found is None:
            raise forms.ValidationError("No record has this reference.")
        return found


class AuditForm(forms.Form):
    """Every field may be left empty."""

    kind = forms.ChoiceField(label="What", required=False, choices=[("", "Anything"), *KINDS.items()])
    user_id = Named(label="Who", required=False, queryset=User.objects.none(), empty_label="Anybody")
    agency_id = Named(
        label="Agency", required=False, queryset=Agency.objects.none(), empty_label="Any agency"
    )
    record_id = RecordField(label="Record", required=False, help_text="A reference, or a record's id")
    person_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    since = forms.DateField(label="From", required=False, input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"])
    until = forms.DateField(label="To", required=False, input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"])
    below = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, queryset in (
            ("user_id", User.objects.order_by("name")),
            ("agency_id", Agency.objects.all()),
        ):
            field = self.fields[name]
            if isinstance(field, Named):
                field.queryset = queryset

    def clean(self) -> dict[str, object]:
        """A period ends after it begins."""
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "The period ends before it begins.")
        return data
