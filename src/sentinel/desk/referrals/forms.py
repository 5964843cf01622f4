"""What is asked about a referral besides its questions: who it is about, where it goes, on what basis, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from sentinel.access.models import WISHES_OF_PEOPLE
from sentinel.accounts.models import Agency
from sentinel.cases.queries import OnCase
from sentinel.desk.case.forms.fields import PickField, PickManyField, needed
from sentinel.desk.case.steps import Editing, Step
from sentinel.partnership.referrals.rules import (
    ADULT,
    CHILD,
    JAG,
    KINDS,
    MOST_TRIES,
    OUTCOMES,
    UNDECIDED,
    VICTIM_FIRST,
)
from sentinel.questionnaires.bases import Basis
from sentinel.web.fields import TextField

KINDS_OFFERED = [
    (VICTIM_FIRST, "Victim First: support for a victim or witness"),
    (UNDECIDED, "Safeguarding: a child or an adult at risk"),
    (JAG, "Joint Action Group: the case, where one agency cannot solve it"),
]


class NewForm(Step):
    """What kind of referral, and of whom."""

    kind = forms.ChoiceField(
        label="What kind of referral?", choices=KINDS_OFFERED, widget=forms.RadioSelect,
        error_messages=needed("Choose what kind of referral it is."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Iterable[OnCase], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["party"] = PickField(
            people, words=lambda one: f"{one.name}, {one.role_words.lower()}" if one.role_words else one.name,
            label="Who is it about?", required=False, empty="The case itself",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A person for every kind but the Joint Action Group, to which a case goes."""
        said = super().clean() or {}
        if said.get("kind") in {VICTIM_FIRST, UNDECIDED} and said.get("party") is None:
            self.add_error("party", "Choose who it is about.")
        return said


class HowForm(Editing):
    """Where a referral goes, what the person wishes, and on which lawful basis. What is `whole` may be sent."""

    def __init__(
        self,
        *args: Any,
        agencies: Sequence[Agency],
        bases: Sequence[Basis],
        about: str,
        whole: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["to_agency"] = PickField(
            agencies, words=lambda one: str(one.name), label="Which agency is it sent to?", empty=None, required=whole,
            widget=forms.RadioSelect, error_messages=needed("Choose the agency."),
        )  # fmt: skip
        self.fields["wish"] = forms.ChoiceField(
            label="What do they wish?" if about else "What do the victims wish?", choices=WISHES_OF_PEOPLE, required=whole,
            widget=forms.RadioSelect, error_messages=needed("Say what they wish."),
            help_text="Where they object, a supervisor decides. Nobody has to agree before a child or somebody in danger is kept safe.",
        )  # fmt: skip
        self.fields["lawful_basis"] = forms.ChoiceField(
            label="On which lawful basis is it shared?", choices=[("", "Choose"), *((one.key, one.label) for one in bases)], required=whole,
            help_text="What they wish is one thing, the basis in law another.", error_messages=needed("Choose the lawful basis."),
        )  # fmt: skip
        self.order_fields(["to_agency", "wish", "lawful_basis", "version"])


class WhoForm(Editing):
    """Who is at risk: people of the case, or names of others."""

    def __init__(self, *args: Any, people: Sequence[OnCase], **options: Any) -> None:
        super().__init__(*args, **options)
        if people:
            self.fields["parties"] = PickManyField(
                people, words=lambda one: f"{one.name}, {one.role_words.lower()}" if one.role_words else one.name,
                label="Who of this case is at risk?", required=False, help_text="Choose everybody who is.",
            )  # fmt: skip
        self.fields["names"] = TextField(
            label="Who else is at risk?", required=False, rows=2, max_length=2000,
            help_text="Somebody who is not in this case yet. One name on a line; they are added to the case.",
        )  # fmt: skip
        self.order_fields(["parties", "names", "version"])

    def clean(self) -> dict[str, Any]:
        """Somebody, chosen or named."""
        said = super().clean() or {}
        said.setdefault("parties", [])
        if not self.errors and not said["parties"] and not said.get("names"):
            field = "parties" if "parties" in self.fields else "names"
            self.add_error(field, "Choose who is at risk, or write their name.")
        return said


class AgeForm(Editing):
    """Whether it is about a child or an adult."""

    kind = forms.ChoiceField(
        label="Are they under 18?", widget=forms.RadioSelect, error_messages=needed("Say whether they are under 18."),
        choices=[(CHILD, "Yes, or it may be so: a child"), (ADULT, "No: an adult")],
        help_text="Nobody has recorded when they were born. Where you are in doubt, refer as a child.",
    )  # fmt: skip


class BecauseForm(Editing):
    """A reason."""

    because = TextField(label="Why?", rows=4, max_length=4000, error_messages=needed("Say why."))


class DecideForm(BecauseForm):
    """Whether it is sent although they object."""

    sends = forms.ChoiceField(
        label="Is it sent although they object?", widget=forms.RadioSelect,
        choices=[("yes", "Send it: the danger outweighs the objection"), ("no", "Do not send it")],
        error_messages=needed("Choose whether it is sent."),
    )  # fmt: skip
    field_order = ("sends", "because", "version")


class AnswerForm(forms.Form):
    """The receiving agency's answer."""

    answer = forms.ChoiceField(
        label="Do you take it up?", widget=forms.RadioSelect, error_messages=needed("Choose yes or no."),
        choices=[("acknowledge", "Yes: acknowledge it"), ("decline", "No: decline it")],
    )  # fmt: skip
    because = TextField(label="Why not?", required=False, max_length=2000, rows=3)


class OutcomeForm(forms.Form):
    """What came of a referral that was acknowledged."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label="What came of it?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect, error_messages=needed("Choose what came of it.")
    )  # fmt: skip
    tries = forms.IntegerField(
        label="How often did you try?", required=False, min_value=1, max_value=MOST_TRIES,
        error_messages={"invalid": "Write a number."},
    )  # fmt: skip
    note = TextField(
        label="Anything the officer should know?", required=False, max_length=2000, rows=3,
        help_text="Whoever may read the case reads it.",
    )  # fmt: skip


def kind_words(kind: str) -> str:
    """What a kind of referral is called on a page."""
    return KINDS[kind]
