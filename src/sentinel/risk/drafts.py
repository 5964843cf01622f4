"""An assessment being made, kept until it is finished. Only its assessor reaches it, and it never counts as one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from sentinel.access.operations import make_audience
from sentinel.cases.models import Case
from sentinel.cases.operations.guards import may_write
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.ahead import unread
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.reports.operations.drafts import lock_submission, storable
from sentinel.risk.about import About
from sentinel.risk.models import AssessmentDraft


def draft_of(actor: Actor, about: About) -> AssessmentDraft | None:
    """What the actor began on this and has not finished; None where nothing is kept. One query."""
    return _drafts_of(actor, about).first()


def _drafts_of(actor: Actor, about: About) -> QuerySet[AssessmentDraft]:
    if actor.user_id is None:
        return AssessmentDraft.objects.none()
    rows = AssessmentDraft.objects.filter(subject=about.subject, case_id=about.case_id, party=about.party)
    return rows.filter(assessor_id=actor.user_id, ended_at__isnull=True)


def keep_assessment_draft(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    about: About,
    version: QuestionSetVersion,
    data: Mapping[str, Any],
) -> AssessmentDraft:
    """Keep what has been answered so far of one thing; the first time, the draft is begun. Nothing is checked.

    `data` maps each field of the form to what was typed. Raises Refused without the right, Conflict for a closed case,
    NotFound for what is not this case's.
    """
    may_write(actor, case, "assess")
    if actor.user_id is None or about.case_id != case.id:
        raise NotFound()
    kept = storable(data)
    with transaction.atomic():
        # Two savings at once make one draft.
        lock_submission(uuid.uuid5(about.key, str(actor.user_id)))
        draft = draft_of(actor, about)
        if draft is not None:
            AssessmentDraft.objects.filter(pk=draft.pk).update(
                data=kept, question_set=version, kept_at=now, version=F("version") + 1
            )
            draft.refresh_from_db()
            return draft
        audience = make_audience(actor=actor, now=now, named=[actor.user_id])
        draft = AssessmentDraft.objects.create(
            case=case,
            subject=about.subject,
            party=about.party,
            place=about.place,
            question_set=version,
            assessor_id=actor.user_id,
            data=kept,
            begun_at=now,
            kept_at=now,
            standing="opinion",
            **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience),
        )
        _tell("assessment_begun", actor, now, draft)
    return draft


def throw_assessment_draft_away(*, actor: Actor, now: datetime, about: About) -> None:
    """Throw away what the actor began on this; what was typed is emptied. Raises NotFound where nothing is kept."""
    with transaction.atomic():
        draft = draft_of(actor, about)
        if draft is None or not _end(now, AssessmentDraft.objects.filter(pk=draft.pk)):
            raise NotFound()
        _tell("assessment_thrown_away", actor, now, draft)


def end_assessment_draft(*, actor: Actor, now: datetime, about: About) -> None:
    """The assessment has been kept: what was typed stands there now. Nothing where there was no draft."""
    with unread():
        _end(now, _drafts_of(actor, about))


def _end(now: datetime, drafts: QuerySet[AssessmentDraft]) -> int:
    return drafts.filter(ended_at__isnull=True).update(data={}, ended_at=now, version=F("version") + 1)


def _tell(kind: str, actor: Actor, now: datetime, draft: AssessmentDraft) -> None:
    # The event has the draft's own audience: nobody else learns that somebody began.
    raise_event(
        kind=kind, actor=actor, now=now, record_id=draft.record_id, subject_id=draft.id, audience_id=draft.audience_id,
        payload={"party": str(draft.party_id) if draft.party_id else None, "subject": draft.subject},
    )  # fmt: skip
