"""Reading the standards of a case: which sets hold for it, what was answered by whom, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version, question_set_of, rule_contents
from sentinel.questionnaires.rules import QuestionSet, detail_key
from sentinel.risk.standards.models import StandardAnswer
from sentinel.risk.standards.rules import LISTS, Progress, progress, set_for

RULE = "investigation-standards"


@dataclass(frozen=True)
class Standard:
    """One list of a case: its set, the answers that stand (as the engine reads them) and who gave each, and when (UTC)."""

    list: str
    version: QuestionSetVersion
    question_set: QuestionSet
    answers: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, StandardAnswer] = field(default_factory=dict)

    @property
    def progress(self) -> Progress:
        """How many points are met."""
        return progress(self.question_set, self.answers)

    @property
    def newest(self) -> datetime | None:
        """When the newest answer was given (UTC)."""
        return max((row.answered_at for row in self.said.values()), default=None)


def standards_of(actor: Actor, case: Case, on: date) -> list[Standard]:
    """The lists of a case under the sets that hold on a day in London. Two queries, and one for each list."""
    content = rule_contents([RULE], on, case.owner_agency_id).get(RULE)
    if content is None:
        return []
    rows = answers_of(case)
    found = []
    for which in LISTS:
        key = set_for(content["items"], which, case.highest_band)
        if key is not None:
            found.append(standard(which, current_version(key, on), rows))
    return found


def standard_of(actor: Actor, case: Case, which: str, on: date) -> Standard:
    """One list of a case. Raises NotFound where there is no such list."""
    for one in standards_of(actor, case, on):
        if one.list == which:
            return one
    raise NotFound()


def answers_of(case: Case) -> list[StandardAnswer]:
    """Every answer of a case, the oldest first. One query."""
    rows = StandardAnswer.objects.filter(case=case).select_related("answered_by")
    return list(rows.order_by("answered_at", "id"))


def standard(which: str, version: QuestionSetVersion, rows: list[StandardAnswer]) -> Standard:
    """A list with what stands of the answers, under one version of its set."""
    said = {row.question: row for row in rows if row.list == which}
    question_set = question_set_of(version.pk)
    asked = {question.key for question in question_set.questions()}
    answers: dict[str, Any] = {}
    for key, row in said.items():
        if key in asked:
            answers[key] = row.value
            if row.detail:
                answers[detail_key(key)] = row.detail
    return Standard(
        which, version, question_set, answers, {key: row for key, row in said.items() if key in asked}
    )
