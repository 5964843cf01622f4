"""What an administrator fills in about a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from sentinel.reminders.rules import CHANNELS, DAYS, WHO
from sentinel.reminders.wording import WHO_LABELS
from sentinel.web.fields import DayField, TextField

_NUMBERS = re.compile(r"[\s,;]+")


class RuleForm(forms.Form):
    """A draft of a rule. `conditions` are key and words of each that can be chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    label = TextField(label="What the reminder is about", max_length=120)
    condition = forms.ChoiceField(label="What must be true")
    days = forms.ChoiceField(
        label="Count",
        choices=[(key, words.capitalize()) for key, words in DAYS.items()],
        widget=forms.RadioSelect,
    )
    after = TextField(
        label="Remind after so many days",
        max_length=120,
        help_text="For example, 4, 7, 10, 14. With 0, on the day itself",
    )
    then_every = forms.IntegerField(
        label="Then every so many days",
        required=False,
        min_value=0,
        max_value=730,
        help_text="Leave empty to stop after the last",
    )
    channel = forms.ChoiceField(
        label="How they are told", choices=list(CHANNELS.items()), widget=forms.RadioSelect
    )
    urgent = forms.BooleanField(
        label="Urgent: at once, in a message of its own",
        required=False,
        help_text="Everything else comes once a day, gathered",
    )
    words = TextField(
        label="What is wanted of them",
        max_length=300,
        rows=3,
        help_text="Name nobody: these words leave Sentinel by email. The reference of the case and a link are added",
    )
    source = TextField(
        label="Where this rule comes from",
        max_length=300,
        help_text="A protocol, a meeting, a decision, with its date",
    )
    confirmed = forms.BooleanField(label="The partnership has confirmed it", required=False)
    active = forms.BooleanField(
        label="It reminds",
        required=False,
        help_text="Without a tick this version stops the reminder from its day on",
    )

    def __init__(self, *args: Any, conditions: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["condition"].choices = list(conditions)  # type: ignore[attr-defined]
        for who in WHO:
            self.fields[f"from_{who}"] = forms.IntegerField(
                label=WHO_LABELS[who], required=False, min_value=1, max_value=20
            )

    def who_fields(self) -> list[forms.BoundField]:
        """The fields that say from which reminder on each is told."""
        return [self[f"from_{who}"] for who in WHO]

    def data_of_rule(self, key: str) -> dict[str, Any]:
        """What was filled in, as reading.read_rule takes it. What is no number stays as it was typed, for it to refuse."""
        given = self.cleaned_data
        return {
            "key": key, "label": given["label"], "condition": given["condition"], "days": given["days"],
            "after": [int(one) if one.isascii() and one.isdigit() else one for one in _NUMBERS.split(given["after"].strip()) if one],
            "then_every": given["then_every"] or 0, "channel": given["channel"], "urgent": given["urgent"],
            "words": given["words"],
            "to": [{"who": who, "from": given[f"from_{who}"]} for who in WHO if given.get(f"from_{who}")],
        }  # fmt: skip


class ReleaseForm(forms.Form):
    """From which day a draft holds."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    effective_from = DayField(label="It holds from", towards="future", past=False)


def initial_of(content: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What the form shows for a rule's content."""
    to = {f"from_{one['who']}": one["from"] for one in content["to"]}
    return {
        **{key: content[key] for key in ("label", "condition", "days", "channel", "urgent", "words")},
        "after": ", ".join(str(day) for day in content["after"]),
        "then_every": content["then_every"] or None,
        **to,
        **more,
    }
