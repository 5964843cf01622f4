"""Reviewing a case: a recorded decision of somebody who does not lead it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.text import filled
from sentinel.risk.supervision.models import SupervisionReview
from sentinel.risk.supervision.queries import clocks_on
from sentinel.risk.supervision.rules import level_of, longest, why_not_review

A_YEAR = 366


def record_review(
    *, actor: Actor, now: datetime, case: Case, looked_at: str, decision: str, reason: str, next_on: date
) -> SupervisionReview:
    """Record what a supervisor looked at, what they decided and why, and by which day in London they look again.

    Raises Refused without the right, for another agency than the owner, and for the lead of the case; Conflict for a
    closed case; Invalid beside looked_at, decision, reason or next_on, which is after today and within the days that
    the local rule gives the band.
    """
    may_write(actor, case, "review_case")
    why = why_not_review(is_lead=case.lead_id == actor.user_id, owns=case.owner_agency_id == actor.agency_id)
    if why:
        raise Refused(why)
    problems: dict[str, list[str]] = {}
    words = {}
    for field, text, asks in (
        ("looked_at", looked_at, "Say what you looked at."),
        ("reason", reason, "Say why: the reason stays beside the decision."),
    ):
        try:
            words[field] = filled(field, text, asks, longest=4000)
        except Invalid as error:
            problems.update(error.errors)
    if decision not in dict(SupervisionReview.DECISIONS):
        problems["decision"] = ["Choose what you decided."]
    level = level_of(actor.rights)
    too_late = _too_late(case, next_on, level, london_date(now))
    if too_late:
        problems["next_on"] = [too_late]
    if problems:
        raise Invalid(problems)
    row = SupervisionReview.objects.create(
        case=case, level=level, band=case.highest_band, decision=decision, reviewed_at=now, reviewer_id=actor.user_id,
        next_on=next_on, **words, **provenance(actor=actor, now=now, record_id=case.id),
    )  # fmt: skip
    tell(
        kind="supervision_reviewed", actor=actor, now=now, case=case, subject_id=row.id,
        payload={"decision": decision, "next_on": next_on.isoformat()},
    )  # fmt: skip
    return row


def _too_late(case: Case, next_on: date, level: int, today: date) -> str | None:
    days = longest(clocks_on(today, case.owner_agency_id), band=case.highest_band, level=level)
    if next_on <= today:
        return "Choose a day after today."
    if next_on > today + timedelta(days=days or A_YEAR):
        return (
            f"The band asks for a review within {days} days. Choose a day until then."
            if days
            else "Choose a day within a year."
        )
    return None
