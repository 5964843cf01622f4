"""Is a question set sound? Everything that would surprise somebody in the middle of a call is found here first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from sentinel.questionnaires.rules.conditions import leaves
from sentinel.questionnaires.rules.definitions import (
    DETAIL_SUFFIX,
    Answered,
    Band,
    Condition,
    Equals,
    In,
    Kind,
    Option,
    Problem,
    Question,
    QuestionSet,
    Status,
    Style,
)
from sentinel.questionnaires.rules.scoring import max_score

MAX_TITLE: Final = 120
MAX_SOURCE: Final = 200
# What the forms around the questions send beside the answers: a question of the same name would take its place.
RESERVED: Final = frozenset(
    {
        "asked",
        "seen",
        "do",
        "version",
        "csrfmiddlewaretoken",
        "to_agency",
        "wish",
        "lawful_basis",
        "judgement_reason",
    }
)


def validate_definition(qs: QuestionSet) -> list[Problem]:
    """Return what is wrong with a set, empty where it may be used.

    Duplicate or unfit keys; conditions on a question that is missing, later, or the question itself, and loops of
    such; an option that does not exist; options or scores missing; bands that overlap, leave a gap or do not reach
    from 0 to the highest possible score; an automatic answer without bands; a release without its date.
    """
    return [
        *_of_set(qs),
        *_of_keys(qs),
        *(problem for where, question in _located(qs) for problem in _of_question(qs, where, question)),
        *_of_conditions(qs),
        *_loops(qs),
        *_of_bands(qs),
    ]


def _located(qs: QuestionSet) -> Iterator[tuple[str, Question]]:
    for section in qs.sections:
        for question in section.questions:
            yield f"set.sections.{section.key}.questions.{question.key}", question


def _of_set(qs: QuestionSet) -> Iterator[Problem]:
    if qs.version < 1:
        yield Problem("set.version", "Versions are counted from 1.")
    for name, text, longest in (("title", qs.title, MAX_TITLE), ("source", qs.source, MAX_SOURCE)):
        if len(text) > longest:
            yield Problem(f"set.{name}", f"At most {longest} characters, and it has {len(text)}.")
    if not any(qs.questions()):
        yield Problem("set.sections", "A set needs at least one question.")
    if qs.status is Status.RELEASED and qs.released_from is None:
        yield Problem("set.released_from", "A released version says from which date.")
    for section in qs.sections:
        if not section.questions:
            yield Problem(f"set.sections.{section.key}", "A section needs at least one question.")


def _twice(keys: Iterable[str]) -> list[str]:
    return sorted(key for key, times in Counter(keys).items() if times > 1)


def _of_keys(qs: QuestionSet) -> Iterator[Problem]:
    for key in _twice(section.key for section in qs.sections):
        yield Problem(f"set.sections.{key}", "Two sections have this key.")
    for key in _twice(question.key for question in qs.questions()):
        yield Problem(f"question {key}", "Two questions have this key.")
    for key in _twice(band.key for band in qs.bands):
        yield Problem(f"set.bands.{key}", "Two bands have this key.")
    for key in _twice(question.carries_to for question in qs.questions() if question.carries_to):
        yield Problem(f"carries_to {key}", "Two questions of one set carry the same answer.")


def _of_question(qs: QuestionSet, where: str, question: Question) -> Iterator[Problem]:
    if DETAIL_SUFFIX in question.key or "-" in question.key:
        yield Problem(where, "A question's key is small letters, digits and single _.")
    for key in _twice(option.key for option in question.options):
        yield Problem(f"{where}.options.{key}", "Two options have this key.")
    if question.kind.has_options and len(question.options) < 2:
        yield Problem(where, "A question that is answered by choosing needs at least two options.")
    if question.key in RESERVED:
        yield Problem(
            where, f"The forms use the name {question.key} themselves. Give the question another key."
        )
    if not question.kind.has_options and question.options:
        yield Problem(where, f"A question of the kind {question.kind.value} has no options.")
    if question.max_length < 1:
        yield Problem(where, "The longest answer has at least one character.")
    low, high = question.minimum, question.maximum
    if low is not None and high is not None and low > high:
        yield Problem(where, "The minimum is above the maximum.")
    for option in question.options:
        yield from _of_option(qs, f"{where}.options.{option.key}", question, option)
    scores = [option.score is not None for option in question.options if not option.unknown]
    if qs.style is Style.SCORED and any(scores) and not all(scores):
        yield Problem(where, "Some options have a score and some have none.")


def _of_option(qs: QuestionSet, where: str, question: Question, option: Option) -> Iterator[Problem]:
    if option.score is not None and qs.style is not Style.SCORED:
        yield Problem(where, "Only a scored set has scores.")
    if option.score is not None and option.score < 0:
        yield Problem(where, "A score cannot be negative.")
    if option.automatic and not qs.bands:
        yield Problem(where, "An automatic answer needs bands, of which it gives the highest.")
    if option.automatic and option.unknown:
        yield Problem(where, "Not known is not a reason for the highest band by itself.")
    if option.exclusive and question.kind is not Kind.MANY_OF:
        yield Problem(where, "Only where many may be chosen can one exclude the others.")


def _conditions(question: Question) -> Iterator[tuple[str, Condition]]:
    if question.show_when is not None:
        yield "show_when", question.show_when
    if not isinstance(question.required_when, bool):
        yield "required_when", question.required_when


def _of_conditions(qs: QuestionSet) -> Iterator[Problem]:
    order = {question.key: at for at, question in enumerate(qs.questions())}
    for where, question in _located(qs):
        for name, condition in _conditions(question):
            for leaf in leaves(condition):
                asked = qs.question(leaf.question)
                path = f"{where}.{name}"
                if asked is None:
                    yield Problem(path, f"There is no question {leaf.question}.")
                elif asked.key == question.key:
                    yield Problem(path, "A question cannot depend on itself.")
                elif order[asked.key] > order[question.key]:
                    yield Problem(path, f"The question {leaf.question} is only asked later.")
                else:
                    yield from _of_leaf(path, leaf, asked)


def _of_leaf(where: str, leaf: Equals | In | Answered, asked: Question) -> Iterator[Problem]:
    if isinstance(leaf, Answered):
        return
    if not asked.kind.has_options:
        yield Problem(
            where, f"The question {asked.key} has no options to compare; ask whether it is answered."
        )
        return
    for value in (leaf.value,) if isinstance(leaf, Equals) else leaf.values:
        if asked.option(value) is None:
            yield Problem(where, f"The question {asked.key} has no option {value}.")


def _loops(qs: QuestionSet) -> Iterator[Problem]:
    """Yield one problem for each question that in the end waits for itself (beyond itself directly)."""
    waits = {
        question.key: {leaf.question for _, condition in _conditions(question) for leaf in leaves(condition)}
        for question in qs.questions()
    }
    for where, question in _located(qs):
        seen: set[str] = set()
        ahead = list(waits[question.key] - {question.key})
        while ahead:
            at = ahead.pop()
            if at in seen:
                continue
            seen.add(at)
            ahead.extend(waits.get(at, set()))
        if question.key in seen:
            yield Problem(where, "This question waits, by way of others, for its own answer: a loop.")


def _of_bands(qs: QuestionSet) -> Iterator[Problem]:
    if qs.style is Style.PLAIN:
        if qs.bands:
            yield Problem("set.bands", "A plain set has no bands.")
        return
    if len(qs.bands) < 2:
        yield Problem("set.bands", "A scored or judged set needs at least two bands, the lowest first.")
        return
    if qs.style is Style.JUDGEMENT:
        for band in qs.bands:
            if band.minimum is not None or band.maximum is not None:
                yield Problem(f"set.bands.{band.key}", "A judged band has no points.")
        return
    if max_score(qs) == 0:
        yield Problem("set.sections", "No option of this scored set has a score.")
    yield from _of_points(qs.bands, max_score(qs))


def _of_points(bands: tuple[Band, ...], highest: int) -> Iterator[Problem]:
    expected = 0
    for at, band in enumerate(bands):
        where = f"set.bands.{band.key}"
        last = at == len(bands) - 1
        if band.minimum is None or (band.maximum is None and not last):
            yield Problem(where, "A band says its points from min to max (the highest may leave max out).")
            return
        if band.minimum > expected:
            missing = f"{expected}" if band.minimum == expected + 1 else f"{expected} to {band.minimum - 1}"
            yield Problem(where, f"There is a gap: no band holds {missing} points.")
        if band.minimum < expected:
            yield Problem(where, f"It overlaps the band below, or does not begin at {expected} points.")
        if band.maximum is not None and band.maximum < band.minimum:
            yield Problem(where, "It ends before it begins.")
        expected = (highest if band.maximum is None else band.maximum) + 1
    if expected <= highest:
        yield Problem("set.bands", f"{highest} points can be reached, and the bands end at {expected - 1}.")
