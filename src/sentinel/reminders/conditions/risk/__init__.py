"""What risk knows: answers that are not known, who is not assessed, assessments older than what was told since."""

from __future__ import annotations

import uuid

from sentinel.reminders.conditions import Condition, register
from sentinel.reminders.conditions.risk.known import ASKED, BANDS, asked, bands, every_question
from sentinel.reminders.conditions.risk.matters import DEFERRAL, NEW_REPORT, REVIEW, UNASSESSED, UNKNOWN
from sentinel.reminders.conditions.risk.past import (
    deferral_past,
    new_report_past,
    review_past,
    unassessed_past,
    unknown_past,
)
from sentinel.risk.rules import CASE, VICTIM

__all__ = ["every_question"]


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page on which what `detail` begins with is assessed: a victim, another part of a person, or the case itself."""
    subject = detail.partition(".")[0]
    if subject == CASE:
        return "assess_case", {"subject": subject}
    return (
        ("assess", {"party": subject_id})
        if subject == VICTIM
        else ("assess_as", {"party": subject_id, "subject": subject})
    )


register(
    Condition(
        "unknown_answer",
        "An answer of the assessment that holds is not known",
        "the first assessment that left it unknown; saying so again does not start it anew",
        "it is answered, the person has no such part any more, or the case is closed",
        UNKNOWN,
        page,
        unknown_past,
        parameters=asked,
        with_=ASKED,
    )
)
register(
    Condition(
        "unassessed_person",
        "A victim, a witness, or a case that has no victim, has no assessment",
        "when the person was named as a victim or witness of the case, or the case was opened",
        "they are assessed, it is put off, the person has no such part any more, or the case is closed",
        UNASSESSED,
        page,
        unassessed_past,
    )
)
register(
    Condition(
        "new_report",
        "Something was told after the assessment that holds",
        "the first report or incident entered after the assessment",
        "the person is assessed again, is no victim any more, or the case is closed",
        NEW_REPORT,
        page,
        new_report_past,
    )
)
register(
    Condition(
        "deferral_over",
        "An assessment was put off and the time runs out",
        "the end of the newest deferral; day 0 is the day on which it ends",
        "the person or the case is assessed, it is put off again, or the case is closed",
        DEFERRAL,
        page,
        deferral_past,
    )
)
register(
    Condition(
        "review_due",
        "The days of a band are over",
        "the day on which the band’s days are over, by the local rule for reviews",
        "the person or the case is assessed again, or the case is closed",
        REVIEW,
        page,
        review_past,
        parameters=bands,
        with_=BANDS,
    )
)
