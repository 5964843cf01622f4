"""Any question set as a web form: one Django form whose fields are the set's questions.

The form reads and checks with the pure engine, so that a page, an import and a test say the same of an answer.
`questionnaires/form.html` shows it. Nothing is ticked beforehand; what was told earlier is shown beside its question
and kept only where somebody says that it still holds (R17).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from sentinel.questionnaires.rules import (
    AllOf,
    Answered,
    AnyOf,
    Condition,
    Equals,
    In,
    Kind,
    Option,
    Question,
    QuestionSet,
    Section,
    check_answers,
    check_for_band,
    detail_key,
    in_words,
    is_answered,
    parse_answers,
    settled,
)

KEEP_SUFFIX = "__keep"
DATE_HINT = "For example, 3/4/26, 3 April or yesterday"


def keep_key(question_key: str) -> str:
    """The name of the box that keeps an earlier answer."""
    return f"{question_key}{KEEP_SUFFIX}"


def show_when_rule(condition: Condition | None, prefix: str = "") -> str | None:
    """A condition as the words of `data-show-when` (frontend/js/show-when.js), None where it says more than they can.

    Then the question is always shown, and the server leaves its answer out where the condition does not hold.
    """
    match condition:
        case Equals(question, value):
            return f"{prefix}{question}={value}"
        case In(question, values):
            return f"{prefix}{question}={'|'.join(values)}"
        case Answered(question):
            return f"{prefix}{question}=*"
        case AllOf(parts):
            rules = [show_when_rule(part, prefix) for part in parts]
            return None if None in rules else "&".join(rule for rule in rules if rule)
        case AnyOf(parts):
            return _any_rule(parts, prefix)
    return None


def _any_rule(parts: tuple[Condition, ...], prefix: str) -> str | None:
    """Several answers to one question can be said in one rule; to several questions they cannot."""
    values: list[str] = []
    questions = set()
    for part in parts:
        match part:
            case Equals(question, value):
                values.append(value)
            case In(question, some):
                values += some
            case _:
                return None
        questions.add(question)
    return f"{prefix}{questions.pop()}={'|'.join(values)}" if len(questions) == 1 else None


class _Choice(forms.ChoiceField):
    """Radios whose answer the engine checks, in its own words."""

    widget = forms.RadioSelect


class _Choices(forms.MultipleChoiceField):
    """Boxes whose answers the engine checks."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """What was ticked, as a list."""
        return [str(one) for one in value] if isinstance(value, list | tuple) else []


class _Words(forms.Field):
    """A box for words, a number or a day, kept as it was typed. `max_length` only feeds the count beside it."""

    def __init__(self, *, max_length: int | None = None, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)


@dataclass(frozen=True)
class Carried:
    """Answers that the set has had already, and for each question where from, in words ("the report of Fri 20 Nov")."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Mapping[str, Any], source: str) -> Carried:
        """Answers that all come from one place."""
        return cls(answers, dict.fromkeys(answers, source))

    def over(self, other: Carried) -> Carried:
        """These answers before the other's."""
        return Carried({**other.answers, **self.answers}, {**other.sources, **self.sources})


@dataclass(frozen=True)
class Shown:
    """One question as the page shows it.

    `detail` is the box for the words that some options ask for, with its own rule; `says` are words to say where an
    option is chosen, each with its rule; `earlier` the earlier answer in words and `keep` the box that keeps it.
    """

    question: Question
    bound: BoundField
    show_when: str | None
    item_hints: dict[str, str]
    detail: BoundField | None
    detail_when: str | None
    says: list[tuple[str, str, str]]
    earlier: str
    earlier_source: str
    keep: BoundField | None


class QuestionForm(forms.Form):
    """A question set as a form.

    `data` is what was posted (None: not yet), `answers` what a draft holds, `carried` what was told before, `today`
    the date in London. With `complete` what must be answered is asked for; without, it may come later; with
    `automatic_suffices` it may where an answer alone gives the highest band. After `is_valid()` `answers` has everything
    that was typed, `kept` what is to be kept.
    """

    def __init__(
        self,
        question_set: QuestionSet,
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
        answers: Mapping[str, Any] | None = None,
        carried: Carried | None = None,
        complete: bool = True,
        automatic_suffices: bool = False,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=dict(answers or {}), prefix=prefix)
        self._fields: dict[str, forms.Field] | None = None
        self._kept: dict[str, Any] | None = None
        self.question_set = question_set
        self.today = today
        self.complete = complete
        self.automatic_suffices = automatic_suffices
        self.carried = carried or Carried()
        self.answers: dict[str, Any] = dict(answers or {})
        earlier = in_words(question_set, self.carried.answers) if self.carried.answers else []
        self._earlier = {said.question.key: said for said in earlier}

    @property
    def fields(self) -> dict[str, forms.Field]:
        """A field for each question, made when the page first shows one: the engine reads and checks without them."""
        if self._fields is None:
            self._fields = {}
            for question in self.question_set.questions():
                self._add(self._fields, question)
        return self._fields

    @fields.setter
    def fields(self, declared: dict[str, forms.Field]) -> None:
        """Django gives every form a copy of its class's fields; this one has none."""

    @property
    def draft(self) -> bool:
        """Whether the partnership has still to confirm this set."""
        return not self.question_set.confirmed

    @property
    def kept(self) -> dict[str, Any]:
        """The answers that are to be kept: those of questions that are asked."""
        return settled(self.question_set, self.answers) if self._kept is None else self._kept

    def _add(self, fields: dict[str, forms.Field], question: Question) -> None:
        fields[question.key] = _field_of(question)
        if any(option.text_required for option in question.options):
            fields[detail_key(question.key)] = _Words(
                required=False,
                label=_detail_label(question),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if question.key in self._earlier:
            fields[keep_key(question.key)] = forms.BooleanField(
                required=False, label="Still so: keep this answer"
            )

    def _clean_fields(self) -> None:
        """Nothing: `clean` reads what was typed with the engine, question by question."""

    def clean(self) -> dict[str, Any]:
        """Read the answers with the engine and put what is wrong beside each question."""
        prefix = f"{self.prefix}-" if self.prefix else ""
        self.answers = parse_answers(self.question_set, _lists(self.data), self.today, prefix=prefix)
        for key in self._earlier:
            if self.data.get(f"{prefix}{keep_key(key)}") and not is_answered(self.answers.get(key)):
                self._keep(key)
        self._kept = settled(self.question_set, self.answers)
        if self.complete and self.automatic_suffices:
            found = check_for_band(self.question_set, self.answers, today=self.today)
        else:
            found = check_answers(self.question_set, self.answers, self.complete, today=self.today)
        for key, words in found.items():
            for sentence in words:
                self.add_error(key if key in self.fields else None, self._said(key, sentence))
        return self.cleaned_data

    def _keep(self, key: str) -> None:
        for name in (key, detail_key(key)):
            if name in self.carried.answers and not is_answered(self.answers.get(name)):
                self.answers[name] = self.carried.answers[name]

    def _said(self, key: str, sentence: str) -> str:
        """The engine's sentence with its question before it: the summary lists them all, far from the question."""
        question = self.question_set.question(key.removesuffix("__why"))
        return f"“{question.text}” {sentence}" if question else sentence

    def parts(self) -> Iterator[tuple[Section, list[Shown]]]:
        """Each section with its questions as they are shown."""
        for section in self.question_set.sections:
            yield section, [self._shown(question) for question in section.questions]

    def _shown(self, question: Question) -> Shown:
        prefix = f"{self.prefix}-" if self.prefix else ""
        name = f"{prefix}{question.key}"
        asking = [option.key for option in question.options if option.text_required]
        said = self._earlier.get(question.key)
        return Shown(
            question=question,
            bound=self[question.key],
            show_when=show_when_rule(question.show_when, prefix),
            item_hints={option.key: option.help for option in question.options if option.help},
            detail=self[detail_key(question.key)] if asking else None,
            detail_when=f"{name}={'|'.join(asking)}" if asking else None,
            says=[
                (f"{name}={option.key}", option.label, option.say)
                for option in question.options
                if option.say
            ],
            earlier="" if said is None else said.words + (f": {said.detail}" if said.detail else ""),
            earlier_source=self.carried.sources.get(question.key, ""),
            keep=self[keep_key(question.key)] if said else None,
        )


def _lists(data: Mapping[str, Any]) -> dict[str, Any]:
    return dict(data.lists()) if isinstance(data, MultiValueDict) else dict(data)


def _detail_label(question: Question) -> str:
    asking = [option for option in question.options if option.text_required]
    return next((option.text_label for option in asking if option.text_label), "Say what is known")


def _label(question: Question) -> str:
    return question.text if question.required_when is not False else f"{question.text} (optional)"


def _hint(question: Question) -> str:
    say = f"Ask: “{question.script}”" if question.script and question.script != question.text else ""
    day = DATE_HINT if question.kind is Kind.DATE and not question.help else ""
    return " ".join(words for words in (say, question.help, day) if words)


def _field_of(question: Question) -> forms.Field:
    common: dict[str, Any] = {"required": False, "label": _label(question), "help_text": _hint(question)}
    choices = [(option.key, _option_label(option)) for option in question.options]
    match question.kind:
        case Kind.YES_NO_UNKNOWN | Kind.ONE_OF:
            return _Choice(choices=choices, **common)
        case Kind.MANY_OF:
            return _Choices(choices=choices, **common)
        case Kind.LONG_TEXT:
            return _Words(max_length=question.max_length, widget=forms.Textarea(attrs={"rows": 4}), **common)
        case Kind.NUMBER:
            return _Words(widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}), **common)
        case Kind.DATE:
            box = forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"})
            return _Words(widget=box, **common)
        case Kind.TEXT:
            return _Words(widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)


def _option_label(option: Option) -> str:
    return option.label
