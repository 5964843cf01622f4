"""What Sentinel itself needs of a question set, beyond its being sound: the pages that read answers must find them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sentinel.questionnaires.rules import Problem, QuestionSet, Style

BANDS: Final = ("low", "medium", "high")
# A judged set asks for the band here, and for the reason that stands beside it for ever (R42).
JUDGEMENT_SECTION: Final = "judgement"
REASON_QUESTION: Final = "band_reason"


def house_problems(draft: QuestionSet, before: QuestionSet) -> list[Problem]:
    """What is wrong with a draft for Sentinel, given the version that it begins from; empty where it may be released."""
    return [
        *_of_bands(draft),
        *_of_judgement(draft),
        *_of_kinds(draft, before),
        *_of_what_is_read(draft, before),
    ]


def _of_bands(draft: QuestionSet) -> Iterator[Problem]:
    if draft.style is not Style.PLAIN and tuple(band.key for band in draft.bands) != BANDS:
        yield Problem(
            "set.bands", "There are three bands, low, medium and high: clocks and markers go by them."
        )


def _of_judgement(draft: QuestionSet) -> Iterator[Problem]:
    if draft.style is not Style.JUDGEMENT:
        return
    if not any(section.key == JUDGEMENT_SECTION for section in draft.sections):
        yield Problem(
            "set.sections", "A judged set needs its section for the judgement, where the band is chosen."
        )
    if draft.question(REASON_QUESTION) is None:
        yield Problem("set.sections", "A judged set needs its question for the reason of the band.")


def _of_kinds(draft: QuestionSet, before: QuestionSet) -> Iterator[Problem]:
    for section in draft.sections:
        for question in section.questions:
            old = before.question(question.key)
            if old is not None and old.kind is not question.kind:
                yield Problem(
                    f"set.sections.{section.key}.questions.{question.key}",
                    "It has been answered in another way before. Remove it, and add a question with the new kind of answer.",
                )


def _of_what_is_read(draft: QuestionSet, before: QuestionSet) -> Iterator[Problem]:
    """Sets without bands are scripts and check lists: pages, letters and clocks read their answers one by one."""
    if before.style is not Style.PLAIN:
        return
    for old in before.questions():
        new = draft.question(old.key)
        if new is None:
            yield Problem(
                "set.sections",
                f"Sentinel’s pages read the answer to “{old.text}”. It may be reworded and moved, not removed.",
            )
            continue
        for option in old.options:
            if new.option(option.key) is None:
                yield Problem(
                    f"question {old.key}",
                    f"Sentinel’s pages read the answer “{option.label}”. It may be reworded and moved, not removed.",
                )
