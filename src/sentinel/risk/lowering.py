"""Asking a supervisor to lower a band, and deciding on it. Until then the band and the marker stand (R42)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from sentinel.cases.models import Case, Party
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.kernel.text import filled
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.about import About, about_what, standing_of
from sentinel.risk.drafts import end_assessment_draft
from sentinel.risk.models import LoweringAsked
from sentinel.risk.operations import (
    REASON_QUESTION,
    agrees_with_birth,
    assess,
    may_be_assessed,
    overtake,
    read_answers,
)
from sentinel.risk.rules import BAND_NUMBERS, band_key, why_not_asked_lower
from sentinel.risk.tasks import tell_lowering_decided

CONFIRM, REFUSE = "confirm", "refuse"
ANSWERS = ("confirmed", "refused")
# Under this name what waits in a case comes with it (cases.queries.comes_with).
WAITING = "lowerings_waiting"


def ask_to_lower(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    version: QuestionSetVersion,
    answers: Mapping[str, Any],
    seen: uuid.UUID | None,
    party: Party | None = None,
    band: str | None = None,
    judgement_reason: str = "",
) -> LoweringAsked:
    """Keep answers and a lower band for a supervisor to decide on. What was asked before of the same is overtaken.

    `answers`, `band`, `judgement_reason` and `seen` as in `operations.assess`. Raises Refused without the right, Conflict for a closed
    case, Invalid with the questions' keys, `band` or the field of the reason; where another assessment came in between; and where the
    answers themselves give more than the band that stands: those are kept first.
    """
    may_write(actor, case, "assess")
    case = Case.objects.select_for_update().get(pk=case.pk)
    about = about_what(case, version.subject, party)
    may_be_assessed(case, about)
    standing = standing_of(about)
    if standing is None:
        raise Invalid.of("band", "Nobody has assessed this yet: there is no band to lower.")
    if standing.id != seen:
        raise Invalid.of("band", "Somebody assessed the same while you were writing. Look at theirs first.")
    question_set = question_set_of(version.id)
    agrees_with_birth(question_set, answers, about.party, now)
    kept, given, _ = read_answers(question_set, answers, now)
    wanted = BAND_NUMBERS.get(band or "", given.computed)
    if why := why_not_asked_lower(given=given, wanted=wanted, stands=standing.band):
        raise Invalid.of("band", why)
    reason = judgement_reason.strip() or str(kept.get(REASON_QUESTION, "")).strip()
    if not reason:
        field = REASON_QUESTION if question_set.question(REASON_QUESTION) else "judgement_reason"
        raise Invalid.of(field, "Say why: the supervisor reads it.")
    overtake(about, now)
    audience_id = about.party.audience_id if about.party else None
    row = LoweringAsked.objects.create(
        case=case, subject=about.subject, party=about.party, place=about.place, question_set=version, answers=kept, stands=standing,
        from_band=standing.band, band=wanted, reason=reason, asked_by_id=actor.user_id, asked_at=now, standing="opinion",
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience_id),
    )  # fmt: skip
    end_assessment_draft(actor=actor, now=now, about=about)
    _tell("lowering_asked", actor, now, row)
    return row


def decide_lowering(
    *, actor: Actor, now: datetime, case: Case, row: LoweringAsked, version: int, decision: str, reason: str
) -> LoweringAsked:
    """Confirm a lower band, which makes it the assessment that stands, or refuse it; either with a reason.

    Raises Refused without the right lower_band, Conflict where it was decided or overtaken meanwhile, Invalid beside `decision` or
    `reason`; also for who asked, and for who made the assessment of high that stands.
    """
    may_write(actor, case, "lower_band")
    case = Case.objects.select_for_update().get(pk=case.pk)
    row = LoweringAsked.objects.select_related("party", "question_set", "asked_by").get(pk=row.pk, case=case)
    if row.decision:
        raise Conflict("It was decided, or assessed anew, meanwhile.")
    if decision not in {CONFIRM, REFUSE}:
        raise Invalid.of("decision", "Choose whether the band is lowered.")
    if row.asked_by_id == actor.user_id:
        raise Invalid.of("decision", "You asked for it. Another supervisor decides.")
    words = filled("reason", reason, "Say why: the reason stays beside the band.", longest=4000)
    confirmed = decision == CONFIRM
    row = change(
        row, version, decision="confirmed" if confirmed else "refused", decision_reason=words, decided_at=now,
        decided_by_id=actor.user_id,
    )  # fmt: skip
    if row.asked_by_id is not None:
        defer(tell_lowering_decided, user_id=str(row.asked_by_id))
    if not confirmed:
        _tell("lowering_refused", actor, now, row)
        return row
    try:
        made = assess(
            actor=actor, now=now, case=case, version=row.question_set, answers=row.answers, party=row.party,
            band=band_key(row.band), judgement_reason=words, seen=row.stands_id,
        )  # fmt: skip
    except Invalid as error:
        raise Invalid.of(
            "decision", " ".join(one for some in error.errors.values() for one in some)
        ) from error
    LoweringAsked.objects.filter(pk=row.pk).update(assessment=made)
    return row


def read_answer(*, actor: Actor, now: datetime, row: LoweringAsked, version: int) -> LoweringAsked:
    """Whoever asked says that they have read what was decided: it leaves their work.

    Raises NotFound for anybody else and where nothing is decided, Conflict where it changed since `version`.
    """
    if row.asked_by_id != actor.user_id or row.decision not in ANSWERS:
        raise NotFound()
    return change(row, version, answer_read_at=now)


def _tell(kind: str, actor: Actor, now: datetime, row: LoweringAsked) -> None:
    payload = {
        "party": str(row.party_id) if row.party_id else None, "subject": row.subject, "band": band_key(row.band),
        "from": band_key(row.from_band),
    }  # fmt: skip
    tell(
        kind=kind, actor=actor, now=now, case=row.case, subject_id=row.id, audience_id=row.audience_id, payload=payload
    )  # fmt: skip


def asked_of(about: About) -> LoweringAsked | None:
    """What is asked of a supervisor about this and not decided yet. One query."""
    rows = LoweringAsked.objects.filter(**about.named).filter(case_id=about.case_id, decided_at__isnull=True)
    return rows.select_related("asked_by", "stands__assessor").first()


def unread_answers(user_id: uuid.UUID | None) -> QuerySet[LoweringAsked]:
    """What was decided of what somebody asked for, and they have not said that they read."""
    return LoweringAsked.objects.filter(
        asked_by_id=user_id, decision__in=ANSWERS, answer_read_at__isnull=True
    )


def answer_to(actor: Actor, about: About) -> LoweringAsked | None:
    """The newest decision about this that the actor asked for and has not said that they read. One query."""
    rows = unread_answers(actor.user_id).filter(**about.named).filter(case_id=about.case_id)
    return rows.select_related("decided_by").order_by("-decided_at").first()


def waiting_with_case() -> ArraySubquery:
    """What waits for a supervisor in a case, as the reader may see it, for a query of cases."""
    rows = LoweringAsked.objects.filter(case=OuterRef("pk"), decided_at__isnull=True).order_by(
        "asked_at", "id"
    )
    return ArraySubquery(rows.values(json=JSONObject(party="party_id", subject="subject", band="band")))
