"""A question set from data (a YAML file, a JSON column) and back. Nothing is guessed: an unknown word is a problem."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from sentinel.questionnaires.rules.conditions import condition_data, read_condition
from sentinel.questionnaires.rules.definitions import (
    YES_NO_UNKNOWN,
    Band,
    Condition,
    Kind,
    Option,
    Problem,
    Question,
    QuestionSet,
    Section,
    Status,
    Style,
    Suggestion,
)

_KEY: Final = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
E = TypeVar("E", bound=Enum)
T = TypeVar("T")
_MISSING: Final = object()


class _Reader:
    """Takes values out of one mapping, notes what is wrong with them, and at last what was not asked for."""

    def __init__(self, data: object, where: str, problems: list[Problem]) -> None:
        self.where, self.problems = where, problems
        self.data: Mapping[Any, Any] = data if isinstance(data, Mapping) else {}
        self.left = set(self.data)
        if not isinstance(data, Mapping):
            self.wrong("This must be a mapping of names to values.")

    def wrong(self, what: str, name: str = "") -> None:
        self.problems.append(Problem(f"{self.where}.{name}" if name else self.where, what))

    def take(self, name: str, kind: type[T], default: T | object = _MISSING) -> Any:
        self.left.discard(name)
        value = self.data.get(name, _MISSING)
        if value is _MISSING:
            if default is _MISSING:
                self.wrong("This is missing.", name)
                return kind()
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(f"This must be of the kind {kind.__name__}.", name)
            return kind() if default is _MISSING else default
        return value

    def words(self, name: str, *, needed: bool = False) -> str:
        value: str = self.take(name, str, _MISSING if needed else "")
        if needed and name in self.data and not value.strip():
            self.wrong("This is empty.", name)
        return value.strip()

    def key(self) -> str:
        value = self.words("key", needed=True)
        if value and not _KEY.fullmatch(value):
            self.wrong("A key has small letters, digits and single _ or - between them.", "key")
        return value

    def whole(self, name: str) -> int | None:
        if self.data.get(name, _MISSING) is None:
            self.left.discard(name)
            return None
        value: int | None = self.take(name, int, None)
        return value

    def one_of(self, name: str, kind: type[E], default: E | None = None) -> E | None:
        value = self.take(name, str, _MISSING if default is None else default.value)
        try:
            return kind(value)
        except ValueError:
            if name in self.data:
                self.wrong(f"This is one of: {', '.join(one.value for one in kind)}.", name)
            return default

    def many(self, name: str, build: Callable[[object, str, list[Problem]], T | None]) -> tuple[T, ...]:
        built: list[T] = []
        for at, item in enumerate(self.take(name, list, [])):
            said = item.get("key") if isinstance(item, Mapping) else None
            where = (
                f"{self.where}.{name}.{said}"
                if isinstance(said, str) and said
                else f"{self.where}.{name}[{at}]"
            )
            one = build(item, where, self.problems)
            if one is not None:
                built.append(one)
        return tuple(built)

    def end(self) -> None:
        for name in sorted(map(str, self.left)):
            self.wrong("There is no such setting.", name)


def _suggestion(data: object, where: str, problems: list[Problem]) -> Suggestion:
    reader = _Reader(data, where, problems)
    built = Suggestion(
        reader.words("letter", needed=True),
        reader.words("answer") or "yes",
        reader.words("from", needed=True),
    )
    reader.end()
    return built


def _option(data: object, where: str, problems: list[Problem]) -> Option:
    reader = _Reader(data, where, problems)
    sets: dict[str, bool | str] = {}
    for flag, value in reader.take("sets", dict, {}).items():
        if isinstance(flag, str) and isinstance(value, (bool, str)):
            sets[flag] = value
        else:
            reader.wrong("A flag is a name with true, false or a word.", "sets")
    built = Option(
        key=reader.key(),
        label=reader.words("label", needed=True),
        help=reader.words("help"),
        score=reader.whole("score"),
        automatic=reader.words("automatic") or None,
        sets=MappingProxyType(sets),
        text_required=reader.take("text_required", bool, False),
        text_label=reader.words("text_label"),
        unknown=reader.take("unknown", bool, False),
        exclusive=reader.take("exclusive", bool, False),
        say=reader.words("say"),
        suggests=reader.many("suggests", _suggestion),
    )
    reader.end()
    return built


def _yes_no_unknown(data: list[object], where: str, problems: list[Problem]) -> tuple[Option, ...]:
    """Return yes, no and unknown, each with what the data adds to it."""
    built: list[Option] = []
    given = {
        item["key"]: item for item in data if isinstance(item, Mapping) and isinstance(item.get("key"), str)
    }
    if len(given) != len(data) or not set(given) <= {"yes", "no", "unknown"}:
        problems.append(
            Problem(where, "A yes, no or not-known question may only add to yes, no and unknown.")
        )
    for usual in YES_NO_UNKNOWN:
        item = {"label": usual.label, **given.get(usual.key, {}), "key": usual.key, "unknown": usual.unknown}
        built.append(_option(item, f"{where}.{usual.key}", problems))
    return tuple(built)


def _question(data: object, where: str, problems: list[Problem]) -> Question | None:
    reader = _Reader(data, where, problems)
    kind = reader.one_of("kind", Kind)
    if kind is Kind.YES_NO_UNKNOWN:
        options = _yes_no_unknown(reader.take("options", list, []), f"{where}.options", problems)
    else:
        options = reader.many("options", _option)
    condition: Condition | None = None
    if "show_when" in reader.data:
        condition = read_condition(reader.data["show_when"], f"{where}.show_when", problems)
    needed: Condition | bool = False
    if "required_when" in reader.data:
        given = reader.data["required_when"]
        if isinstance(given, bool):
            needed = given
        else:
            needed = read_condition(given, f"{where}.required_when", problems) or False
    reader.left -= {"show_when", "required_when"}
    built = Question(
        key=reader.key(),
        text=reader.words("text", needed=True),
        kind=kind or Kind.TEXT,
        help=reader.words("help"),
        script=reader.words("script"),
        options=options,
        show_when=condition,
        required_when=needed,
        carries_to=reader.words("carries_to"),
        max_length=reader.take("max_length", int, 200 if kind is Kind.TEXT else 4000),
        minimum=reader.whole("minimum"),
        maximum=reader.whole("maximum"),
        not_future=reader.take("not_future", bool, False),
    )
    reader.end()
    return built


def _section(data: object, where: str, problems: list[Problem]) -> Section:
    reader = _Reader(data, where, problems)
    built = Section(
        key=reader.key(),
        title=reader.words("title", needed=True),
        help=reader.words("help"),
        questions=reader.many("questions", _question),
    )
    reader.end()
    return built


def _band(data: object, where: str, problems: list[Problem]) -> Band:
    reader = _Reader(data, where, problems)
    built = Band(
        key=reader.key(),
        label=reader.words("label", needed=True),
        minimum=reader.whole("min"),
        maximum=reader.whole("max"),
        help=reader.words("help"),
    )
    reader.end()
    return built


def _released_from(reader: _Reader) -> date | None:
    reader.left.discard("released_from")
    value = reader.data.get("released_from")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = _MISSING
    if value is None or type(value) is date:
        return value
    reader.wrong("This must be a date, like 2026-04-01.", "released_from")
    return None


def build(data: object) -> tuple[QuestionSet | None, list[Problem]]:
    """Return the question set that `data` describes and what is wrong with its form.

    The set is None where the form is so wrong that there is nothing to look at. A set built with problems must not
    be used; one without still has to pass `validate_definition`.
    """
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        return None, [Problem("set", "This must be a mapping of names to values.")]
    reader = _Reader(data, "set", problems)
    built = QuestionSet(
        key=reader.key(),
        version=reader.take("version", int),
        title=reader.words("title", needed=True),
        subject=reader.words("subject", needed=True),
        style=reader.one_of("style", Style) or Style.PLAIN,
        status=reader.one_of("status", Status) or Status.DRAFT,
        source=reader.words("source", needed=True),
        confirmed=reader.take("confirmed", bool, False),
        released_from=_released_from(reader),
        help=reader.words("help"),
        bands=reader.many("bands", _band),
        sections=reader.many("sections", _section),
    )
    reader.end()
    return built, problems


def _filled(**values: Any) -> dict[str, Any]:
    """Return the values that say something: what is empty is what reading fills in by itself."""
    return {name: value for name, value in values.items() if value not in (None, "", False, (), [], {})}


def _option_data(option: Option) -> dict[str, Any]:
    data = _filled(
        key=option.key,
        label=option.label,
        help=option.help,
        automatic=option.automatic,
        sets=dict(option.sets),
        text_required=option.text_required,
        text_label=option.text_label,
        unknown=option.unknown,
        exclusive=option.exclusive,
        say=option.say,
        suggests=[
            {"letter": one.letter, "answer": one.answer, "from": one.source} for one in option.suggests
        ],
    )
    return data if option.score is None else {**data, "score": option.score}


def _question_data(question: Question) -> dict[str, Any]:
    needed = question.required_when
    limits = {"minimum": question.minimum, "maximum": question.maximum}
    return {
        **_filled(
            key=question.key,
            text=question.text,
            kind=question.kind.value,
            help=question.help,
            script=question.script,
            options=[_option_data(option) for option in question.options],
            show_when=condition_data(question.show_when) if question.show_when else None,
            required_when=needed if isinstance(needed, bool) else condition_data(needed),
            carries_to=question.carries_to,
            max_length=question.max_length,
            not_future=question.not_future,
        ),
        **{name: limit for name, limit in limits.items() if limit is not None},
    }


def to_data(qs: QuestionSet) -> dict[str, Any]:
    """Return the set as JSON-fit data, from which `build` makes an equal set."""
    return {
        **_filled(
            key=qs.key,
            title=qs.title,
            subject=qs.subject,
            style=qs.style.value,
            status=qs.status.value,
            source=qs.source,
            confirmed=qs.confirmed,
            released_from=qs.released_from.isoformat() if qs.released_from else None,
            help=qs.help,
        ),
        "version": qs.version,
        "bands": [
            {
                **_filled(key=band.key, label=band.label, help=band.help),
                "min": band.minimum,
                "max": band.maximum,
            }
            for band in qs.bands
        ],
        "sections": [
            {
                **_filled(key=section.key, title=section.title, help=section.help),
                "questions": [_question_data(question) for question in section.questions],
            }
            for section in qs.sections
        ],
    }


def content_hash(qs: QuestionSet) -> str:
    """Return the SHA-256 (hexadecimal) of what the set says, whatever the layout of the file it came from."""
    text = json.dumps(to_data(qs), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
