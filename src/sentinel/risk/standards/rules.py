"""How far a case has come with a standard. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sentinel.questionnaires.rules import QuestionSet, detail_key, is_answered, visible
from sentinel.risk.rules import BAND_KEYS

INVESTIGATION, ATTENDANCE = "investigation", "attendance"
LISTS = (INVESTIGATION, ATTENDANCE)
# An answer by which a point is not met yet; any other meets it, also that it is not needed here, which takes its reason.
NOT_MET = frozenset({"not_yet", "unknown"})


@dataclass(frozen=True)
class Progress:
    """How many of the points of a standard are met."""

    met: int
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left."""
        return self.met >= self.total


def set_for(items: Iterable[Mapping[str, Any]], which: str, band: int) -> str | None:
    """The key of the question set of a list for the highest band of a case; None where the rule has none.

    Nobody assessed counts as high: until it is known otherwise.
    """
    wanted = BAND_KEYS.get(band, "high") if which == INVESTIGATION else ATTENDANCE
    return next((str(one["uses"]) for one in items if one["key"] == wanted), None)


def progress(question_set: QuestionSet, answers: Mapping[str, Any]) -> Progress:
    """How far the answers go: of the questions that are asked, those that are met."""
    shown = visible(question_set, answers)
    asked = [question.key for question in question_set.questions() if question.key in shown]
    met = sum(is_answered(answers.get(key)) and answers[key] not in NOT_MET for key in asked)
    return Progress(met, len(asked))


def changed(
    question_set: QuestionSet, answers: Mapping[str, Any], shown: Mapping[str, Any]
) -> list[tuple[str, Any, str]]:
    """Which answers differ from those that were shown: question, value and the words with it. One that was emptied is left as
    it was: what was answered stays answered."""
    found = []
    for question in question_set.questions():
        value, why = answers.get(question.key), str(answers.get(detail_key(question.key)) or "")
        before = (shown.get(question.key), str(shown.get(detail_key(question.key)) or ""))
        if is_answered(value) and (value, why) != before:
            found.append((question.key, value, why))
    return found
