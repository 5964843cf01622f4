"""What an auditor looks for."""

from __future__ import annotations

from typing import Any

from django import forms

from sentinel.accounts.models import Agency, User
from sentinel.audit.queries import KINDS


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]  # of users or of agencies
    """A choice of rows by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """The row's name."""
        return str(obj.name)


class AuditForm(forms.Form):
    """Every field may be left empty."""

    kind = forms.ChoiceField(label="What", required=False, choices=[("", "Anything"), *KINDS.items()])
    user_id = Named(label="Who", required=False, queryset=User.objects.none(), empty_label="Anybody")
    agency_id = Named(
        label="Agency", required=False, queryset=Agency.objects.none(), empty_label="Any agency"
    )
    record_id = forms.UUIDField(
        label="Record", required=False, help_text="The record's id, as an entry shows it"
    )
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
