"""Forms of a local administrator and a governance officer. What they ask is checked again by the operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from sentinel.accounts.administration import STATES
from sentinel.accounts.models import Agency, Area, Team, User
from sentinel.accounts.rules import DAYS, OVER_ALL, ROLES
from sentinel.web.fields import ClockField, DayField

ROLE_HINTS: dict[str, str] = {
    "call_taker": "Takes reports and hands them on. Opens no case.",
    "case_officer": "Works cases: assesses, plans, keeps the victim told.",
    "supervisor": "Also closes cases, lowers a band, hands work round.",
    "area_inspector": "As a supervisor, for an area.",
    "meeting_coordinator": "Reads cases for meetings.",
    "victim_support": "Reads cases, contacts and assesses victims.",
    "local_administrator": "Looks after your agency’s accounts. Sees no case by it.",
    "analyst": "Reads cases for figures.",
    "head_of_service": "Reads cases and figures, and gets the agency’s figures each week.",
}


class _Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def _teams(form: forms.Form, teams: Iterable[Team]) -> None:
    choices = [("", "No team"), *((str(team.pk), team.name) for team in teams)]
    form.fields["team"].choices = choices  # type: ignore[attr-defined]


def _roles(form: forms.Form, held: Iterable[str] = ()) -> None:
    # A role over the whole partnership is shown only where it is held, so that saving does not take it.
    keys = [key for key in ROLES if key not in OVER_ALL or key in set(held)]
    form.fields["roles"].choices = [(key, ROLES[key]) for key in keys]  # type: ignore[attr-defined]


class FindUserForm(forms.Form):
    """Filters of the list; every one may be left empty."""

    words = forms.CharField(label="Name or address", required=False, max_length=100)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any"), *ROLES.items()])
    team = forms.ChoiceField(label="Team", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *STATES.items()])

    def __init__(self, *args: Any, teams: Iterable[Team] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _teams(self, teams)
        self.fields["team"].choices[0] = ("", "Any")  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(
        label="Name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.CharField(
        label="Email address",
        max_length=254,
        help_text="Their own, at work: a link goes there, and they sign in with it",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    job_title = forms.CharField(label="Job title", max_length=80, required=False)
    team = forms.ChoiceField(label="Team", required=False)
    roles = forms.MultipleChoiceField(
        label="Roles",
        help_text="What they may do. Several can be held at once",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role: without one an account can do nothing."},
    )

    def __init__(self, *args: Any, teams: Iterable[Team] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _teams(self, teams)
        _roles(self)


def _names_give_away() -> forms.BooleanField:
    return forms.BooleanField(
        label="Its name alone tells something",
        required=False,
        help_text="As that of a youth justice or treatment service does. Whoever may only know that something is known is "
        "then sent to the partnership’s sharing desk, without this agency’s name",
    )


class InviteAdministratorForm(forms.Form):
    """A local administrator for an agency."""

    name = forms.CharField(
        label="Name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.CharField(
        label="Email address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )


class DetailsForm(_Versioned):
    """What somebody is called and where they work."""

    name = forms.CharField(label="Name", max_length=200)
    job_title = forms.CharField(label="Job title", max_length=80, required=False)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, teams: Iterable[Team] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _teams(self, teams)


class RolesForm(_Versioned):
    """What somebody may do."""

    roles = forms.MultipleChoiceField(label="Roles", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, held: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _roles(self, held)


class ResetForm(_Versioned):
    """A new link, and whether the second steps go too."""

    remove_second_factor = forms.BooleanField(
        label="Take off their second steps as well",
        required=False,
        help_text="Only once you know that it is they who ask: you have seen them, or rung them on a number you knew before",
    )


class StateForm(_Versioned):
    """Suspend or restore: nothing to fill in."""


class AbsenceForm(forms.Form):
    """From when to when somebody is away, and who stands in."""

    first_day = DayField(label="First day away", towards="future", past=False)
    last_day = DayField(label="Last day away", towards="future", past=False)
    deputy = forms.ChoiceField(label="Who stands in")

    def __init__(self, *args: Any, deputies: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", "Choose somebody"), *((str(one.pk), one.name) for one in deputies)]
        self.fields["deputy"].choices = found  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A team."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    name = forms.CharField(label="Name", max_length=120)
    area = forms.ChoiceField(
        label="Area", required=False, help_text="Reports from there are offered to this team"
    )
    takes_skeletons = forms.BooleanField(label="Reports that call takers hand on arrive here", required=False)

    def __init__(self, *args: Any, areas: Iterable[Area] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", "All of the agency’s area"), *((str(area.pk), area.name) for area in areas)]
        self.fields["area"].choices = found  # type: ignore[attr-defined]


class NameForm(_Versioned):
    """An agency's names."""

    name = forms.CharField(label="Name", max_length=120)
    short_name = forms.CharField(
        label="Short name", max_length=40, help_text="As it stands in lists and timelines"
    )


class DeskForm(_Versioned):
    """Whom other agencies ring."""

    desk_name = forms.CharField(label="Name of the desk", max_length=80)
    desk_phone = forms.CharField(label="Telephone", max_length=60)
    desk_email = forms.CharField(label="Email address", max_length=254, required=False)
    names_give_away = _names_give_away()


class HoursForm(_Versioned):
    """When an agency works, for each day of the week."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in enumerate(DAYS):
            for key, words in (("opens", "from"), ("closes", "to")):
                self.fields[f"{key}_{day}"] = ClockField(
                    label=f"{name} {words}", required=False, help_text=""
                )

    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each day with its two boxes."""
        return [(name, self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in enumerate(DAYS)]


class DutyForm(_Versioned):
    """Who is on duty at the sharing desk."""

    people = forms.MultipleChoiceField(
        label="On duty at the sharing desk", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.pk), f"{one.name}, {one.email}") for one in people]
        self.fields["people"].choices = found  # type: ignore[attr-defined]


class AreaForm(forms.Form):
    """For which area of an agency duties are shown."""

    area = forms.ChoiceField(label="For", required=False)

    def __init__(self, *args: Any, areas: Iterable[Area] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", "All its areas"), *((str(one.pk), one.name) for one in areas)]
        self.fields["area"].choices = found  # type: ignore[attr-defined]


class HighRiskDutiesForm(_Versioned):
    """Who is told of high risk and of referrals, by duty; `people` are those who may be put on each."""

    def __init__(
        self, *args: Any, duties: Mapping[str, str], people: Mapping[str, Iterable[User]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for duty, words in duties.items():
            found = [(str(one.pk), f"{one.name}, {one.email}") for one in people[duty]]
            self.fields[duty] = forms.MultipleChoiceField(
                label=words, required=False, choices=found, widget=forms.CheckboxSelectMultiple
            )


class PartnershipDeskForm(_Versioned):
    """The partnership's own sharing desk."""

    phone = forms.CharField(label="Telephone", max_length=60, required=False)
    email = forms.CharField(label="Email address", max_length=254, required=False)


class AgencyForm(forms.Form):
    """A new agency."""

    name = forms.CharField(label="Name", max_length=120)
    short_name = forms.CharField(
        label="Short name", max_length=40, help_text="As it stands in lists and timelines"
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose one"), *Agency.KINDS])
    statutory = forms.BooleanField(
        label="It is a statutory agency",
        required=False,
        help_text="A duty in law to reduce crime and disorder rests on it. A housing association or a charity is not one",
    )
    desk_name = forms.CharField(
        label="Name of the desk", max_length=80, help_text="Whom other agencies ring about what it holds"
    )
    desk_phone = forms.CharField(label="Telephone of the desk", max_length=60)
    names_give_away = _names_give_away()


class AreasForm(_Versioned):
    """Where an agency works."""

    areas = forms.MultipleChoiceField(label="Areas", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, areas: Iterable[Area] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(area.pk), area.name) for area in areas]
        self.fields["areas"].choices = found  # type: ignore[attr-defined]


class MergeForm(_Versioned):
    """Into which agency another goes."""

    into = forms.ChoiceField(label="It goes into")
    sure = forms.BooleanField(
        label="I have the decision of both agencies in writing",
        error_messages={
            "required": "Say that you have the decision of both: a merger cannot be taken back here."
        },
    )

    def __init__(self, *args: Any, others: Iterable[Agency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", "Choose an agency"), *((str(one.pk), one.name) for one in others)]
        self.fields["into"].choices = found  # type: ignore[attr-defined]
