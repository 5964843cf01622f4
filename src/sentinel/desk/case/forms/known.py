"""What a case comes to know of somebody after they were named: how to reach them safely, names, births, addresses."""

from __future__ import annotations

from typing import Any

from django import forms

from sentinel.desk.case.steps import Step
from sentinel.people.facts import SafeContactGiven
from sentinel.people.models import AddressLink, PersonName, SafeContact
from sentinel.people.rules import read_email
from sentinel.web.fields import BirthField, NameField, PhoneField, PostcodeField, ReadField, TextField

YES_NO = [("yes", "Yes"), ("no", "No"), ("", "Not asked")]
FLAGS = {"yes": True, "no": False}
SAID = {True: "yes", False: "no", None: ""}


class EmailField(ReadField):
    """An email address. Gives the address in lower case."""

    attributes = {**ReadField.attributes, "inputmode": "email", "autocapitalize": "none"}

    def read(self, text: str) -> str:
        """The address."""
        return read_email(text)


class SafeContactForm(Step):
    """How somebody may be contacted from now on, in full: it takes the place of what they said before."""

    methods = forms.MultipleChoiceField(
        label="How is it safe to get in touch?", choices=SafeContact.METHODS, widget=forms.CheckboxSelectMultiple,
        help_text="Ask them, alone. What is not ticked is never used.",
        error_messages={"required": "Choose how it is safe to get in touch, or “Do not contact”."},
    )  # fmt: skip
    through = TextField(label="Through whom, and how do we reach them?", max_length=300, required=False)
    times = TextField(label="At what times? (optional)", max_length=160, required=False)
    message = forms.ChoiceField(
        label="May we leave a message?", choices=YES_NO, widget=forms.RadioSelect, required=False
    )
    others = TextField(
        label="Who else may answer, or open the post? (optional)", max_length=200, required=False,
        help_text="“Nobody else” where they said so.",
    )  # fmt: skip
    do_not_visit = forms.BooleanField(label="We must stay away from the home", required=False)
    language = TextField(
        label="Which language do they prefer? (optional)", max_length=40, required=False,
        help_text="Leave empty for English.",
    )  # fmt: skip
    interpreter = forms.BooleanField(
        label="An interpreter is needed", required=False,
        help_text="Never a child, and never somebody who is involved.",
    )  # fmt: skip
    adjustments = TextField(
        label="Does anything help them to talk with us or read what we send? (optional)", max_length=300,
        required=False, help_text="Large print, British Sign Language, Easy Read, more time, somebody with them.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Do not contact stands alone; through somebody needs to say whom."""
        cleaned: dict[str, Any] = super().clean() or {}
        methods = cleaned.get("methods") or []
        if "none" in methods and len(methods) > 1:
            self.add_error("methods", "Choose either “Do not contact” or the ways that are safe, not both.")
        if "through" in methods and not cleaned.get("through"):
            self.add_error("through", "Say through whom, and how we reach them.")
        if "visit" in methods and cleaned.get("do_not_visit"):
            self.add_error("do_not_visit", "A visit is ticked as safe above. Choose one or the other.")
        return cleaned

    def given(self) -> SafeContactGiven:
        """What was said."""
        said = self.cleaned_data
        methods = tuple(said["methods"])
        return SafeContactGiven(
            method=methods[0],
            methods=methods,
            through=said["through"] if "through" in methods else "",
            times=said["times"],
            message_may_be_left=FLAGS.get(said["message"]) if "phone" in methods else None,
            text_may_be_sent="text" in methods,
            post_may_be_sent="post" in methods,
            others_may_answer=said["others"],
            do_not_visit=said["do_not_visit"] or "none" in methods,
            language=said["language"],
            interpreter=said["interpreter"],
            adjustments=said["adjustments"],
        )


def as_said(row: SafeContact | None) -> dict[str, Any]:
    """What somebody said last, as the form starts: nobody is asked twice for what has not changed."""
    if row is None:
        return {}
    return {
        "methods": list(dict.fromkeys([row.method, *row.methods])),
        "through": row.through,
        "times": row.times,
        "message": SAID[row.message_may_be_left],
        "others": row.others_may_answer,
        "do_not_visit": row.do_not_visit and row.method != "none",
        "language": row.language,
        "interpreter": row.interpreter,
        "adjustments": row.adjustments,
    }


class KnownForm(Step):
    """More that is known of somebody; each part is kept as a fact of its own, and what was known stays."""

    name = NameField(label="Name (optional)", required=False)
    name_kind = forms.ChoiceField(
        label="What name is that?", choices=PersonName.KINDS, initial="current", required=False
    )
    birth = BirthField(label="Date of birth or age (optional)", required=False)
    phone = PhoneField(label="Telephone (optional)", required=False)
    email = EmailField(label="Email (optional)", required=False)
    address = TextField(
        label="Address (optional)", max_length=160, required=False,
        help_text="Never a refuge or another safe address: everybody on the case reads this.",
    )  # fmt: skip
    postcode = PostcodeField(label="Postcode (optional)", required=False)
    address_kind = forms.ChoiceField(
        label="What is it to them?", choices=AddressLink.KINDS, initial="lives", required=False
    )

    def __init__(self, *args: Any, named: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not named:
            # A fact is told of a person: until there is one, the name comes first.
            self.fields["name"].required = True
            self.fields["name"].label = "Name"
            self.fields["name"].error_messages["required"] = "Enter the name: the rest is told of it."
            del self.fields["name_kind"]

    def clean(self) -> dict[str, Any]:
        """Something is told."""
        cleaned: dict[str, Any] = super().clean() or {}
        told = ("name", "birth", "phone", "email", "address", "postcode")
        if not self.errors and not any(cleaned.get(one) for one in told):
            raise forms.ValidationError("Enter at least one thing that is known of them.")
        return cleaned
