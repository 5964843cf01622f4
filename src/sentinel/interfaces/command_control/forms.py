"""What is said of a system that is connected."""

from __future__ import annotations

from django import forms


class ClientForm(forms.Form):
    """The system's name, as it stands in the list and the audit."""

    name = forms.CharField(
        label="Which system is it?",
        max_length=80,
        help_text="For example “Control room, live”. It stands in the list here and in the audit.",
    )
