"""What is asked of whoever asks for access, and of whoever answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from sentinel.access.models import WISHES_OF_PEOPLE
from sentinel.desk.case.forms.fields import needed
from sentinel.desk.case.steps import Editing, Step
from sentinel.kernel.clock import from_london
from sentinel.matching.hits.models import AccessRequest
from sentinel.matching.hits.rules import KINDS, READ, WRITE
from sentinel.matching.hits.watching import FINDINGS
from sentinel.questionnaires.bases import Basis
from sentinel.web.fields import ClockField, DayField, TextField

REFUSE = "refuse"


class AskForm(Step):
    """Why somebody needs access, and to do what."""

    reason = TextField(
        label="What do you need it for?", rows=5, max_length=2000,
        help_text="The agency that holds it decides by what you write. Name nobody whom it need not know.",
        error_messages=needed("Say in a sentence what you need it for."),
    )  # fmt: skip
    wanted = forms.ChoiceField(
        label="What do you need to do?", choices=AccessRequest.WANTED, widget=forms.RadioSelect,
        error_messages=needed("Choose what you need to do."),
    )  # fmt: skip


class GrantForm(Editing):
    """The answer: what they may do and until when, or why not."""

    decision = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect, error_messages=needed("Choose your answer.")
    )
    until_day = DayField(label="Until which day?", towards="future", past=False, required=False)
    until_time = ClockField(label="Until what time of that day?", required=False)
    wish = forms.ChoiceField(
        label="What does the victim wish?", choices=[*WISHES_OF_PEOPLE, ("not_applicable", "Does not apply")],
        widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    answer = TextField(
        label="What do you want to tell them?", rows=3, max_length=2000, required=False,
        help_text="Where you refuse: why. Whoever asked reads it, so say nothing that they may not know.",
    )  # fmt: skip

    def __init__(self, *args: Any, wanted: str, bases: Sequence[Basis], **options: Any) -> None:
        super().__init__(*args, **options)
        granting = [(READ, "They may read it")] + (
            [(WRITE, "They may read it and work on it")] if wanted == WRITE else []
        )
        self.fields["decision"].choices = [*granting, (REFUSE, "We refuse")]  # type: ignore[attr-defined]
        self.fields["lawful_basis"] = forms.ChoiceField(
            label="On which lawful basis?", choices=[(one.key, one.label) for one in bases], widget=forms.RadioSelect,
            required=False,
        )  # fmt: skip
        self.order_fields(
            ["decision", "until_day", "until_time", "wish", "lawful_basis", "answer", "version"]
        )

    @property
    def refuses(self) -> bool:
        """Whether the answer is no."""
        return bool(self.cleaned_data.get("decision") == REFUSE)

    def clean(self) -> dict[str, Any]:
        """What each answer needs beside it."""
        said = super().clean() or {}
        if not said.get("decision"):
            return said
        if said["decision"] == REFUSE:
            if not said.get("answer") and "answer" not in self.errors:
                self.add_error("answer", "Say why: whoever asked reads it.")
            return said
        for name, words in (
            ("until_day", "Say on which day it ends."),
            ("until_time", "Say at what time it ends."),
            ("wish", "Say what the victim wishes."),
            ("lawful_basis", "Choose the basis."),
        ):
            if not said.get(name) and name not in self.errors:
                self.add_error(name, words)
        return said

    def until(self) -> datetime:
        """When access ends, in UTC."""
        return from_london(self.cleaned_data["until_day"], self.cleaned_data["until_time"])


class SilentForm(Step):
    """Of which silent kind a case is, and how one knows."""

    kind = forms.ChoiceField(
        label="What is it?", choices=list(KINDS.items()), widget=forms.RadioSelect, error_messages=needed("Choose what it is.")
    )  # fmt: skip
    why = TextField(
        label="How do you know?", rows=3, max_length=1000, error_messages=needed("Say how you know."),
        help_text="Whoever reads the case reads this.",
    )  # fmt: skip


class LookedIntoForm(Editing):
    """What came of looking into somebody's searching."""

    finding = forms.ChoiceField(
        label="What came of it?", choices=list(FINDINGS.items()), widget=forms.RadioSelect,
        error_messages=needed("Choose what came of it."),
    )  # fmt: skip
    words = TextField(
        label="What did you find?", rows=4, max_length=2000, error_messages=needed("Say what you found.")
    )

    field_order = ("finding", "words", "version")
