"""Notes, the plan, files, links and references."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms

from sentinel.accounts.models import Agency, User
from sentinel.cases.files import ALLOWED, WORDS
from sentinel.cases.operations.actions import OUTCOMES
from sentinel.cases.operations.links import SYSTEMS
from sentinel.cases.operations.writing import ASKS
from sentinel.desk.case.forms.fields import PickField, PickManyField, needed
from sentinel.desk.case.steps import Editing, Step
from sentinel.kernel.clock import from_london
from sentinel.web.fields import ClockField, DayField, TextField

WHO = [
    ("all", "Everybody who may read this case"),
    ("own", "My agency only"),
    ("named", "Only the people I name"),
]


class ForWhom(Step):
    """Who may read what is added: never more than may read the case."""

    def __init__(self, *args: Any, colleagues: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["audience"] = forms.ChoiceField(
            label="Who may read it?", choices=WHO, initial="all", widget=forms.RadioSelect,
            error_messages=needed("Choose who may read it."),
        )  # fmt: skip
        self.fields["named"] = PickManyField(
            colleagues, words=lambda one: one.name, label="Which people, besides you", required=False
        )

    def clean(self) -> dict[str, Any]:
        """Named people are named where only they may read it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("audience") == "named" and not cleaned.get("named"):
            self.add_error("named", "Name at least one person.")
        return cleaned

    def readers(self) -> dict[str, Any]:
        """The audience as the operations ask for it."""
        chosen = self.cleaned_data["audience"]
        return {"only_own": chosen == "own", "named": self.cleaned_data["named"] if chosen == "named" else ()}


class NoteForm(ForWhom):
    """A note."""

    text = TextField(
        label="Note", rows=8, max_length=20_000, error_messages=needed("Write the note."),
        help_text="Facts first. Others read this, and the person it is about may ask to.",
    )  # fmt: skip
    opinion = forms.BooleanField(label="This is an opinion, not a fact", required=False)
    breach = forms.BooleanField(
        label="An order, a contract, a warning or a condition was broken", required=False,
        help_text="Everybody in the case is then to be assessed again.",
    )  # fmt: skip
    day = DayField(label="When was it? (if not now)", required=False)
    at = ClockField(label="At what time?", required=False)

    field_order = ["text", "opinion", "breach", "day", "at", "audience", "named"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(self.field_order)

    def happened_at(self) -> datetime | None:
        """When what the note tells happened (UTC); None for now."""
        day, at = self.cleaned_data["day"], self.cleaned_data["at"]
        return from_london(day, at or time(0)) if day else None

    def clean(self) -> dict[str, Any]:
        """A time has a day."""
        cleaned = super().clean()
        if cleaned.get("at") and not cleaned.get("day"):
            self.add_error("day", "Say on which day, too.")
        return cleaned


class NoteEditForm(Editing):
    """The words of a note within its edit window."""

    text = TextField(label="Note", rows=8, max_length=20_000, error_messages=needed("Write the note."))


class CorrectionForm(Step):
    """A correction of a note that can no longer be edited."""

    text = TextField(
        label="Correction", rows=5, max_length=20_000, error_messages=needed("Write the correction."),
        help_text="The note stays as it is; this stands beside it.",
    )  # fmt: skip


class ActionForm(Editing):
    """A line of the plan."""

    what = TextField(
        label="What is to be done?", max_length=300, error_messages=needed("Say what is to be done.")
    )
    due = DayField(
        label="By when?", towards="future", past=False, error_messages=needed("Say by when."),
        help_text="For example, 3 April, Friday or tomorrow. It is due by the end of that day.",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        agencies: Sequence[Agency],
        users: Sequence[User],
        new: bool = True,
        high: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["agency"] = PickField(
            agencies, words=lambda one: one.short_name, label="Which agency?", empty=None,
            help_text="Agencies that work on this case.",
        )  # fmt: skip
        self.fields["user"] = PickField(
            users, words=lambda one: f"{one.name}, {one.agency.short_name}", required=False, empty="Nobody in particular",
            label="Who? (optional)",
        )  # fmt: skip
        self.fields["approaches"] = forms.BooleanField(
            required=False, label="It goes to the other side: a visit, letter, call or service",
            help_text="Then the four questions of “Before you approach the other side” come first.",
        )  # fmt: skip
        if high:
            self.fields["reason"] = in_writing()
        if new:
            del self.fields["version"]


def in_writing(label: str = "Why?") -> TextField:
    """The reason of a step where somebody in the case is at high risk (R45)."""
    return TextField(
        label=label, rows=3, max_length=4000, error_messages=needed(ASKS),
        help_text="Somebody in this case is at high risk: every step is decided in writing.",
    )  # fmt: skip


class ProposedForm(ActionForm):
    """A line that the band's template proposes: on the plan, as it is or changed, or struck."""

    def __init__(self, *args: Any, high: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["decision"] = forms.ChoiceField(
            label="Does it go on the plan?", choices=[("plan", "Yes, as it stands below"), ("strike", "No, strike it")],
            widget=forms.RadioSelect, error_messages=needed("Choose whether it goes on the plan."),
        )  # fmt: skip
        self.fields["reason"] = TextField(
            label="Why?" if high else "Why? (where you strike or change it)", rows=3, max_length=4000, required=False,
            help_text="Somebody in this case is at high risk: every decision has its reason." if high else "",
        )  # fmt: skip
        self.order_fields(["decision", "what", "due", "agency", "user", "approaches", "reason", "version"])


class SettleForm(Editing):
    """What came of an action; at high risk always in words."""

    outcome = forms.ChoiceField(
        label="What came of it?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect,
        error_messages=needed("Choose what came of it."),
    )  # fmt: skip
    words = TextField(label="In a few words", rows=4, max_length=4000, required=False)

    def __init__(self, *args: Any, high: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if high:
            self.fields["words"] = in_writing("What was done, and why is it settled?")


class AttachmentForm(ForWhom):
    """A file."""

    file = forms.FileField(
        label="File", help_text=f"{WORDS}.", error_messages=needed("Choose a file."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{end}" for ends in ALLOWED.values() for end in ends)}),
    )  # fmt: skip
    description = TextField(label="What is it? (optional)", max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["file", "description", "audience", "named"])


class LinkForm(Step):
    """Another case that belongs with this one."""

    reference = TextField(
        label="Reference of the other case", max_length=40, error_messages=needed("Enter its reference."),
        help_text="For example, LLR-26-04172-B",
    )  # fmt: skip
    why = TextField(label="Why do they belong together?", max_length=200, error_messages=needed("Say why."))


class ReferenceForm(Step):
    """What another system calls this matter."""

    system = forms.ChoiceField(
        label="Whose reference is it?", choices=list(SYSTEMS.items()), widget=forms.RadioSelect,
        error_messages=needed("Choose whose reference it is."),
    )  # fmt: skip
    value = TextField(label="Reference", max_length=80, error_messages=needed("Enter the reference."))
