"""Putting an assessment off for a while, with a reason. That is no assessment, and nothing else waits for either (R58)."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import may_write
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import filled
from sentinel.reports.operations.drafts import lock_submission
from sentinel.risk.about import About, about_what, standing_of
from sentinel.risk.lists import deferral_hours
from sentinel.risk.models import Deferral
from sentinel.risk.operations import may_be_assessed
from sentinel.risk.rules import CASE, VICTIM, deferred_until, why_not_deferred


def hours_for(case: Case, now: datetime) -> int:
    """For how many hours an assessment in this case may be put off, by its category and the local rule of the day."""
    return deferral_hours(case.category, london_date(now), case.owner_agency_id)


def times_deferred(about: About) -> int:
    """How often the assessment of a victim, or of the case that has none, was put off already."""
    return Deferral.objects.filter(**about.named).count()


def defer_assessment(
    *, actor: Actor, now: datetime, case: Case, reason: str, party: Party | None = None
) -> Deferral:
    """Put off the assessment of a victim, or without `party` of the case that has no victim, for the hours that the local
    rule gives to the case's category.

    Whoever assesses may do so once; each further time takes a supervisor (right lower_band). Raises Refused without the
    right, Invalid beside `reason` or for who is not a victim, NotFound for another case's party.
    """
    may_write(actor, case, "assess")
    about = about_what(case, VICTIM if party is not None else CASE, party)
    lock_submission(about.key)
    may_be_assessed(case, about)
    words = filled("reason", reason, "Say why it cannot be done now.", longest=2_000)
    why = why_not_deferred(
        reason=words,
        before=times_deferred(about),
        supervises=actor.may("lower_band"),
        assessed=standing_of(about) is not None,
    )
    if why:
        raise Invalid.of("reason", why)
    audience_id = about.party.audience_id if about.party else None
    row = Deferral.objects.create(
        case=case,
        subject=about.subject,
        party=about.party,
        category=case.category,
        reason=words,
        deferred_at=now,
        until=deferred_until(now, hours_for(case, now)),
        deferred_by_id=actor.user_id,
        standing="opinion",
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience_id),
    )
    raise_event(
        kind="assessment_deferred", actor=actor, now=now, record_id=case.id, subject_id=row.id, audience_id=audience_id,
        payload={
            "party": str(about.party.id) if about.party else None, "subject": about.subject, "until": row.until.isoformat(),
        },
    )  # fmt: skip
    return row
