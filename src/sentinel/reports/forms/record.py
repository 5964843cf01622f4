"""What whoever takes the report writes down besides the call script: how it came, when, which type, and who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms

from sentinel.cases.models import CATEGORIES, Incident
from sentinel.kernel.clock import to_london
from sentinel.kernel.dates import moment
from sentinel.kernel.errors import Invalid
from sentinel.reports.forms.fields import EmailField
from sentinel.reports.models import Report
from sentinel.web.fields import BirthField, ClockField, DayField, NameField, TextField
from sentinel.web.shared_fields import own_field, shares_fields

Choices = Sequence[tuple[str, str]]
YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]
PERCEIVED_BY = [
    ("", "Choose"),
    ("victim", "The one it happened to"),
    ("caller", "The caller"),
    ("another", "Somebody else"),
    ("taker", "Whoever took the report"),
]
SYSTEMS = [
    ("", "None"),
    ("control_room", "Control-room log"),
    ("crime_number", "Crime number"),
    ("landlord", "Landlord"),
    ("environmental_health", "Environmental health"),
    ("court", "Court"),
    ("other", "Another system"),
]
AS_TYPED = "as_typed"
READ_BY_DAY = (
    "caller_birth",
    "victim_birth",
    "other_birth",
    "occurred_from_day",
    "occurred_to_day",
    "told_day",
)


@dataclass(frozen=True)
class Lists:
    """The lists of the field that the form offers, as they stand on the day: keys and words."""

    national_types: Choices
    local_types: Choices = ()
    local_to_national: Mapping[str, str] | None = None
    teams: Choices = ()
    category_tests: Mapping[str, str] | None = None


@shares_fields
class RecordForm(forms.Form):
    """The facts of recording. `complete` False (a skeleton) asks for nothing but how and when it came.

    `today` is the date in London, `now` the moment (UTC); `places` are the choices for the place that was typed.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput)
    person_is = forms.UUIDField(required=False, widget=forms.HiddenInput)
    person_not = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    same_as = forms.UUIDField(required=False, widget=forms.HiddenInput)
    looked = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)
    confirmed_how = TextField(required=False, max_length=160, label="How do you know that it is them?",
                              help_text="What you asked, and what they answered. Not the answer itself.")  # fmt: skip
    place_choice = forms.ChoiceField(required=False, widget=forms.RadioSelect, label="Which place is it?")
    caller_email = EmailField(required=False, label="Email (optional)")
    caller_address = TextField(required=False, label="Where does the caller live? (optional)",
                               help_text="Only where it is not the place above.")  # fmt: skip
    victim_name = NameField(required=False, label="What is that person called? (optional)")
    other_name = NameField(required=False, label="What is the person doing it called? (optional)")
    other_under_ten = forms.ChoiceField(
        required=False, choices=YES_NO_UNKNOWN, widget=forms.RadioSelect,
        label="Is the person doing it a child under 10? (optional)",
        help_text="A child under 10 is never recorded as a perpetrator.",
    )  # fmt: skip
    series = forms.BooleanField(required=False, label="It is one telling of many times")
    precision = forms.ChoiceField(
        required=False,
        choices=[("", "Choose"), *Incident.PRECISIONS],
        label="How exactly is that known? (optional)",
    )
    crime_number = TextField(required=False, max_length=40, label="Crime number (optional)")
    crime_decision = TextField(required=False, max_length=1000, rows=2,
                               label="What did the police decide? (optional)")  # fmt: skip
    hate_perceived_by = forms.ChoiceField(required=False, choices=PERCEIVED_BY, label="Who thinks so?")
    hate_data_kept = TextField(
        required=False, max_length=500, rows=2,
        label="Where it is not a crime: why is data on the other person kept? (optional)",
    )  # fmt: skip
    category = forms.ChoiceField(choices=CATEGORIES, widget=forms.RadioSelect, label="Whom does it affect?")
    national_type = forms.ChoiceField(label="What kind of behaviour is it?")
    local_type = forms.ChoiceField(required=False, label="Your agency's own name for it (optional)")
    channel = forms.ChoiceField(choices=Report.CHANNELS, label="How did it reach you?")
    reference_system = forms.ChoiceField(
        required=False, choices=SYSTEMS, label="Another system's reference (optional)"
    )
    reference_value = TextField(required=False, max_length=80, label="What is it?")
    team = forms.ChoiceField(required=False, label="Which team should have it?")
    caller_birth = BirthField(required=False, label="Date of birth or age (optional)")
    victim_birth = BirthField(required=False, label="How old are they? (optional)")
    other_birth = BirthField(required=False, label="How old is the person doing it? (optional)")
    occurred_from_day = DayField(required=False, label="When did it begin? Day (optional)")
    occurred_to_day = DayField(required=False, label="When did it end? Day (optional)")
    told_day = DayField(label="When were you told? Day")
    occurred_from_time = ClockField(required=False, label="Time (optional)")
    occurred_to_time = ClockField(required=False, label="Time (optional)")
    told_time = ClockField(label="Time")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        now: datetime,
        lists: Lists,
        complete: bool = True,
        places: Choices = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), prefix="r")
        self.now = now
        self.lists = lists
        self.complete = complete
        today = to_london(now).date()
        # Births and days are read with the day on which the page is used, by the one clock.
        for name in READ_BY_DAY:
            field = own_field(self, name)
            if isinstance(field, BirthField | DayField):
                field.today = lambda: today
        self._choose("national_type", [("", "Choose"), *lists.national_types])
        self._choose("local_type", [("", "Choose"), *lists.local_types])
        self._choose("team", [("", "My own team"), *lists.teams])
        self._choose("place_choice", places)
        if not complete:
            for name in ("category", "national_type"):
                own_field(self, name).required = False

    def _choose(self, name: str, choices: Choices) -> None:
        field = own_field(self, name)
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_person_not(self) -> list[str]:
        """The ids of persons who turned out to be someone else."""
        return [one for one in str(self.cleaned_data.get("person_not") or "").split(",") if one]

    def clean(self) -> dict[str, Any]:
        """Put days and times together, fill the national type from the agency's own, and hold periods to their order."""
        data = self.cleaned_data
        if data.get("local_type") and not data.get("national_type"):
            mapped = (self.lists.local_to_national or {}).get(data["local_type"], "")
            data["national_type"] = mapped
            if mapped and "national_type" in self.errors:
                del self.errors["national_type"]
        data["told_at"] = self._moment("told_day", "told_time", "You cannot have been told in the future.")
        begun = self._moment(
            "occurred_from_day", "occurred_from_time", "It cannot have happened in the future.", optional=True
        )
        ended = self._moment(
            "occurred_to_day", "occurred_to_time", "It cannot have ended in the future.", optional=True
        )
        if ended is not None and begun is None and "occurred_from_day" not in self.errors:
            self.add_error("occurred_from_day", "Say when it began as well, as near as they know.")
        if begun is not None and ended is not None and ended < begun:
            self.add_error(
                "occurred_to_day", "It cannot have ended before it began. Check the days and times."
            )
        data["occurred_from"], data["occurred_to"] = begun, ended
        if data.get("reference_system") and not data.get("reference_value"):
            self.add_error("reference_value", "Enter the reference, or choose “None”.")
        if self.complete and data.get("person_is") and not data.get("confirmed_how"):
            data["confirmed_how"] = "Asked on the call"
        return data

    def _moment(
        self, day_name: str, time_name: str, future: str, *, optional: bool = False
    ) -> datetime | None:
        day: date | None = self.cleaned_data.get(day_name)
        at: time | None = self.cleaned_data.get(time_name)
        if day_name in self.errors or time_name in self.errors:
            return None
        if day is None:
            if at is not None:
                self.add_error(day_name, "Enter the day as well.")
            return None
        if at is None and not optional:
            return None
        try:
            found = moment(day, at or time(0))
        except Invalid as error:
            self.add_error(time_name, error.message)
            return None
        if found > self.now:
            self.add_error(time_name if at is not None else day_name, f"{future} Check the day and time.")
            return None
        return found

    def is_exact(self, name: str) -> bool:
        """Whether a time was given with the day."""
        return self.cleaned_data.get(f"{name}_time") is not None
