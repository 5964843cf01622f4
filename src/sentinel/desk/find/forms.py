"""What to look for, what narrows it, and why."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from sentinel.accounts.queries import agency_choices
from sentinel.desk.case.colleagues import areas_of_work
from sentinel.foundation.actor import Actor
from sentinel.interfaces.federated.queries import connections_for
from sentinel.search.models import What
from sentinel.search.queries import PROSE, Within, kinds_open_to
from sentinel.search.rules import LONGEST
from sentinel.web.fields import BirthField, DayField, TextField

PEOPLE, PLACES = "people", "places"
# What narrows a search, as the audit names it.
FILTERS = ("agency", "area", "state", "since", "until", "born")
NARROWING = ("kind", "state", "agency", "area", "since", "until", "born")
STATES = [("", "Open and closed"), ("open", "Open"), ("closed", "Closed")]
TOLD = {
    What.CASE: "Cases", What.REPORT: "Reports", What.NOTE: "Notes", What.PLAN: "Plans", What.DOCUMENT: "Files",
    What.DESCRIPTION: "Descriptions of people",
}  # fmt: skip


class FindForm(forms.Form):
    """The box and its filters. `about` is the page from which it was asked, `after` what was shown before; both hidden.

    Why is asked where no report or case is in hand, and nowhere else; `reason` is what was said shortly before.
    """

    q = TextField(max_length=LONGEST, label="Name, words, telephone number, email, address or reference")
    kind = forms.ChoiceField(label="Look among", required=False)
    state = forms.ChoiceField(label="Open or closed", choices=STATES, required=False)
    agency = forms.ChoiceField(label="Agency", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    since = DayField(label="From", required=False, help_text="")
    until = DayField(label="To", required=False, help_text="")
    born = BirthField(label="Date of birth", required=False, help_text="")
    reason = TextField(
        max_length=200,
        label="Why are you looking?",
        error_messages={"required": "Say why you are looking. It is asked where no case or report is open."},
    )
    about = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    after = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, actor: Actor, in_hand: bool = False, reason: str = "") -> None:
        if data is not None and "reason" not in data and reason:
            # From the box at the top of a page.
            data = data.copy()
            data["reason"] = reason
        super().__init__(data, initial={"reason": reason})
        if in_hand:
            del self.fields["reason"]
        open_to = kinds_open_to(actor)
        kinds = [("", "Everything")]
        if What.PERSON in open_to:
            kinds.append((PEOPLE, "People"))
        kinds.append((PLACES, "Places"))
        kinds += [(kind.name.lower(), TOLD[kind]) for kind in PROSE if kind in open_to]
        choices = {
            "kind": kinds,
            "agency": [("", "Any"), *agency_choices()],
            "area": [("", "Any"), *areas_of_work()],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared so above
            field.choices = offered
        asked = [(str(one.pk), one.called) for one in connections_for(actor)]
        if asked:
            self.fields["systems"] = forms.MultipleChoiceField(
                label="Ask at the same time",
                choices=asked,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        """What was said, if the days run forward."""
        said = super().clean() or self.cleaned_data
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", "This day must not come before the first.")
        return said

    def within(self) -> Within:
        """What narrows the search."""
        said = self.cleaned_data
        return Within(
            agency=uuid.UUID(said["agency"]) if said["agency"] else None, area=said["area"], state=said["state"],
            since=said["since"], until=said["until"],
        )  # fmt: skip

    def kinds(self) -> list[What]:
        """The kinds of text that are wanted; none where people or places alone are."""
        kind = self.cleaned_data["kind"]
        if kind in (PEOPLE, PLACES):
            return []
        return [What[kind.upper()]] if kind else list(PROSE)

    def wants(self, kind: str) -> bool:
        """Whether people, or places, are wanted."""
        return self.cleaned_data["kind"] in ("", kind)

    def narrows(self) -> bool:
        """Whether anything but the kind narrows the search."""
        return self.within() != Within()

    def narrowed_by(self) -> list[str]:
        """What narrows the search, in words: the label of each filter that is set and what it is set to, as it was typed or chosen."""
        found = []
        for name in NARROWING:
            typed = str(self.data.get(name, "")).strip()
            if typed:
                field = self.fields[name]
                chosen = dict(getattr(field, "choices", ()))
                found.append(f"{field.label}: {chosen.get(typed, typed)}")
        return found

    def again(self, **other: str) -> dict[str, str]:
        """The names and values with which a button asks the same again, or another kind or page of it."""
        said = {
            name: value
            for name, value in self.data.items()
            if name in self.fields and name not in ("after", "systems") and value
        }
        return {**said, **other}
