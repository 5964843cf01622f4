"""What is asked before a record is opened in an emergency, and when that is reviewed."""

from __future__ import annotations

from django import forms

from sentinel.access.break_glass import OUTCOMES


class BreakGlassForm(forms.Form):
    """Serious harm, stated in words that will be read."""

    serious_harm = forms.CharField(
        label="What serious harm do you expect, to whom, and why can it not wait?",
        help_text="The agency that owns this record reads what you write here on its next working day.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what serious harm you expect."},
    )


class ReviewForm(forms.Form):
    """Whether an emergency reading was justified."""

    outcome = forms.ChoiceField(
        label="Was it justified?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was justified."},
    )  # fmt: skip
    words = forms.CharField(
        label="Why?", widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Say why."}
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
