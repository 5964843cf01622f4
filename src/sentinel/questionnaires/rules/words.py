"""A question set in the words of somebody who does not program: kinds, conditions, what an option does."""

from __future__ import annotations

from typing import Final

from sentinel.questionnaires.rules.definitions import (
    AllOf,
    Answered,
    AnyOf,
    Condition,
    Equals,
    In,
    Kind,
    Not,
    Option,
    QuestionSet,
    Style,
)

KINDS: Final[dict[Kind, str]] = {
    Kind.YES_NO_UNKNOWN: "Yes, no or not known",
    Kind.ONE_OF: "One of several answers",
    Kind.MANY_OF: "Several answers may be ticked",
    Kind.TEXT: "A line of words",
    Kind.LONG_TEXT: "A box for many words",
    Kind.NUMBER: "A number",
    Kind.DATE: "A date",
}
STYLES: Final[dict[Style, str]] = {
    Style.SCORED: "Points are added up to a band",
    Style.JUDGEMENT: "The assessor judges the band",
    Style.PLAIN: "No band",
}


def condition_words(condition: Condition, question_set: QuestionSet) -> str:
    """A condition as a sentence's end: “Is there danger?” is Yes. What is not there is named by its key."""
    match condition:
        case Equals(question, value):
            return f"{_asked(question, question_set)} is {_answer(question, value, question_set)}"
        case In(question, values):
            said = [_answer(question, value, question_set) for value in values]
            joined = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"
            return f"{_asked(question, question_set)} is {joined}"
        case Answered(question):
            return f"{_asked(question, question_set)} has any answer"
        case Not(Equals(question, value)):
            return f"{_asked(question, question_set)} is not {_answer(question, value, question_set)}"
        case Not(In(question, values)):
            said = [_answer(question, value, question_set) for value in values]
            return f"{_asked(question, question_set)} is none of {', '.join(said)}"
        case Not(Answered(question)):
            return f"{_asked(question, question_set)} has no answer"
        case Not(part):
            return f"it is not so that {condition_words(part, question_set)}"
        case AllOf(parts):
            return _joined("and", parts, question_set)
        case AnyOf(parts):
            return _joined("or", parts, question_set)


def _joined(word: str, parts: tuple[Condition, ...], question_set: QuestionSet) -> str:
    said = [
        f"({condition_words(part, question_set)})"
        if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1
        else condition_words(part, question_set)
        for part in parts
    ]
    return f" {word} ".join(said)


def _asked(key: str, question_set: QuestionSet) -> str:
    question = question_set.question(key)
    return f"“{question.text}”" if question else f"“{key}” (which is not there)"


def _answer(key: str, value: str, question_set: QuestionSet) -> str:
    question = question_set.question(key)
    option = question.option(value) if question else None
    return option.label if option else f"“{value}” (which is not there)"


def required_words(needed: Condition | bool, question_set: QuestionSet) -> str:
    """When an answer must be given, in words."""
    if isinstance(needed, bool):
        return "always" if needed else "no"
    return f"when {condition_words(needed, question_set)}"


def option_words(option: Option) -> list[str]:
    """What choosing an option does, beside its label, in short words."""
    said = [] if option.score is None else [f"{option.score} {'point' if option.score == 1 else 'points'}"]
    if option.automatic:
        said.append("makes it high")
    if option.text_required:
        said.append("asks for words")
    if option.unknown:
        said.append("counts as not known")
    if option.exclusive:
        said.append("excludes the others")
    if option.say:
        said.append("has words to say")
    return said
