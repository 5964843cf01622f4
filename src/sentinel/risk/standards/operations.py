"""Answering the standards of a case, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import check_answers, settled
from sentinel.risk.standards.models import StandardAnswer
from sentinel.risk.standards.queries import answers_of, standard
from sentinel.risk.standards.rules import LISTS, changed


def answer_standard(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    which: str,
    version: QuestionSetVersion,
    answers: Mapping[str, Any],
    seen: datetime | None,
) -> list[StandardAnswer]:
    """Keep the answers that differ from those that stood when the page was shown.

    `seen` is when the newest answer on that page was given (UTC), None where there was none: what somebody else answered
    since is not undone by a page that shows it as it was before. Nothing need be whole. Raises Invalid by question.
    """
    may_write(actor, case)
    if which not in LISTS:
        raise Invalid("There is no such list.")
    question_set = question_set_of(version.pk)
    kept = settled(question_set, answers)
    errors = check_answers(question_set, answers, complete=False, today=london_date(now))
    if errors:
        raise Invalid(errors)
    rows = answers_of(case)
    shown = standard(which, version, [row for row in rows if seen is not None and row.answered_at <= seen])
    origin = provenance(actor=actor, now=now, record_id=case.id)
    made = StandardAnswer.objects.bulk_create(
        StandardAnswer(
            case=case, list=which, question_set=version, question=key, value=value, detail=why, answered_at=now,
            answered_by_id=actor.user_id, **origin,
        )
        for key, value, why in changed(question_set, kept, shown.answers)
    )  # fmt: skip
    if made:
        now_met = standard(which, version, [*rows, *made]).progress
        tell(
            kind="standard_answered", actor=actor, now=now, case=case, subject_id=case.id,
            payload={"list": which, "answers": len(made), "met": now_met.met, "total": now_met.total},
        )  # fmt: skip
    return made
