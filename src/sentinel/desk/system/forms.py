"""What the outbox is filtered by."""

from __future__ import annotations

from django import forms

from sentinel.desk.system.queries import CHANNELS, STATES


class OutboxForm(forms.Form):
    """Every field may be left empty."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Waiting or failed"), *STATES.items()]
    )
    channel = forms.ChoiceField(
        label="Way",
        required=False,
        choices=[("", "Any"), *((key, words) for key, words in CHANNELS.items() if key != "none")],
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)
