"""The forms beside the question set: the assessor's own band, a contact with a victim, what she was told of the end."""

from __future__ import annotations

from datetime import date, datetime, time

from django import forms

from sentinel.care.rules import METHODS, RESULTS, Safe, why_unsafe
from sentinel.kernel.clock import exists_in_london, from_london, london_date, to_london
from sentinel.kernel.errors import Invalid
from sentinel.kernel.working_time import Calendar
from sentinel.questionnaires.rules import QuestionSet, Style
from sentinel.web.fields import ClockField, DayField, TextField


class BandForm(forms.Form):
    """The assessor's own band: needed where the set is judged, else only where it differs from the points."""

    band = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    judgement_reason = TextField(rows=3, required=False, label="Why does your judgement differ?")

    def __init__(self, question_set: QuestionSet, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.judged = question_set.style is Style.JUDGEMENT
        band = self.fields["band"]
        assert isinstance(band, forms.ChoiceField)  # noqa: S101 - declared above
        band.choices = [(one.key, one.label) for one in reversed(question_set.bands)]
        band.label = (
            "How high is the risk?"
            if self.judged
            else "Does your judgement differ? Then choose your band (optional)"
        )
        self.item_hints = {one.key: one.help for one in question_set.bands if one.help}
        if self.judged:
            del self.fields["judgement_reason"]


class _Happened(forms.Form):
    """When it happened, on a London clock."""

    day = DayField(label="Which day?", required=True)
    time = ClockField(label="What time?", required=True)

    def moment(self, now: datetime) -> datetime:
        """When it happened, UTC. Raises Invalid for an hour that the clocks skipped."""
        day: date = self.cleaned_data["day"]
        at: time = self.cleaned_data["time"]
        if not exists_in_london(day, at):
            raise Invalid.of("time", "The clocks went forward that night: there was no such time.")
        found = from_london(day, at)
        # A minute has no seconds: a contact made just now is not in the future.
        return min(found, now) if (found - now).total_seconds() < 60 else found


def initial_moment(now: datetime) -> dict[str, object]:
    """Today and the present minute, as the boxes start."""
    here = to_london(now)
    return {"day": london_date(now), "time": here.time().replace(second=0, microsecond=0)}


def _methods(safe: Safe | None) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The ways as choices, and beside each that is not safe why not."""
    hints = {method: why for method in METHODS if (why := why_unsafe(method, safe))}
    return list(METHODS.items()), hints


class ContactForm(_Happened):
    """One contact or attempt."""

    method = forms.ChoiceField(label="How?", widget=forms.RadioSelect)
    unsafe_reason = TextField(
        rows=2, required=False, label="Why in this way?",
        help_text="This way was not agreed to. If it was done all the same, your supervisor will want to know why.",
    )  # fmt: skip
    result = forms.ChoiceField(
        label="Were they reached?", choices=list(RESULTS.items()), widget=forms.RadioSelect
    )
    said = TextField(rows=5, label="What was said, or tried?", max_length=20_000)
    next_day = DayField(
        label="When did you promise to be in touch again? (optional)",
        required=False,
        towards="future",
        past=False,
    )

    def __init__(self, safe: Safe | None, data: object = None, **options: object) -> None:
        super().__init__(data, **options)  # type: ignore[arg-type]
        choices, self.method_hints = _methods(safe)
        method = self.fields["method"]
        assert isinstance(method, forms.ChoiceField)  # noqa: S101 - declared above
        method.choices = choices

    @property
    def unsafe_when(self) -> str:
        """The rule by which the box for the reason is shown."""
        return f"method={'|'.join(self.method_hints)}" if self.method_hints else "method=none"

    def promised(self, calendar: Calendar) -> datetime | None:
        """The promised day as the moment (UTC) at which that working day ends."""
        day: date | None = self.cleaned_data.get("next_day")
        if day is None:
            return None
        opening = calendar.open_on(day)
        return opening[1] if opening else from_london(day, time(17))


class OutcomeForm(ContactForm):
    """What a victim was told of the end."""

    result = forms.ChoiceField(
        label="What happened?",
        choices=[
            ("told", "Told"),
            ("declined", "Did not want to be told"),
            ("not_reached", "Not reached after several attempts"),
        ],
        widget=forms.RadioSelect,
    )
    told_outcome = forms.BooleanField(required=False, label="What was decided")
    told_reasons = forms.BooleanField(required=False, label="Why")
    told_review_right = forms.BooleanField(required=False, label="That they may ask for an ASB Case Review")
    told_how_to_return = forms.BooleanField(
        required=False, label="How to come back to us if it happens again"
    )
    method = forms.ChoiceField(label="How?", widget=forms.RadioSelect, required=False)
    said = TextField(rows=4, label="In which words?", required=False, max_length=20_000)
    next_day = None  # type: ignore[assignment]
