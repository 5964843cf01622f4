"""What is asked before a record is opened in an emergency, and when that is reviewed."""

from __future__ import annotations

from django import forms

from sentinel.access.break_glass import OUTCOMES
from sentinel.web.fields import TextField


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


class ReasonForm(forms.Form):
    """Why somebody looks, and where they were going."""

    reason = TextField(
        label="Why do you need to look at this?",
        max_length=200,
        help_text="A few words, such as the call or the case that you are working on. Kept with what you look at: its agency sees it.",
        error_messages={"required": "Say why you need to look at this."},
    )
    next = forms.CharField(widget=forms.HiddenInput, max_length=2000, required=False)

    def clean_reason(self) -> str:
        """A word alone is no reason."""
        said = str(self.cleaned_data["reason"])
        if len(said) < 5:
            raise forms.ValidationError("Say why in a few words.")
        return said
