"""What is known already, for the questions of a referral: so that the officer confirms it and does not type it again (R37).

Only what this case itself tells goes in, as with a marker (decision 0016): nothing of another record, nothing that was told
to fewer people than the case, no safe address. Of somebody whose identity is protected there is the label and no more; and
where anybody in the case is protected nothing is filled in that somebody wrote, for it may say who they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from sentinel.cases.models import Action, Case, Incident, Party, PartyIdentity
from sentinel.cases.queries import people_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date, show_date
from sentinel.people.models import PersonBirth, PersonFact, SafeContact
from sentinel.people.queries import Known, address_words, age_words, birth_of, facts_of, told_name
from sentinel.people.rules import UNNAMED, contact_words
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import QuestionSet, detail_key, options_chosen
from sentinel.risk.models import Assessment
from sentinel.risk.operations import REASON_QUESTION
from sentinel.risk.rules import band_key

NOT_KNOWN = "Not known"
NOT_ASSESSED = "not_assessed"
# What an answer of an assessment says: a concern about whoever is assessed, or that somebody else is at risk.
PROMPT, SOMEBODY = "safeguarding_prompt", "somebody_at_risk"
INCIDENTS = 5
Fact = TypeVar("Fact", bound=PersonFact)


def filled_in(
    actor: Actor,
    case: Case,
    party: Party | None,
    question_set: QuestionSet,
    on: date,
    *,
    told_in: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Answers to a referral's questions from what this case tells, as the actor may see it; ages on a day in London.

    `told_in` is the assessment that told of them as of somebody else at risk.
    """
    guarded = is_guarded(actor, case, on)
    known: dict[str, Any] = {}
    if party is not None:
        known |= _of_person(actor, case, party, on)
    assessment = _assessment(case, party)
    known |= _of_risk(case, party, assessment, guarded=guarded)
    if told_in is not None and not guarded:
        said = [at_risk_in(told_in, open_to_all=True), known.get("concern", "")]
        known["concern"] = "\n".join(one for one in said if one)
    known["place"] = _place(case) if not guarded else ""
    if not guarded:
        known["happened"] = known["problem"] = _happened(case)
        known["tried"] = _tried(case)
    asked = {one.key: one for one in question_set.questions()}
    return {
        key: value[: asked[key].max_length] if isinstance(value, str) else value
        for key, value in known.items()
        if key in asked and value
    }


def is_guarded(actor: Actor, case: Case, on: date) -> bool:
    """Whether somebody of a case is protected, so that nothing that was written in it is filled in."""
    return any(one.protected for one in people_of(actor, case, on))


def under_18(actor: Actor, case: Case, party: Party, on: date) -> bool | None:
    """Whether somebody of a case is a child, by the births that the actor may see of them; None where that is not known."""
    if party.child_involved:
        return True
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return None
    rows = PersonBirth.objects.filter(person_id=identity.person_id, ended_at__isnull=True)
    said = {birth.is_under(18, on) for row in rows if (birth := birth_of(row))} - {None}
    return said.pop() if len(said) == 1 else None


def concern_of(assessment: Assessment) -> str:
    """The safeguarding concern about whoever is assessed, in the assessor's words; "" where it says none."""
    return _told(assessment, PROMPT)


def somebody_at_risk(assessment: Assessment) -> str:
    """What an assessment tells of somebody else at risk, in the assessor's words; "" where it tells of nobody."""
    return _told(assessment, SOMEBODY)


def at_risk_in(assessment_id: uuid.UUID, *, open_to_all: bool = False) -> str:
    """The same by the assessment's id; "" where the actor may not see it or, asked so, where not all who see the case do."""
    rows = Assessment.objects.filter(pk=assessment_id)
    found = (rows.filter(audience_id__isnull=True) if open_to_all else rows).first()
    return somebody_at_risk(found) if found else ""


def _told(assessment: Assessment, flag: str) -> str:
    question_set = question_set_of(assessment.question_set_id)
    said = []
    for question in question_set.questions():
        chosen = options_chosen(question, assessment.answers.get(question.key))
        if any(option.sets.get(flag) for option in chosen):
            words = str(assessment.answers.get(detail_key(question.key), "")).strip()
            said.append(f"{question.text} {words}" if words else question.text)
    return "\n".join(said)


def has_concern(assessment: Assessment) -> bool:
    """Whether an answer of the assessment calls for a safeguarding referral of whoever is assessed."""
    return bool(concern_of(assessment))


def _assessment(case: Case, party: Party | None) -> Assessment | None:
    rows = Assessment.objects.filter(case=case, party=party, audience_id__isnull=True)
    return rows.exclude(subject="location").order_by("-assessed_at", "-id").first()


def _of_risk(
    case: Case, party: Party | None, assessment: Assessment | None, *, guarded: bool
) -> dict[str, str]:
    if party is None:
        return {"band": band_key(case.highest_band) or NOT_ASSESSED}
    if assessment is None:
        return {"band": NOT_ASSESSED}
    found = {"band": band_key(assessment.band) or NOT_ASSESSED}
    if not guarded:
        reason = str(assessment.answers.get(REASON_QUESTION, "")).strip()
        reasons = dict.fromkeys(one for one in (assessment.judgement_reason.strip(), reason) if one)
        found["band_why"] = "\n".join(reasons)
        found["concern"] = concern_of(assessment)
    return found


def _of_person(actor: Actor, case: Case, party: Party, on: date) -> dict[str, str]:
    if party.identity_protected:
        return {"name": party.label}
    identity = PartyIdentity.objects.filter(party=party).first()
    if identity is None:
        return {"name": party.label or party.description[:80]}
    known = facts_of(actor, [identity.person_id]).get(identity.person_id)
    if known is None:
        return {"name": party.label}
    of_case = replace(
        known,
        names=_here(known.names, case, party),
        births=_here(known.births, case, party),
        contact_points=_here(known.contact_points, case, party),
        addresses=_here(known.addresses, case, party),
        safe_contacts=_here(known.safe_contacts, case, party),
    )
    name = told_name(of_case, party.audience_id)
    home = of_case.home
    lives = "" if home is None or home.safe_address else address_words(home)
    return {
        "name": "" if name == UNNAMED else name,
        "born": _born(of_case, on),
        "lives": lives,
        "contact": _contact(of_case),
        "language": _language(of_case.safe_contact),
    }


def _here(rows: Iterable[Fact], case: Case, party: Party) -> list[Fact]:
    return [
        row
        for row in rows
        if row.record_id == case.id and row.audience_id in {None, party.audience_id} and row.ended_at is None
    ]


def _born(known: Known, on: date) -> str:
    row = known.birth
    age = age_words(known, on)
    if row is None or not age:
        return NOT_KNOWN
    return f"{show_date(row.born_on)}, {age}" if row.precision == "day" and row.born_on else f"About {age}"


def _contact(known: Known) -> str:
    """How it is safe to get in touch; a number or an address of post only where it is one of the safe ways."""
    safe = known.safe_contact
    if safe is None:
        return contact_words(methods=None)
    methods = tuple(safe.methods or [safe.method])
    lines = [contact_words(methods=methods, do_not_visit=safe.do_not_visit, through=safe.through)]
    if {"phone", "text"} & set(methods):
        lines += [row.value for row in known.phones()[:2]]
    if "email" in methods:
        lines += [row.value for row in known.emails()[:1]]
    lines += [f"Times: {safe.times}"] if safe.times else []
    if safe.message_may_be_left is not None:
        lines.append("A message may be left" if safe.message_may_be_left else "No message may be left")
    lines += [f"May also answer: {safe.others_may_answer}"] if safe.others_may_answer else []
    return ". ".join(line.rstrip(".") for line in lines) + "."


def _language(safe: SafeContact | None) -> str:
    if safe is None:
        return ""
    said = [safe.language, "needs an interpreter" if safe.interpreter else "", safe.format, safe.adjustments]
    return ", ".join(one for one in said if one)


def _place(case: Case) -> str:
    return case.place.line if case.place else ""


def _happened(case: Case) -> str:
    rows = Incident.objects.filter(case=case, audience_id__isnull=True).order_by("-created_at", "-id")[
        :INCIDENTS
    ]
    return "\n".join(f"{show_date(_day(row.occurred_from or row.created_at))}: {row.words}" for row in rows)


def _day(moment: datetime) -> date:
    return london_date(moment)


def _tried(case: Case) -> str:
    # What is done, and nothing that is only meant: partners would be told of a visit that nobody has made.
    rows = (
        Action.objects.filter(case=case, audience_id__isnull=True, outcome="done")
        .select_related("agency")
        .order_by("created_at", "id")
    )
    return "\n".join(f"{row.what} ({row.agency.short_name})" for row in rows[:20])
