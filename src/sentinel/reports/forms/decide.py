"""The forms of a report that has been taken: case or not, elsewhere, ended, handed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sentinel.accounts.models import Agency, Team
from sentinel.cases.models import Case
from sentinel.web.fields import TextField

CALLER_HELD = (
    "The caller asked that nobody outside is told who they are. Their name stays with your agency; what they told, the "
    "place and who lives with them may still give them away."
)


class OpenCaseForm(forms.Form):
    """Open a case: what it is called and which agencies take part. Everything else is known already."""

    title = TextField(max_length=200, label="What is the case called?",
                      help_text="What and where. Everybody who reads the case sees it: no names.")  # fmt: skip
    involved = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Which agencies take part? (optional)",
        help_text="They can read and work on the case at once. Your own is in it already.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, agencies: Sequence[Agency] = (), caller_held: bool = False, **options: Any
    ) -> None:
        """`caller_held`: the caller asked not to be named to anybody outside."""
        super().__init__(*args, **options)
        field = self.fields["involved"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        if caller_held:
            field.help_text = f"{field.help_text} {CALLER_HELD}"
        field.choices = [(str(one.id), one.name) for one in agencies]


class JoinCaseForm(forms.Form):
    """Put the report into a case that is open: one of those found, or by its reference."""

    case = forms.ChoiceField(required=False, widget=forms.RadioSelect, label="Which case?")
    reference = TextField(required=False, max_length=30, label="Or its reference")

    def __init__(self, *args: Any, cases: Sequence[Case] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["case"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [(one.reference, f"{one.reference}: {one.title}") for one in cases]
        if not cases:
            del self.fields["case"]
            self.fields["reference"].label = "The case's reference"

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        data = self.cleaned_data
        if not data.get("case") and not data.get("reference"):
            self.add_error("reference", "Choose a case, or enter its reference.")
        return data


class SignpostForm(forms.Form):
    """Point the caller elsewhere, and say why."""

    to_agency = forms.ChoiceField(required=False, label="Where was the caller pointed?")
    to_other = TextField(required=False, max_length=120, label="Or somebody who is not on the list")
    why = TextField(max_length=2000, rows=3, label="Why are they the right ones for this?")

    def __init__(self, *args: Any, agencies: Sequence[Agency] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to_agency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", "Choose"), *((str(one.id), one.name) for one in agencies)]


class AcknowledgeForm(forms.Form):
    """They have taken it: who said so, and how."""

    how = TextField(max_length=200, label="Who told you that they have taken it, and how?")


class EndForm(forms.Form):
    """The report goes no further. The caller reads the reasons."""

    reasons = TextField(max_length=2000, rows=4, label="Why does it go no further?",
                        help_text="The caller reads this. Plain words, and no name of anybody else.")  # fmt: skip


class NotOpenForm(forms.Form):
    """A supervisor decides that no case is opened."""

    reason = TextField(max_length=2000, rows=3, label="Why is no case opened?")


class AgainForm(forms.Form):
    """Why VICTOR-E is answered differently now."""

    reason = TextField(required=False, max_length=2000, rows=2, label="What has changed? (optional)",
                       help_text="Needed where an answer that was yes is not any more.")  # fmt: skip


class HandOnForm(forms.Form):
    """Which team has it from now on."""

    team = forms.ChoiceField(label="Which team should have it?")

    def __init__(self, *args: Any, teams: Sequence[Team] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["team"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", "Choose"), *((str(one.id), one.name) for one in teams)]
