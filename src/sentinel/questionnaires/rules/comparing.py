"""What differs between two versions of a question set, in words: added, removed, changed, moved. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from sentinel.questionnaires.rules.definitions import Band, Option, Question, QuestionSet, Section
from sentinel.questionnaires.rules.words import KINDS, STYLES, condition_words, required_words

What = Literal["added", "removed", "changed", "moved"]
T = TypeVar("T", Section, Question, Option, Band)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where` names the part in words, `aspect` what of it (“points”, “help”; empty for the whole part),
    `before` and `after` say it in words; `question` is the key of the question it belongs to, or empty."""

    what: What
    where: str
    aspect: str = ""
    before: str = ""
    after: str = ""
    question: str = ""


def compare(before: QuestionSet, after: QuestionSet) -> list[Change]:
    """Return what differs, in the order of the later set, then what is gone. Version, status and dates are not looked at."""
    return [
        *_of_heading(before, after),
        *_of_bands(before, after),
        *_of_sections(before, after),
        *_of_questions(before, after),
    ]


def _said(values: Sequence[tuple[str, str, str]], where: str, question: str = "") -> Iterator[Change]:
    for aspect, old, new in values:
        if old != new:
            yield Change("changed", where, aspect, old, new, question)


def _of_heading(before: QuestionSet, after: QuestionSet) -> Iterator[Change]:
    yield from _said(
        [
            ("title", before.title, after.title),
            ("help", before.help, after.help),
            ("source", before.source, after.source),
            ("way to a band", STYLES[before.style], STYLES[after.style]),
        ],
        "The set",
    )


def points_of(band: Band) -> str:
    """The points of a band in words: "0 to 11", "22 or more"; "" where it has none."""
    if band.minimum is None:
        return "" if band.maximum is None else f"up to {band.maximum}"
    return f"{band.minimum} or more" if band.maximum is None else f"{band.minimum} to {band.maximum}"


def _of_bands(before: QuestionSet, after: QuestionSet) -> Iterator[Change]:
    for old, new in _pairs(before.bands, after.bands):
        if old is None or new is None:
            yield from _whole(old, new, lambda band: f"The band {band.label}")
            continue
        yield from _said(
            [("name", old.label, new.label), ("points", points_of(old), points_of(new)), ("help", old.help, new.help)],
            f"The band {old.label}",
        )  # fmt: skip
    yield from _moved(before.bands, after.bands, lambda band: f"The band {band.label}")


def _of_sections(before: QuestionSet, after: QuestionSet) -> Iterator[Change]:
    def named(section: Section) -> str:
        return f"The section “{section.title}”"

    for old, new in _pairs(before.sections, after.sections):
        if old is None or new is None:
            yield from _whole(old, new, named)
            continue
        yield from _said([("title", old.title, new.title), ("help", old.help, new.help)], named(old))
    yield from _moved(before.sections, after.sections, named)


def _named(question: Question) -> str:
    return f"“{question.text}”"


def _of_questions(before: QuestionSet, after: QuestionSet) -> Iterator[Change]:
    section_before, section_after = _section_of(before), _section_of(after)
    for old, new in _pairs(before.questions(), after.questions()):
        if old is None or new is None:
            one = new or old
            yield from _whole(old, new, _named, question=one.key if one else "")
            continue
        yield from _of_question(old, new, before, after)
        was, now = section_before.get(old.key), section_after.get(new.key)
        if was is not None and now is not None and was.key != now.key:
            yield Change(
                "moved", _named(new), "section", f"“{was.title}”", f"“{now.title}”", new.key
            )  # fmt: skip
    for section in after.sections:
        earlier = next((one for one in before.sections if one.key == section.key), None)
        if earlier is not None:
            yield from _moved(earlier.questions, section.questions, _named, of_question=True)


def _section_of(question_set: QuestionSet) -> dict[str, Section]:
    return {question.key: section for section in question_set.sections for question in section.questions}


def _of_question(old: Question, new: Question, before: QuestionSet, after: QuestionSet) -> Iterator[Change]:
    yield from _said(
        [
            ("wording", old.text, new.text),
            ("help", old.help, new.help),
            ("words to say aloud", old.script, new.script),
            ("kind of answer", KINDS[old.kind], KINDS[new.kind]),
            # Where a question that is looked at was reworded, what looks at it has not changed.
            ("shown", *_unless(old.show_when == new.show_when, _shown(old, before), _shown(new, after))),
            (
                "must be answered",
                *_unless(
                    old.required_when == new.required_when,
                    required_words(old.required_when, before),
                    required_words(new.required_when, after),
                ),
            ),
            ("limits", _limits(old), _limits(new)),
            ("carried to", old.carries_to, new.carries_to),
        ],
        _named(old),
        new.key,
    )  # fmt: skip
    for had, has in _pairs(old.options, new.options):
        if had is None or has is None:
            yield from _whole(
                had, has, lambda option: f"{_named(new)}, the answer “{option.label}”", question=new.key
            )
            continue
        yield from _of_option(had, has, f"{_named(new)}, the answer “{had.label}”", new.key)
    yield from _moved(
        old.options, new.options, lambda option: f"{_named(new)}, the answer “{option.label}”", key=new.key
    )


def _unless(same: bool, old: str, new: str) -> tuple[str, str]:
    return ("", "") if same else (old, new)


def _shown(question: Question, question_set: QuestionSet) -> str:
    if question.show_when is None:
        return "always"
    return f"when {condition_words(question.show_when, question_set)}"


def _limits(question: Question) -> str:
    said = (
        [f"at most {question.max_length:,} characters"]
        if question.kind.value in {"text", "long_text"}
        else []
    )
    if question.minimum is not None:
        said.append(f"{question.minimum} or more")
    if question.maximum is not None:
        said.append(f"{question.maximum} or less")
    if question.not_future:
        said.append("not in the future")
    return ", ".join(said)


def _points(score: int | None) -> str:
    return "none" if score is None else str(score)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _of_option(old: Option, new: Option, where: str, key: str) -> Iterator[Change]:
    yield from _said(
        [
            ("words", old.label, new.label),
            ("help", old.help, new.help),
            ("points", _points(old.score), _points(new.score)),
            ("makes it high by itself", old.automatic or "no", new.automatic or "no"),
            ("asks for words", _yes(old.text_required), _yes(new.text_required)),
            ("what words it asks for", old.text_label, new.text_label),
            ("counts as not known", _yes(old.unknown), _yes(new.unknown)),
            ("excludes the others", _yes(old.exclusive), _yes(new.exclusive)),
            ("said to the caller", old.say, new.say),
            ("sets", _flags(old), _flags(new)),
            ("suggests", _suggests(old), _suggests(new)),
        ],
        where,
        key,
    )


def _flags(option: Option) -> str:
    return ", ".join(f"{flag}: {value}" for flag, value in sorted(option.sets.items()))


def _suggests(option: Option) -> str:
    return ", ".join(f"{one.letter}: {one.answer} ({one.source})" for one in option.suggests)


def _pairs(before: Sequence[T], after: Sequence[T]) -> Iterator[tuple[T | None, T | None]]:
    """Each part of the later with the earlier one of its key (or None); then the earlier ones that are gone."""
    earlier = {one.key: one for one in reversed(before)}
    later = {one.key for one in after}
    for one in after:
        yield earlier.get(one.key), one
    for one in before:
        if one.key not in later:
            yield one, None


def _whole(
    old: T | None, new: T | None, named: Callable[[T], str], *, question: str = ""
) -> Iterator[Change]:
    if old is not None:
        yield Change("removed", named(old), question=question)
    elif new is not None:
        yield Change("added", named(new), question=question)


def _moved(
    before: Sequence[T],
    after: Sequence[T],
    named: Callable[[T], str],
    *,
    key: str = "",
    of_question: bool = False,
) -> Iterator[Change]:
    """The parts that stand elsewhere among those that both have: the fewest whose moving explains the new order."""
    order = [one.key for one in before]
    both = [one for one in after if one.key in set(order)]
    still = _longest_rising([order.index(one.key) for one in both])
    for at, one in enumerate(both):
        if at not in still:
            was = [key for key in order if key in {other.key for other in both}].index(one.key)
            yield Change(
                "moved", named(one), "place", f"{was + 1} of {len(both)}", f"{at + 1} of {len(both)}",
                one.key if of_question else key,
            )  # fmt: skip


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising run of numbers: what has not moved."""
    best: list[list[int]] = []
    for at, number in enumerate(numbers):
        run: list[int] = []
        for earlier in best:
            if numbers[earlier[-1]] < number and len(earlier) > len(run):
                run = earlier
        best.append([*run, at])
    return set(next((run for run in sorted(best, key=lambda run: -len(run))), []))
