"""Answers: which questions are asked, what was typed, what is wrong with it, what is carried on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sentinel.kernel.clock import show_date
from sentinel.kernel.dates import make_date, not_in_future, parse_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import clean_text
from sentinel.questionnaires.rules.conditions import chosen, holds, is_answered
from sentinel.questionnaires.rules.definitions import (
    Answers,
    Kind,
    Option,
    Question,
    QuestionSet,
    Suggestion,
    detail_key,
)

MAX_DETAIL: Final = 2000
_LARGEST: Final = 10**12


def visible(qs: QuestionSet, answers: Answers) -> list[str]:
    """Return the keys of the questions that are asked, in order, given the answers so far.

    A question whose condition looks at a hidden question finds it unanswered, whatever was typed there before.
    """
    seen: dict[str, Any] = {}
    shown: list[str] = []
    for question in qs.questions():
        if question.show_when is None or holds(question.show_when, seen):
            shown.append(question.key)
            if question.key in answers:
                seen[question.key] = answers[question.key]
    return shown


def settled(qs: QuestionSet, answers: Answers) -> dict[str, Any]:
    """Return only what is to be kept: answers to visible questions, and explanations that their answers ask for."""
    return settled_of(qs, answers, visible(qs, answers))


def settled_of(qs: QuestionSet, answers: Answers, shown: Sequence[str]) -> dict[str, Any]:
    """As `settled`, for who has asked what is `visible` already."""
    kept: dict[str, Any] = {}
    for key in shown:
        question = qs.question(key)
        value = answers.get(key)
        if question is None or not is_answered(value):
            continue
        kept[key] = value
        if not question.may_be_explained():
            continue
        detail = answers.get(detail_key(key))
        if is_answered(detail) and any(option.text_required for option in options_chosen(question, value)):
            kept[detail_key(key)] = detail
    return kept


def options_chosen(question: Question, value: object) -> Sequence[Option]:
    """Return the options that an answer chose, in the question's order."""
    if isinstance(value, str):
        return question.options_of(value) if value else ()
    keys = set(chosen(value))
    return [option for option in question.options if option.key in keys]


def is_required(question: Question, answers: Answers) -> bool:
    """Say whether a visible question must be answered. `answers` as `settled` returns them."""
    needed = question.required_when
    return needed if isinstance(needed, bool) else holds(needed, answers)


def unanswered(qs: QuestionSet, answers: Answers) -> list[str]:
    """Return the keys of visible questions that must be answered and are not. "Not known" is an answer."""
    shown = visible(qs, answers)
    return unanswered_of(qs, settled_of(qs, answers, shown), shown)


def unanswered_of(qs: QuestionSet, kept: Answers, shown: Sequence[str]) -> list[str]:
    """As `unanswered`, for who knows what is visible and settled already."""
    return [
        question.key
        for key in shown
        if (question := qs.question(key)) and key not in kept and is_required(question, kept)
    ]


def parse_answers(
    qs: QuestionSet, data: Mapping[str, str | Sequence[str]], today: date, *, prefix: str = ""
) -> dict[str, Any]:
    """Read form data (each field a string or a list of strings) into answers. Nothing raises, nothing is lost.

    What cannot be read stays as typed, so that the page can show it again; `check_answers` says what is wrong with
    it. A date comes in one field, or in three ending in -day, -month and -year. Fields that belong to no question
    are left out. `prefix` comes before each field's name; `today` is the date in London.
    """
    answers: dict[str, Any] = {}
    for question in qs.questions():
        field = prefix + question.key
        typed = _typed(data, field)
        if question.kind is Kind.DATE:
            value: Any = _read_date(data, field, typed, today)
        elif question.kind is Kind.MANY_OF:
            value = _read_many(question, data.get(field, ()))
        elif question.kind is Kind.NUMBER:
            value = _read_number(typed)
        else:
            value = _read_text(typed)
        if is_answered(value):
            answers[question.key] = value
        if any(option.text_required for option in question.options):
            detail = _read_text(_typed(data, prefix + detail_key(question.key)))
            if detail:
                answers[detail_key(question.key)] = detail
    return answers


def _typed(data: Mapping[str, str | Sequence[str]], field: str) -> str:
    value = data.get(field, "")
    if isinstance(value, str):
        return value
    return value[-1] if value else ""


def _read_text(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def _read_many(question: Question, value: str | Sequence[str]) -> list[str]:
    given = [value] if isinstance(value, str) else list(value)
    order = {option.key: at for at, option in enumerate(question.options)}
    return sorted({one for one in given if one}, key=lambda key: (order.get(key, len(order)), key))


def _read_number(typed: str) -> int | float | str:
    plain = typed.strip().replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        return typed.strip()
    if not math.isfinite(number) or abs(number) > _LARGEST:
        return typed.strip()
    return int(number) if number.is_integer() else number


def _read_date(data: Mapping[str, str | Sequence[str]], field: str, typed: str, today: date) -> str:
    parts = [_typed(data, f"{field}-{part}").strip() for part in ("day", "month", "year")]
    if any(parts):
        typed = " ".join(part or "?" for part in parts)
    if not typed.strip():
        return ""
    try:
        return parse_date(typed, today).isoformat()
    except Invalid:
        return typed.strip()


def check_answers(
    qs: QuestionSet, answers: Answers, complete: bool, *, today: date | None = None
) -> dict[str, list[str]]:
    """Return plain messages by question key (by `detail_key` for an explanation), empty where all is well.

    With `complete`, what must be answered or explained and is not is an error as well; without, it may come later.
    Answers to hidden questions are not looked at. With `today`, questions that may not lie in the future are held
    to it. Never raises, whatever the answers hold.
    """
    errors: dict[str, list[str]] = {}
    known = {question.key for question in qs.questions()}
    known |= {detail_key(key) for key in known}
    for key in answers:
        if key not in known:
            errors[key] = ["There is no such question."]
    shown = visible(qs, answers)
    kept = settled_of(qs, answers, shown)
    for question in qs.questions():
        if question.key not in shown:
            continue
        value = kept.get(question.key)
        words: str | None = None
        if question.key in kept:
            words = _wrong_with(question, value, today)
        elif complete and is_required(question, kept):
            words = "Choose an answer." if question.kind.has_options else "Enter an answer."
        if words:
            errors[question.key] = [words]
        for_detail = _wrong_with_detail(question, value, answers.get(detail_key(question.key)), complete)
        if for_detail:
            errors[detail_key(question.key)] = [for_detail]
    return errors


def _wrong_with(question: Question, value: Any, today: date | None) -> str | None:
    match question.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            return _wrong_with_text(value, question.max_length, one_line=question.kind is Kind.TEXT)
        case Kind.NUMBER:
            return _wrong_with_number(question, value)
        case Kind.DATE:
            return _wrong_with_date(question, value, today)
        case Kind.MANY_OF:
            return _wrong_with_many(question, value)
        case _:
            known = isinstance(value, str) and question.option(value) is not None
            return None if known else "Choose one of the answers given."


def _wrong_with_text(value: Any, max_length: int, *, one_line: bool = False) -> str | None:
    if not isinstance(value, str):
        return "Enter words."
    if one_line and "\n" in value.strip():
        return "Enter this on one line."
    try:
        clean_text(value, max_length)
    except Invalid as error:
        return error.message
    return None


def _wrong_with_number(question: Question, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return "Enter a number, like 3."
    if question.minimum is not None and value < question.minimum:
        return f"Enter a number of {question.minimum} or more."
    if question.maximum is not None and value > question.maximum:
        return f"Enter a number of {question.maximum} or less."
    return None


def _wrong_with_date(question: Question, value: Any, today: date | None) -> str | None:
    if not isinstance(value, str):
        return "Enter a date, like 3 April 2026."
    try:
        day = date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        day = None
    try:
        if day is None:
            if "?" not in value:  # which stands for one of three fields left empty
                # What was typed could not be read: reading it again gives the words for why. Any today will do.
                parse_date(value, today or date(2000, 1, 1))
            return "Enter the day, month and year."
        make_date(day.day, day.month, day.year)
        if question.not_future and today is not None:
            not_in_future(day, today)
    except Invalid as error:
        return error.message
    return None


def _wrong_with_many(question: Question, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return "Choose from the answers given."
    if any(question.option(one) is None for one in value):
        return "Choose from the answers given."
    picked = options_chosen(question, value)
    alone = next((option for option in picked if option.exclusive), None)
    if alone is not None and len(picked) > 1:
        return f"“{alone.label}” cannot be chosen together with others."
    return None


def _wrong_with_detail(question: Question, value: Any, detail: Any, complete: bool) -> str | None:
    asking = [option for option in options_chosen(question, value) if option.text_required]
    if not asking:
        return None
    if is_answered(detail):
        return _wrong_with_text(detail, MAX_DETAIL)
    return (asking[0].text_label or "Say more about this answer.") if complete else None


def carry(source: QuestionSet, answers: Answers, target: QuestionSet) -> dict[str, Any]:
    """Return the answers of `target` that `source` has already had (R17: nobody is asked twice).

    Questions match by `carries_to` and kind; an option that the target does not know, and "not known", are left to
    be asked. An explanation goes with its answer.
    """
    kept = settled(source, answers)
    wanted = {question.carries_to: question for question in target.questions() if question.carries_to}
    carried: dict[str, Any] = {}
    for question in source.questions():
        other = wanted.get(question.carries_to)
        if other is None or other.kind is not question.kind or question.key not in kept:
            continue
        value = kept[question.key]
        if question.kind.has_options:
            picked = options_chosen(question, value)
            if any(option.unknown or other.option(option.key) is None for option in picked):
                continue
        carried[other.key] = value
        if detail_key(question.key) in kept:
            carried[detail_key(other.key)] = kept[detail_key(question.key)]
    return carried


def suggestions(qs: QuestionSet, answers: Answers) -> list[tuple[str, Suggestion]]:
    """Return what the answers suggest for another set, each with the key of the question it comes from."""
    kept = settled(qs, answers)
    return [
        (question.key, suggestion)
        for question in qs.questions()
        for option in options_chosen(question, kept.get(question.key))
        for suggestion in option.suggests
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """One question and its answer in words, for reading: `detail` is the explanation, `unknown` marks "not known"."""

    section: str
    question: Question
    words: str
    detail: str = ""
    unknown: bool = False


def in_words(qs: QuestionSet, answers: Answers) -> list[Said]:
    """Return every question that was answered, with its answer as a person reads it."""
    kept = settled(qs, answers)
    said: list[Said] = []
    for section in qs.sections:
        for question in section.questions:
            if question.key not in kept:
                continue
            value = kept[question.key]
            picked = options_chosen(question, value)
            words = ", ".join(option.label for option in picked) or _shown(question, value)
            said.append(
                Said(
                    section.title,
                    question,
                    words,
                    str(kept.get(detail_key(question.key), "")),
                    any(option.unknown for option in picked),
                )
            )
    return said


def _shown(question: Question, value: Any) -> str:
    if question.kind is Kind.DATE:
        try:
            return show_date(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)
