"""What a governance officer fills in: one part of a question set a page, in words that take no programming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from sentinel.governance.rules.building_conditions import HOWS
from sentinel.governance.rules.editing import Definition, Part, sections
from sentinel.governance.rules.lists import LARGEST, Field
from sentinel.questionnaires.rules import KINDS, MAX_SOURCE, MAX_TITLE, Kind, QuestionSet, Style
from sentinel.web.fields import SHORT, DayField, TextField

Given = Mapping[str, Any] | None
REQUIRED = (("no", "No"), ("yes", "Yes, always"))
LONGEST_ANSWER = 20_000
LARGEST_NUMBER = 1_000_000_000


def _number(label: str, **options: Any) -> forms.IntegerField:
    options = {"min_value": -LARGEST_NUMBER, "max_value": LARGEST_NUMBER, **options}
    box = forms.NumberInput(attrs={"class": SHORT})
    return forms.IntegerField(label=label, required=False, widget=box, **options)


class HeadingForm(forms.Form):
    """What the set is called and where it comes from."""

    title = TextField(label="Title", max_length=MAX_TITLE, help_text="What stands over the questions.")
    help = TextField(label="Help under the title (optional)", rows=3, required=False, max_length=1000)
    source = TextField(
        label="Where it comes from", rows=2, max_length=MAX_SOURCE,
        help_text="The board or protocol that decided it, and when. Whoever fills it in can read this.",
    )  # fmt: skip


class SectionForm(forms.Form):
    """Questions under one heading."""

    title = TextField(label="Heading", max_length=MAX_TITLE)
    help = TextField(label="Help under the heading (optional)", rows=2, required=False, max_length=1000)


class AskedForm(forms.Form):
    """One question. `asked` is what stands now (None: a new one); `released` says that it has been answered in this kind before."""

    text = TextField(label="Question", rows=2, max_length=300)
    help = TextField(
        label="Help (optional)",
        rows=3,
        required=False,
        max_length=1000,
        help_text="Stands under the question.",
    )
    script = TextField(
        label="Words to say aloud (optional)", rows=2, required=False, max_length=1000,
        help_text="Where the question is put to somebody in other words than it is written.",
    )  # fmt: skip
    section = forms.ChoiceField(label="Under which heading?", widget=forms.Select)
    kind = forms.ChoiceField(
        label="How is it answered?",
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        widget=forms.RadioSelect,
    )
    required = forms.ChoiceField(label="Must it be answered?", choices=REQUIRED, widget=forms.RadioSelect)
    max_length = _number("Longest answer, in characters (optional)", min_value=1, max_value=LONGEST_ANSWER)
    minimum = _number("Smallest number (optional)")
    maximum = _number("Largest number (optional)")
    not_future = forms.BooleanField(label="The date may not lie in the future", required=False)

    def __init__(
        self, data: Given, *, definition: Definition, asked: Part | None, section: str, released: bool
    ) -> None:
        now = asked or {}
        needed = now.get("required_when", False)
        self.conditional = not isinstance(needed, bool)
        initial = {
            **{name: now.get(name) for name in ("text", "help", "script", "kind", "max_length", "minimum", "maximum")},
            "not_future": now.get("not_future", False),
            "section": section,
            "required": "when" if self.conditional else ("yes" if needed else "no"),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.asked = now
        chooser = self.fields["section"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above
        chooser.choices = [(str(one["key"]), str(one.get("title", ""))) for one in sections(definition)]
        if self.conditional:
            must = self.fields["required"]
            assert isinstance(must, forms.ChoiceField)  # noqa: S101 - declared above
            must.choices = [*REQUIRED, ("when", "Only when certain answers were given, as it stands now")]
        if released:
            del self.fields["kind"]

    def values(self) -> dict[str, Any]:
        """What was chosen, as the definition has it."""
        given = self.cleaned_data
        kind = Kind(given.get("kind") or self.asked.get("kind"))
        words = kind in {Kind.TEXT, Kind.LONG_TEXT}
        needed = {"yes": True, "no": False}.get(given["required"], self.asked.get("required_when", False))
        return {
            "text": given["text"],
            "kind": kind.value,
            "help": given["help"],
            "script": given["script"],
            "required_when": needed,
            "max_length": given["max_length"] if words else None,
            "minimum": given["minimum"] if kind is Kind.NUMBER else None,
            "maximum": given["maximum"] if kind is Kind.NUMBER else None,
            "not_future": given["not_future"] if kind is Kind.DATE else False,
        }


class AnswerForm(forms.Form):
    """One answer to choose. `option` is what stands now (None: a new one)."""

    label = TextField(label="Answer", max_length=200)
    help = TextField(label="Help (optional)", required=False, max_length=500)
    score = _number("Points (optional)", min_value=0, max_value=1000)
    automatic = TextField(
        label="Makes the risk high by itself: why? (optional)", required=False, max_length=200,
        help_text="A sentence such as “A weapon was used.” Leave it empty where this answer alone decides nothing.",
    )  # fmt: skip
    text_required = forms.BooleanField(label="Ask for words when this is chosen", required=False)
    text_label = TextField(label="What words? (optional)", required=False, max_length=200,
                           help_text="For example “Say what was done with it.”")  # fmt: skip
    say = TextField(label="Words to say to the caller when this is chosen (optional)", rows=2, required=False,
                    max_length=1000)  # fmt: skip
    unknown = forms.BooleanField(
        label="It means that it is not known", required=False,
        help_text="Somebody is reminded until it is known. It never counts as no.",
    )  # fmt: skip
    exclusive = forms.BooleanField(label="It excludes all the others", required=False)

    def __init__(self, data: Given, *, style: Style, kind: Kind, option: Part | None) -> None:
        now = option or {}
        super().__init__(data, initial={name: now.get(name) for name in self.base_fields})
        if style is not Style.SCORED:
            del self.fields["score"]
        if style is Style.PLAIN:
            del self.fields["automatic"]
        if kind is not Kind.MANY_OF:
            del self.fields["exclusive"]
        if kind is Kind.YES_NO_UNKNOWN:
            del self.fields["unknown"]

    def values(self) -> dict[str, Any]:
        """What was filled in, as the definition has it."""
        return dict(self.cleaned_data)


class BandsForm(forms.Form):
    """The three bands: from how many points to how many, where points are added up, and what each means."""

    def __init__(self, data: Given, *, bands: list[Part], scored: bool) -> None:
        super().__init__(data)
        self.bands = bands
        self.scored = scored
        for at, band in enumerate(bands):
            key, name = band["key"], band.get("label", band["key"])
            if scored:
                last = at == len(bands) - 1
                self.fields[f"{key}_min"] = _number(f"{name}: from", initial=band.get("min"), min_value=0)
                self.fields[f"{key}_max"] = _number(
                    f"{name}: to", initial=band.get("max"), min_value=0,
                    help_text="Leave it empty for “or more”." if last else "",
                )  # fmt: skip
            self.fields[f"{key}_help"] = TextField(
                label=f"{name}: what it means (optional)", rows=2, required=False, max_length=300,
                initial=band.get("help", ""),
            )  # fmt: skip

    def values(self) -> list[dict[str, Any]]:
        """Each band as the definition has it."""
        given = self.cleaned_data
        return [
            {
                **band,
                "help": given[f"{band['key']}_help"],
                "min": given.get(f"{band['key']}_min"),
                "max": given.get(f"{band['key']}_max"),
            }
            for band in self.bands
        ]


class ModeForm(forms.Form):
    """Whether all parts of a condition must hold, or any."""

    mode = forms.ChoiceField(
        label="How many of these must hold?",
        choices=[("all", "All of them"), ("any", "At least one of them")],
        widget=forms.RadioSelect,
    )


class OfForm(forms.Form):
    """Which earlier question a condition looks at."""

    of = forms.ChoiceField(label="Which question’s answer does it depend on?", widget=forms.Select)

    def __init__(self, data: Given, *, earlier: list[Part]) -> None:
        super().__init__(data)
        chooser = self.fields["of"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above
        chooser.choices = [(str(one["key"]), str(one.get("text", ""))) for one in earlier]


class PartForm(forms.Form):
    """How a condition holds a question against its answers."""

    how = forms.ChoiceField(label="It holds when the answer", widget=forms.RadioSelect)
    options = forms.MultipleChoiceField(
        label="Which answers?", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Given, *, options: list[Part]) -> None:
        super().__init__(data)
        how, chosen = self.fields["how"], self.fields["options"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - declared above
        how.choices = [(key, words) for key, words in HOWS.items() if options or "is" not in key]
        chosen.choices = [(str(one["key"]), str(one.get("label", ""))) for one in options]
        if not options:
            del self.fields["options"]

    def clean(self) -> dict[str, Any]:
        """A condition on answers names at least one."""
        given = self.cleaned_data
        if given.get("how") in {"is", "is_not"} and not given.get("options"):
            self.add_error("options", "Tick at least one answer.")
        return given


class ProposeForm(forms.Form):
    """From when a draft is to be used."""

    release_from = DayField(
        label="From which day is it to be used?", towards="future", past=False,
        help_text="Today at the earliest. Assessments that are being made that day are finished on the version they were begun on.",
    )  # fmt: skip


class WhyForm(forms.Form):
    """What is to be changed."""

    why = TextField(label="What is to be changed?", rows=4, max_length=2000)


class JudgedForm(forms.Form):
    """The band that an assessor would choose, in a preview of a judged set."""

    band = forms.ChoiceField(label="How high is the risk?", required=False, widget=forms.RadioSelect)

    def __init__(self, data: Given, *, question_set: QuestionSet) -> None:
        super().__init__(data)
        chooser = self.fields["band"]
        assert isinstance(chooser, forms.ChoiceField)  # noqa: S101 - declared above
        chooser.choices = [(one.key, one.label) for one in reversed(question_set.bands)]
        self.item_hints = {one.key: one.help for one in question_set.bands if one.help}


class RuleForm(forms.Form):
    """The figures and words of a local rule, who decided it and from when. `sets` are the choices of fields that name a question set."""

    based_on = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Given, *, fields: list[Field], source: str, sets: dict[str, list[tuple[str, str]]]
    ) -> None:
        super().__init__(data)
        self.given = fields
        for one in fields:
            label = f"{one.of}: {one.label.lower()}" if one.of else one.label
            if one.kind == "number":
                made: forms.Field = _number(label, initial=one.value, min_value=0, max_value=LARGEST)
                made.required = True
            elif one.kind == "set":
                made = forms.ChoiceField(
                    label=label, initial=one.value, choices=sets.get(one.name, []), widget=forms.Select
                )
            else:
                long = len(str(one.value)) > 80
                made = TextField(label=label, initial=one.value, rows=3 if long else 1, max_length=1000 if long else 200,
                                 required=one.key == "label")  # fmt: skip
            self.fields[one.name] = made
        self.fields["source"] = TextField(
            label="Who decided it, and when?", max_length=MAX_SOURCE,
            help_text=f"The board or protocol, for whoever works with it to read. Until now it says: {source}",
        )  # fmt: skip
        self.fields["effective_from"] = DayField(
            label="From which day does it hold?", towards="future", past=False, help_text="Tomorrow at the earliest.",
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Each field's value by its name."""
        return {one.name: self.cleaned_data[one.name] for one in self.given}
