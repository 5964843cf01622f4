"""Assessing somebody, and keeping what the case says of its people's risk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from sentinel.cases.models import Case, Incident, Party, PartyIdentity, PartyRole
from sentinel.cases.operations.guards import hold
from sentinel.cases.operations.holding import put_on, write_held
from sentinel.cases.operations.status import set_status
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.ahead import sent_ahead, unread
from sentinel.foundation.events import raise_event
from sentinel.foundation.jobs import defer
from sentinel.foundation.rows import put
from sentinel.kernel.births import Birth
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.people.models import PersonBirth
from sentinel.people.queries import birth_of
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, Style, check_for_band, score, settled
from sentinel.reports.operations.drafts import lock_submission
from sentinel.risk.about import About, about_what, has_victim, standing_of
from sentinel.risk.drafts import end_assessment_draft
from sentinel.risk.models import Assessment, LoweringAsked
from sentinel.risk.rules import (
    AGE_OF_RESPONSIBILITY,
    BAND_NUMBERS,
    CASE,
    PERPETRATOR,
    Assessor,
    Decided,
    Given,
    Standing,
    band_key,
    decide,
    why_not_assessed,
)
from sentinel.risk.tasks import tell_assessed_beside

REASON_QUESTION = "band_reason"
ANY = object()
SENT_TWICE = timedelta(minutes=5)
ADULT = 18


@sent_ahead()
def assess(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    version: QuestionSetVersion,
    answers: Mapping[str, Any],
    party: Party | None = None,
    band: str | None = None,
    judgement_reason: str = "",
    seen: object = ANY,
) -> Assessment:
    """Assess what the question set is about: one party of a case, the case that has no victim, or the case's place. The
    answers, the band that they give and the judgement on it.

    `answers` as the engine reads them; `band` ("low", "medium", "high") is the assessor's own, needed where the set is
    judged; its reason may stand in the question `band_reason`. `seen` is the id of the assessment that was shown as the
    standing one (None: there was none). Where another came in between, both are kept, this one names it (`beside`), and
    the higher band of the two holds until somebody who has seen both decides otherwise. Everything
    that must be answered must be, unless an answer alone makes it high: then it is kept at once and what is missing
    stays open. Raises Refused without the right, Invalid with the questions' keys and `band` or `judgement_reason`,
    NotFound for another case's party.
    """
    # Locked until the end, so that the summary on it is that of all its assessments.
    case = hold(actor, case, "assess")
    about = about_what(case, version.subject, party)
    if about.place is not None:
        lock_submission(about.place.id)  # the place's other cases have other rows to lock
    may_be_assessed(case, about)
    standing = standing_of(about)
    if standing is not None and _is_sent_twice(standing, actor, version, answers, band, now):
        return standing
    beside = standing if seen is not ANY and standing is not None and seen != standing.id else None
    question_set = question_set_of(version.id)
    reason = judgement_reason.strip() or str(answers.get(REASON_QUESTION, "")).strip()
    chosen = BAND_NUMBERS.get(band or "")
    agrees_with_birth(question_set, answers, about.party, now)
    kept, given, points = read_answers(question_set, answers, now)
    if beside is not None:
        band, reason = _not_below(beside, given, band, reason)
    decided = _decide(actor, given, band, reason, standing, question_set)
    audience_id = about.party.audience_id if about.party else None
    row = put(
        Assessment(
            case=case,
            subject=about.subject,
            party=about.party,
            place=about.place,
            question_set=version,
            answers=kept,
            score=points,
            computed_band=given.computed,
            automatic=[one.question for one in score(question_set, kept).automatic_reasons],
            band=decided.band,
            chosen=chosen,
            judgement=decided.judgement,
            judgement_reason=reason if decided.judgement else "",
            assessor_id=actor.user_id,
            assessed_at=now,
            beside=beside,
            standing="opinion",
            **provenance(actor=actor, now=now, record_id=case.id, audience_id=audience_id),
        )
    )
    raise_event(
        kind="assessed",
        actor=actor,
        now=now,
        record_id=case.id,
        subject_id=row.id,
        audience_id=audience_id,
        payload={
            "party": str(about.party.id) if about.party else None,
            "subject": about.subject,
            "band": band_key(row.band),
            # What another case of the place says is not told on this one's timeline: not everybody here may read it.
            "before": band_key(standing.band) if standing and standing.case_id == case.id else None,
            "judgement": row.judgement,
            **({"beside": str(beside.id)} if beside else {}),
        },
        holding=[case, row, *([about.party] if about.party else [])],
    )
    if beside is not None and beside.assessor_id not in {None, actor.user_id}:
        defer(tell_assessed_beside, user_id=str(beside.assessor_id))
    if about.unfinished:
        overtake(about, now)
        end_assessment_draft(actor=actor, now=now, about=about)
    recount(actor=actor, now=now, case=case)
    write_held(case)
    if case.status == "new" and not case.unassessed:
        set_status(actor=actor, now=now, case=case, version=case.version, status="assessed", by_itself=True)
    return row


def overtake(about: About, now: datetime) -> None:
    """What was asked of a supervisor and not decided is asked no more: it was assessed, or asked, anew."""
    with unread():
        LoweringAsked.objects.filter(**about.named, decided_at__isnull=True).update(
            decision="overtaken", decided_at=now, version=F("version") + 1
        )


def _not_below(beside: Assessment, given: Given, band: str | None, reason: str) -> tuple[str | None, str]:
    """The band and reason of who had not seen the assessment that was made meanwhile: never below that one's band."""
    chosen = BAND_NUMBERS.get(band or "", given.computed)
    if chosen >= beside.band:
        return band, reason
    held = band_key(beside.band)
    if given.computed and not reason:
        reason = f"Assessed as {held} at the same time by somebody else: the higher holds."
    return held, reason


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


def may_be_assessed(case: Case, about: About) -> None:
    """Raise Invalid, with why, unless this may be assessed: a person by role and age, a case only without a victim."""
    if about.subject == CASE:
        if has_victim(case.id):
            raise Invalid("This case has a victim. Assess the victim instead.")
        return
    party = about.party
    if party is None:
        return
    roles: Iterable[str] | None = about.roles
    if roles is None:
        roles = PartyRole.objects.filter(party=party, until__isnull=True).values_list("role", flat=True)
    why = why_not_assessed(
        subject=about.subject,
        roles=roles,
        child_involved=party.child_involved,
        under_age=about.subject == PERPETRATOR and was_under_ten(case, party),
    )
    if why:
        raise Invalid(why)


def agrees_with_birth(
    question_set: QuestionSet, answers: Mapping[str, Any], party: Party | None, now: datetime
) -> None:
    """Raise Invalid, beside the question whether somebody is under 18, where the birth on record says otherwise.

    Only what the actor may see of it, and only where it tells; a set that does not ask costs nothing.
    """
    asked = [
        (question.key, bool(option.sets["under_18"]), option.key)
        for question in question_set.questions()
        for option in question.options
        if "under_18" in option.sets
    ]
    if not asked or party is None:
        return
    known = [one.is_under(ADULT, london_date(now)) for one in _births_of(party)]
    for key, means, option in asked:
        said = answers.get(key)
        young = means if said == option else not means if said in {"yes", "no"} else None
        if young is not None and known and all(one is not None and one != young for one in known):
            words = "under 18" if known[0] else "18 or over"
            raise Invalid.of(
                key, f"The birth on record makes them {words}. Answer so, or put the birth right first."
            )


def _births_of(party: Party) -> list[Birth]:
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return []
    rows = PersonBirth.objects.filter(person_id=identity.person_id, ended_at__isnull=True)
    return [known for row in rows if (known := birth_of(row))]


def was_under_ten(case: Case, party: Party) -> bool:
    """Whether a known birth makes this a child under 10 at the first incident of the case."""
    births = _births_of(party)
    if not births:
        return False
    days = Incident.objects.filter(case=case).values_list("occurred_from", flat=True)
    first = min((london_date(day) for day in days if day), default=london_date(case.told_at))
    return any(known.is_under(AGE_OF_RESPONSIBILITY, first) for known in births)


def read_answers(
    question_set: QuestionSet, answers: Mapping[str, Any], now: datetime
) -> tuple[dict[str, Any], Given, int | None]:
    """The answers as they are kept, what they give, and their points. Raises Invalid with the questions' keys."""
    kept = settled(question_set, answers)
    outcome = score(question_set, kept)
    errors = check_for_band(question_set, answers, today=london_date(now))
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
    """Put the highest band and how many are unassessed on a case whose row the caller has locked: of its victims, or of itself
    where it has none. All assessments count, also those that the actor does not reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT highest, unassessed FROM risk_summary(%s)", [case.id])
        row = cursor.fetchone()
    if row is None or row == (case.highest_band, case.unassessed):
        return
    highest, unassessed = row
    since = case.band_since if highest == case.highest_band else now
    put_on(case, highest_band=highest, unassessed=unassessed, band_since=since, changed_at=now)


def recount_record(*, actor: Actor, now: datetime, record_id: uuid.UUID) -> None:
    """The same for the case that a record is; nothing where it is a report's record, or a case that the actor does not work on."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=record_id).first()
    if case is not None:
        recount(actor=actor, now=now, case=case)
