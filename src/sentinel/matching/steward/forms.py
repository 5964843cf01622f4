"""What a data steward fills in."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from django import forms

from sentinel.matching.steward.models import Suggestion
from sentinel.matching.steward.queries import Filters, Key
from sentinel.matching.steward.reading import NOT_WHOLE

VERDICTS = (("same", "One person"), ("not_same", "Two people"), ("later", "Later"))


class FilterForm(forms.Form):
    """What of the queue is shown. What cannot be read is left out, as in an address that was cut."""

    state = forms.ChoiceField(
        choices=[("", "To be decided"), *[one for one in Suggestion.STATES if one[0] not in {"open", "withdrawn"}]],
        required=False,
        label="State",
    )  # fmt: skip
    band = forms.ChoiceField(choices=[("", "Any"), *Suggestion.BANDS], required=False, label="How likely")
    source = forms.ChoiceField(
        choices=[("", "Anywhere"), *Suggestion.SOURCES], required=False, label="Where from"
    )
    run = forms.UUIDField(required=False, widget=forms.HiddenInput)
    after = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    @property
    def chosen(self) -> Filters:
        """What was chosen, as far as it can be read."""
        self.is_valid()
        data = self.cleaned_data
        return Filters(data.get("state", ""), data.get("band", ""), data.get("source", ""), data.get("run"))

    @property
    def key(self) -> Key | None:
        """From where on."""
        self.is_valid()
        return Key.read(self.cleaned_data.get("after", ""))


class DecideForm(forms.Form):
    """What was decided of a pair, on what was seen."""

    verdict = forms.ChoiceField(
        choices=VERDICTS, error_messages={"required": "Choose one person, two people or later."}
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=4000)
    made = forms.CharField(widget=forms.HiddenInput, max_length=200)
    # Of more than one line: Enter in a box of one line presses the first button of its form, which would decide.
    why = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What settles it (you need not say)",
        help_text="Kept with the decision, and read by whoever may see both.",
    )

    def clean_seen(self) -> dict[str, str]:
        """What was seen, by kind."""
        try:
            seen: Any = json.loads(self.cleaned_data["seen"])
        except (ValueError, RecursionError):
            # Brackets within brackets, thousands deep, are no page of ours either.
            seen = None
        if not isinstance(seen, dict):
            raise forms.ValidationError(NOT_WHOLE)
        return {str(key): str(value) for key, value in seen.items()}


UUID = re.compile(r"(?<![0-9a-f-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f-])", re.IGNORECASE)


class CompareForm(forms.Form):
    """The other of two entries that a steward wants to compare, by the address of its page."""

    other = forms.CharField(
        max_length=300,
        label="The address of the other entry",
        help_text="Find the person, open their page, and copy its address from the browser.",
        error_messages={"required": "Give the address of the other entry."},
    )

    def clean_other(self) -> uuid.UUID:
        """The id in an address of a person's page, or given alone."""
        found = UUID.findall(self.cleaned_data["other"])
        if len(found) != 1:
            raise forms.ValidationError("This is no address of a person’s page.")
        return uuid.UUID(found[0])


class ApartForm(forms.Form):
    """Why two who were made one are taken apart."""

    why = forms.CharField(
        max_length=300,
        label="Why are they not one person?",
        help_text="What was seen or said, and by whom.",
        error_messages={"required": "Say why they are not one person."},
    )
    two = forms.ChoiceField(
        label="And from now on?",
        choices=[
            ("yes", "They are two people: nobody is asked again"),
            ("no", "It is not sure: put them back into the queue"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what holds from now on."},
    )
