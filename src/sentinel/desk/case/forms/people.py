"""The parties of a case: who they are, their roles, what is alleged, whose identity is protected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from sentinel.accounts.models import User
from sentinel.cases.models import Party, PartyRole
from sentinel.desk.case.forms.fields import PickManyField, needed
from sentinel.desk.case.steps import Editing, Step
from sentinel.kernel.names import split_name
from sentinel.people.facts import Facts, NameGiven, SafeContactGiven
from sentinel.people.models import SafeContact
from sentinel.web.fields import BirthField, NameField, PhoneField, TextField

ALLEGED = [one for one in PartyRole.ALLEGATIONS if one[0]]
METHODS = [("", "Not asked yet"), *SafeContact.METHODS]


class PartyForm(Step):
    """Somebody who is to be added."""

    kind = forms.ChoiceField(
        label="Who or what is it?", choices=Party.KINDS, initial="person", widget=forms.RadioSelect,
        error_messages=needed("Choose what this party is."),
    )  # fmt: skip
    name = NameField(label="Name", required=False)
    birth = BirthField(label="Date of birth or age", required=False)
    phone = PhoneField(label="Telephone", required=False)
    method = forms.ChoiceField(label="How may we safely get in touch?", choices=METHODS, required=False)
    label = TextField(label="What to call it", max_length=120, required=False)
    description = TextField(
        label="Description", rows=3, max_length=2000, required=False,
        help_text="What is known of somebody whose name is not: height, clothes, car, when and where.",
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label="In which part?", choices=PartyRole.ROLES, widget=forms.CheckboxSelectMultiple,
        error_messages=needed("Choose at least one part."),
    )  # fmt: skip
    allegation_source = TextField(label="Who alleges it?", max_length=120, required=False)
    household = TextField(
        label="Household (optional)", max_length=60, required=False,
        help_text="The same words for all who live together, for example the street and number.",
    )  # fmt: skip
    anonymous_to_us = forms.BooleanField(label="They will not say who they are", required=False)
    identity_protected = forms.BooleanField(
        label="Protect who this is", required=False,
        help_text="Everybody but you and the people you name sees “Witness A”, here and in every letter and search.",
    )  # fmt: skip

    # Who of those that are known it is, is not, and was shown already: settled by the buttons of the panel.
    known_is = forms.UUIDField(required=False, widget=forms.HiddenInput)
    known_not = forms.CharField(required=False, widget=forms.HiddenInput)
    known_shown = forms.CharField(required=False, widget=forms.HiddenInput)
    confirmed_how = TextField(
        label="How do you know that it is them?",
        max_length=160,
        required=False,
        help_text="What you asked, and of whom.",
    )

    def __init__(self, *args: Any, colleagues: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["named"] = PickManyField(
            colleagues, words=lambda one: one.name, label="Who else may know who this is?", required=False
        )

    def clean(self) -> dict[str, Any]:
        """A person has a name, a description, or will not say."""
        cleaned: dict[str, Any] = super().clean() or {}
        said = cleaned.get("name") or cleaned.get("description") or cleaned.get("label")
        if cleaned.get("kind") == "person" and not said and not cleaned.get("anonymous_to_us"):
            self.add_error(
                "name", "Give the name, describe them, or tick that they will not say who they are."
            )
        if cleaned.get("kind") != "person" and cleaned.get("name"):
            self.add_error("name", "Only a person has a name here. Say what to call it instead.")
        return cleaned

    def facts(self) -> Facts | None:
        """What is told of a person; None where no name is given."""
        given = self.cleaned_data
        if given["kind"] != "person" or not given["name"]:
            return None
        parts = split_name(given["name"])
        return Facts(
            name=NameGiven(full=given["name"], given=parts.given, family=parts.family),
            birth=given["birth"],
            phones=[given["phone"]] if given["phone"] else [],
            safe_contact=SafeContactGiven(method=given["method"]) if given["method"] else None,
        )


class DescribeForm(Editing):
    """What a party that is no known person is called."""

    label = TextField(label="What to call it", max_length=120, required=False)
    description = TextField(label="Description", rows=3, max_length=2000, required=False)
    household = TextField(label="Household (optional)", max_length=60, required=False)


class RoleForm(Step):
    """A further role."""

    role = forms.ChoiceField(
        label="In which part, too?", choices=PartyRole.ROLES, widget=forms.RadioSelect,
        error_messages=needed("Choose the part."),
    )  # fmt: skip
    allegation_source = TextField(
        label="Who alleges it? (where something is alleged)", max_length=120, required=False
    )


class EndRoleForm(Step):
    """The end of a role."""

    reason = TextField(
        label="Why does it end?", rows=3, max_length=2000, error_messages=needed("Say why it ends.")
    )


class AllegationForm(Step):
    """How an allegation stands."""

    allegation = forms.ChoiceField(
        label="How does it stand?", choices=ALLEGED, widget=forms.RadioSelect,
        error_messages=needed("Choose how it stands."),
    )  # fmt: skip
    source = TextField(
        label="Where does this come from?", max_length=120, error_messages=needed("Say where this comes from."),
        help_text="A court and its date, an admission to whom, an officer's finding.",
    )  # fmt: skip


class ProtectForm(Step):
    """Who may know a protected identity."""

    def __init__(self, *args: Any, colleagues: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["named"] = PickManyField(
            colleagues,
            words=lambda one: one.name,
            required=False,
            label="Who may know who this is, besides you?",
        )
