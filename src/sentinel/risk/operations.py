"""Assessing somebody, and keeping what the case says of its people's risk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sentinel.cases.models import Case, Incident, Party, PartyIdentity, PartyRole
from sentinel.cases.operations.guards import may_write
from sentinel.cases.operations.status import set_status
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.people.models import PersonBirth
from sentinel.people.queries import birth_of
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, Style, check_answers, score, settled
from sentinel.risk.drafts import end_assessment_draft
from sentinel.risk.models import Assessment
from sentinel.risk.rules import (
    AGE_OF_RESPONSIBILITY,
    BAND_NUMBERS,
    PERPETRATOR,
    Assessor,
    Decided,
    Given,
    Standing,
    band_key,
    decide,
    why_not_assessed,
)

REASON_QUESTION = "band_reason"
ANY = object()
SENT_TWICE = timedelta(minutes=5)


def assess(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    party: Party,
    version: QuestionSetVersion,
    answers: Mapping[str, Any],
    band: str | None = None,
    judgement_reason: str = "",
    seen: object = ANY,
) -> Assessment:
    """Assess one party of a case: the answers, the band that they give and the judgement on it.

    `answers` as the engine reads them; `band` ("low", "medium", "high") is the assessor's own, needed where the set is
    judged; its reason may stand in the question `band_reason`. `seen` is the id of the assessment that was shown as the
    standing one (None: there was none), so that two people who assess at once do not pass over each other. Everything
    that must be answered must be, unless an answer alone makes it high: then it is kept at once and what is missing
    stays open. Raises Refused without the right, Invalid with the questions' keys and `band` or `judgement_reason`,
    Conflict where another assessment came in between, NotFound for another case's party.
    """
    may_write(actor, case, "assess")
    # The case's row is locked until the end, so that the summary on it is that of all its assessments.
    case = Case.objects.select_for_update().get(pk=case.pk)
    party = _party_of(case, party)
    subject = version.subject
    _may_be_assessed(case, party, subject)
    standing = _standing(party, subject)
    if standing is not None and _is_sent_twice(standing, actor, version, answers, band, now):
        return standing
    if seen is not ANY and seen != (standing.id if standing else None):
        raise Conflict("Somebody else has assessed this person meanwhile. Look at that assessment first.")
    question_set = question_set_of(version.id)
    reason = judgement_reason.strip() or str(answers.get(REASON_QUESTION, "")).strip()
    kept, given, points = _read(question_set, answers, now)
    decided = _decide(actor, given, band, reason, standing, question_set)
    row = Assessment.objects.create(
        case=case,
        party=party,
        question_set=version,
        answers=kept,
        score=points,
        computed_band=given.computed,
        automatic=[one.question for one in score(question_set, kept).automatic_reasons],
        band=decided.band,
        judgement=decided.judgement,
        judgement_reason=reason if decided.judgement else "",
        assessor_id=actor.user_id,
        assessed_at=now,
        standing="opinion",
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=party.audience_id),
    )
    raise_event(
        kind="assessed",
        actor=actor,
        now=now,
        record_id=case.id,
        subject_id=row.id,
        audience_id=party.audience_id,
        payload={
            "party": str(party.id),
            "subject": subject,
            "band": band_key(row.band),
            "before": band_key(standing.band) if standing else None,
            "judgement": row.judgement,
        },
    )
    end_assessment_draft(actor=actor, now=now, party=party)
    recount(actor=actor, now=now, case=case)
    if case.status == "new" and not case.unassessed:
        set_status(actor=actor, now=now, case=case, version=case.version, status="assessed")
    return row


def _party_of(case: Case, party: Party) -> Party:
    found = Party.objects.filter(pk=party.pk, case=case).first()
    if found is None:
        raise NotFound()
    return found


def _is_sent_twice(
    standing: Assessment,
    actor: Actor,
    version: QuestionSetVersion,
    answers: Mapping[str, Any],
    band: str | None,
    now: datetime,
) -> bool:
    """Whether the same person has just sent the same form: a double click makes one assessment."""
    return (
        standing.assessor_id == actor.user_id
        and standing.question_set_id == version.id
        and now - standing.assessed_at < SENT_TWICE
        and band in {None, band_key(standing.band)}
        and settled(question_set_of(version.id), answers) == standing.answers
    )


def _standing(party: Party, subject: str) -> Assessment | None:
    return (
        Assessment.objects.filter(party=party, question_set__subject=subject)
        .order_by("-assessed_at", "-id")
        .first()
    )


def _may_be_assessed(case: Case, party: Party, subject: str) -> None:
    roles = PartyRole.objects.filter(party=party, until__isnull=True).values_list("role", flat=True)
    why = why_not_assessed(
        subject=subject,
        roles=roles,
        child_involved=party.child_involved,
        under_age=subject == PERPETRATOR and _was_under_ten(case, party),
    )
    if why:
        raise Invalid(why)


def _was_under_ten(case: Case, party: Party) -> bool:
    """Whether a known birth makes this a child under 10 at the first incident of the case."""
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return False
    births = PersonBirth.objects.filter(person_id=identity.person_id, ended_at__isnull=True)
    days = Incident.objects.filter(case=case).values_list("occurred_from", flat=True)
    first = min((london_date(day) for day in days if day), default=london_date(case.told_at))
    return any(known.is_under(AGE_OF_RESPONSIBILITY, first) for row in births if (known := birth_of(row)))


def _read(
    question_set: QuestionSet, answers: Mapping[str, Any], now: datetime
) -> tuple[dict[str, Any], Given, int | None]:
    kept = settled(question_set, answers)
    outcome = score(question_set, kept)
    errors = check_answers(question_set, answers, complete=not outcome.automatic, today=london_date(now))
    if errors:
        raise Invalid(errors)
    computed = 0
    if question_set.style is Style.SCORED and outcome.band is not None:
        computed = BAND_NUMBERS[outcome.band]
    return kept, Given(computed, outcome.automatic), outcome.score


def _decide(
    actor: Actor,
    given: Given,
    band: str | None,
    reason: str,
    standing: Assessment | None,
    question_set: QuestionSet,
) -> Decided:
    if band and band not in BAND_NUMBERS:
        raise Invalid.of("band", "Choose low, medium or high.")
    try:
        return decide(
            given=given,
            chosen=BAND_NUMBERS[band] if band else None,
            reason=reason,
            standing=Standing(standing.band, standing.assessor_id) if standing else None,
            by=Assessor(actor.user_id, actor.may("raise_band"), actor.may("lower_band")),
        )
    except Invalid as error:
        if "judgement_reason" in error.errors and question_set.question(REASON_QUESTION):
            raise error.under(REASON_QUESTION) from error
        raise


def recount(*, actor: Actor, now: datetime, case: Case) -> None:
    """Put the highest band and the number of unassessed victims on the case. All assessments count, also those that the
    actor does not reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT highest, unassessed FROM risk_summary(%s)", [case.id])
        row = cursor.fetchone()
    if row is None:
        return
    highest, unassessed = row
    Case.objects.filter(pk=case.pk).exclude(highest_band=highest, unassessed=unassessed).update(
        highest_band=highest, unassessed=unassessed, changed_at=now
    )
    case.highest_band, case.unassessed = highest, unassessed


def recount_record(*, actor: Actor, now: datetime, record_id: uuid.UUID) -> None:
    """The same for the case that a record is; nothing where it is a report's record."""
    case = Case.objects.filter(pk=record_id).first()
    if case is not None:
        recount(actor=actor, now=now, case=case)
