"""What heads a case, who is responsible for it, who shares it, and how it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from sentinel.access.models import WISHES_OF_PEOPLE
from sentinel.accounts.models import Agency, Team, User
from sentinel.cases.lists import ClosingCode
from sentinel.cases.models import CATEGORIES
from sentinel.cases.queries import OnCase
from sentinel.desk.case.forms.fields import PickField, needed
from sentinel.desk.case.forms.work import in_writing
from sentinel.desk.case.steps import Editing, Step
from sentinel.questionnaires.bases import Basis
from sentinel.risk.models import SupervisionReview
from sentinel.web.fields import DayField, PostcodeField, TextField

CRIME = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")]
RUNGS = [("read", "Read the case"), ("write", "Work on the case")]


class CaseForm(Editing):
    """Title, category, type, crime and place."""

    title = TextField(
        label="Title", max_length=200, error_messages=needed("Say in a few words what it is about.")
    )
    category = forms.ChoiceField(label="Category", choices=CATEGORIES, widget=forms.RadioSelect)
    crime = forms.ChoiceField(label="Is it a crime?", choices=CRIME, widget=forms.RadioSelect)
    place_line = TextField(
        label="Address or street",
        max_length=160,
        required=False,
        help_text="Leave both empty to leave the place as it is.",
    )
    postcode = PostcodeField(label="Postcode", required=False)

    def __init__(self, *args: Any, types: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["national_type"] = forms.ChoiceField(label="Type", choices=list(types.items()))
        self.order_fields(
            ["title", "category", "national_type", "crime", "place_line", "postcode", "version"]
        )


class StatusForm(Editing):
    """Another status."""

    reason = TextField(label="Why? (optional)", rows=3, max_length=1000, required=False)

    def __init__(
        self, *args: Any, choices: Sequence[tuple[str, str]], high: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if high:
            self.fields["reason"] = in_writing()
        self.fields["status"] = forms.ChoiceField(
            label="What is it now?", choices=choices, widget=forms.RadioSelect,
            error_messages=needed("Choose the status."),
        )  # fmt: skip
        self.order_fields(["status", "reason", "version"])


class ReassignForm(Editing):
    """Another lead or team within the agency."""

    reason = TextField(
        label="Why does it change hands?",
        rows=3,
        max_length=1000,
        error_messages=needed("Say why it changes hands."),
    )

    def __init__(self, *args: Any, people: Sequence[User], teams: Sequence[Team], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["lead"] = PickField(
            people, words=_with_team, label="Lead", required=False, empty="Nobody yet: leave it to the team"
        )
        self.fields["team"] = PickField(
            teams, words=lambda one: str(one.name), label="Team", required=False, empty="The lead's own team"
        )
        self.order_fields(["lead", "team", "reason", "version"])


def _with_team(one: User) -> str:
    return f"{one.name}, {one.team.name}" if one.team else one.name


class OfferForm(Step):
    """Ownership or primacy offered to another agency."""

    what = forms.ChoiceField(
        label="What do you offer?", widget=forms.RadioSelect, error_messages=needed("Choose what you offer."),
        choices=[("primacy", "Primacy: they lead the work, we keep the case"), ("ownership", "Ownership: it becomes their case")],
    )  # fmt: skip
    reason = TextField(label="Why?", rows=3, max_length=1000, error_messages=needed("Say why."))

    def __init__(self, *args: Any, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_agency"] = PickField(
            agencies, words=lambda one: str(one.short_name), label="To which agency?",
            error_messages=needed("Choose the agency."), help_text="Agencies that work on this case.",
        )  # fmt: skip
        self.order_fields(["what", "to_agency", "reason"])


class AnswerForm(Step):
    """The answer to an offer."""

    answer = forms.ChoiceField(
        label="Your answer", choices=[("accept", "We accept"), ("decline", "We decline")], widget=forms.RadioSelect,
        error_messages=needed("Choose your answer."),
    )  # fmt: skip
    department = TextField(
        label="Which of your departments? (optional)", max_length=80, required=False,
        help_text="Community safety, environmental health, housing, street cleansing.",
    )  # fmt: skip
    reason = TextField(label="Why do you decline?", rows=3, max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        """Declining wants its reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "decline" and not cleaned.get("reason"):
            self.add_error("reason", "Say why you decline.")
        return cleaned


class ShareForm(Step):
    """An agency that is to read the case or work on it."""

    part = TextField(
        label="In which part?", max_length=60, help_text="Landlord, victim support, fire safety, early help.",
        error_messages=needed("Say in which part they are involved."),
    )  # fmt: skip
    rung = forms.ChoiceField(
        label="What may they do?",
        choices=RUNGS,
        widget=forms.RadioSelect,
        error_messages=needed("Choose what they may do."),
    )
    wish = forms.ChoiceField(
        label="What does the victim wish?", choices=WISHES_OF_PEOPLE, widget=forms.RadioSelect,
        error_messages=needed("Say what the victim wishes."),
    )  # fmt: skip
    why = TextField(
        label="Why do they need it?", rows=3, max_length=2000, error_messages=needed("Say why they need it."),
        help_text="Where the victim objects: why it is shared all the same.",
    )  # fmt: skip
    until = DayField(label="Until when? (optional)", towards="future", past=False, required=False)

    def __init__(
        self, *args: Any, agencies: Sequence[Agency], bases: Sequence[Basis], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["agency"] = PickField(
            agencies,
            words=lambda one: str(one.name),
            label="Which agency?",
            error_messages=needed("Choose the agency."),
        )
        self.fields["lawful_basis"] = forms.ChoiceField(
            label="On which lawful basis?",
            choices=[(one.key, one.label) for one in bases],
            widget=forms.RadioSelect,
            error_messages=needed("Choose the basis."),
        )
        self.order_fields(["agency", "part", "rung", "wish", "lawful_basis", "why", "until"])


class WhyForm(Step):
    """A reason, and nothing else."""

    why = TextField(label="Why?", rows=3, max_length=2000, error_messages=needed("Say why."))


class WhomForm(Step):
    """For whose safety an approach is checked, and whom it is to."""

    def __init__(self, *args: Any, people: Sequence[OnCase], **options: Any) -> None:
        super().__init__(*args, **options)
        victims = [one for one in people if one.role_codes & {"victim", "complainant"}]
        others = [one for one in people if one not in victims]
        self.fields["victim"] = PickField(
            victims, words=lambda one: str(one.name), label="Whose safety is this about?",
            error_messages=needed("Choose the victim."), empty=None if len(victims) == 1 else "Choose",
        )  # fmt: skip
        self.fields["other"] = PickField(
            others, words=lambda one: str(one.name), label="Who is to be approached?", required=False,
            empty="Somebody not on this case yet",
        )  # fmt: skip


class ProposeForm(Editing):
    """Why a case is to be closed."""

    reasons = TextField(
        label="Reasons", rows=6, max_length=10_000, required=False,
        help_text="What was done, what came of it, and why nothing more is to be done. The victim is told them.",
    )  # fmt: skip

    def __init__(self, *args: Any, codes: Sequence[ClosingCode], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = forms.ChoiceField(
            label="Why is it to be closed?", choices=[(one.key, one.label) for one in codes], widget=forms.RadioSelect,
            error_messages=needed("Choose why the case is to be closed."),
        )  # fmt: skip
        self.order_fields(["code", "reasons", "version"])


class DecideForm(Editing):
    """The decision on a proposed closure."""

    because = TextField(label="Why is it not closed?", rows=3, max_length=4000, required=False)

    def __init__(
        self,
        *args: Any,
        answers: Sequence[tuple[str, str]],
        ground: bool = False,
        high: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["answer"] = forms.ChoiceField(
            label="Your decision", choices=answers, widget=forms.RadioSelect, error_messages=needed("Choose.")
        )
        if ground:
            self.fields["ground"] = TextField(
                label="What else closes it?", rows=3, max_length=4000, required=False,
                help_text="Losing touch with somebody never closes a case by itself.",
            )  # fmt: skip
        elif high and {"decide", "second"} & {key for key, _ in answers}:
            self.fields["ground"] = in_writing("Why may it be closed?")
            self.fields["ground"].required = False  # asked where it is closed, by the operation
        self.order_fields(["answer", "ground", "because", "version"])

    def clean(self) -> dict[str, Any]:
        """Refusing wants its reason."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "refuse" and not cleaned.get("because"):
            self.add_error("because", "Say why it is not closed.")
        return cleaned


class ReopenForm(Editing):
    """Why a closed case is open again."""

    because = TextField(
        label="Why is it reopened?", rows=4, max_length=4000, error_messages=needed("Say why.")
    )


class ReviewForm(Step):
    """A supervisor's review."""

    looked_at = TextField(
        label="What did you look at?", rows=3, max_length=4000, error_messages=needed("Say what you looked at."),
        help_text="For example, the plan, the last contacts, the answers of the assessment.",
    )  # fmt: skip
    decision = forms.ChoiceField(
        label="What did you decide?", choices=SupervisionReview.DECISIONS, widget=forms.RadioSelect,
        error_messages=needed("Choose what you decided."),
    )  # fmt: skip
    reason = TextField(
        label="Why?", rows=4, max_length=4000,
        error_messages=needed("Say why: the reason stays beside the decision."),
    )  # fmt: skip
    next_on = DayField(
        label="Looked at again by when?", towards="future", past=False, error_messages=needed("Say by when.")
    )
