"""Reading assessments: which one stands for each party, how old it is against the reports, what is still not known."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from sentinel.cases.models import Case, Incident, Party, PartyRole
from sentinel.cases.once import once
from sentinel.cases.queries import roles_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.kernel.errors import NotFound
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version, question_set_of, rule_content
from sentinel.questionnaires.rules import Outcome, score
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment
from sentinel.risk.rules import PERPETRATOR, VICTIM, band_key

MATRIX_RULE = "risk-matrices"


@dataclass(frozen=True)
class Unknown:
    """A question answered with "not known", or not answered at all, and since when (UTC): saying it again never
    restarts the clock."""

    key: str
    text: str
    since: datetime


@dataclass(frozen=True)
class Assessed:
    """The assessment that stands for one party.

    `band` is "high", "medium" or "low"; `number` 3, 2 or 1. `stale_since` is when the report that is newer than the
    assessment was told (UTC), None where there is none. `judgement` is "", "judged", "raised" or "lowered".
    """

    id: uuid.UUID
    party_id: uuid.UUID
    case_id: uuid.UUID
    subject: str
    band: str
    number: int
    at: datetime
    assessor_id: uuid.UUID | None
    assessor: str
    judgement: str
    reason: str
    automatic: tuple[str, ...]
    score: int | None
    max_score: int
    unknown: tuple[Unknown, ...]
    stale_since: datetime | None
    flags: Mapping[str, bool | str]


# Rows of case data are wide; a page of many cases reads one for each assessment ever made in them.
SHOWN = (
    "party_id", "case_id", "band", "assessed_at", "judgement", "judgement_reason", "score", "answers",
    "question_set__subject", "assessor__name",
)  # fmt: skip


def matrix_for(subject: str, on: date, agency_id: uuid.UUID | None) -> QuestionSetVersion:
    """The question set that an agency uses for a subject on a day (the local rule `risk-matrices`).

    Raises NotFound where the partnership has none for that subject.
    """
    for item in rule_content(MATRIX_RULE, on, agency_id)["items"]:
        if item["key"] == subject:
            return current_version(item["set"], on)
    raise NotFound("The partnership has no assessment for this yet.")


def parties_by_case(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, set[str]]]:
    """For each case its parties, each with the roles held now. One query."""
    found: dict[uuid.UUID, dict[uuid.UUID, set[str]]] = defaultdict(dict)
    rows = Party.objects.filter(case_id__in=list(case_ids)).values_list(
        "case_id", "id", "roles__role", "roles__until"
    )
    for case_id, party_id, role, until in rows:
        held = found[case_id].setdefault(party_id, set())
        if role and until is None:
            held.add(role)
    return found


def standing_by_case(
    actor: Actor, case_ids: Iterable[uuid.UUID], *, newest: Mapping[uuid.UUID, datetime] | None = None
) -> dict[uuid.UUID, dict[tuple[uuid.UUID, str], Assessed]]:
    """For each case the assessments that stand, by party and subject. One query, however many cases.

    `newest` is when something was last told in each case (UTC), where the caller knows it already.
    """
    ids = list(case_ids)
    chains: dict[tuple[uuid.UUID, uuid.UUID, str], list[Assessment]] = defaultdict(list)
    tellings: dict[uuid.UUID, datetime | None] = dict(newest or {})
    for row in _assessments(ids) if newest is not None else _assessments_and_tellings(ids):
        chains[row.case_id, row.party_id, row.question_set.subject].append(row)
        if newest is None:
            tellings.setdefault(row.case_id, row.told)
    found: dict[uuid.UUID, dict[tuple[uuid.UUID, str], Assessed]] = defaultdict(dict)
    for (case_id, party_id, subject), chain in chains.items():
        found[case_id][party_id, subject] = _assessed(chain, tellings.get(case_id))
    return found


def _shown(cases: list[uuid.UUID]) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(Among("case_id", cases)).select_related("assessor", "question_set")
    return rows.only(*SHOWN).order_by("assessed_at", "id")


@compiled
def _assessments(cases: list[uuid.UUID]) -> QuerySet[Any]:
    return _shown(cases)


@compiled
def _assessments_and_tellings(cases: list[uuid.UUID]) -> QuerySet[Any]:
    return _shown(cases).annotate(told=_last_telling())


def _last_telling() -> Greatest:
    """When something was last told in the case of a row, or an incident entered."""
    reports = Report.objects.filter(case=OuterRef("case")).order_by("-entered_at").values("entered_at")
    incidents = Incident.objects.filter(case=OuterRef("case")).order_by("-created_at").values("created_at")
    return Greatest(Subquery(reports[:1]), Subquery(incidents[:1]))


def _assessed(chain: list[Assessment], newest: datetime | None) -> Assessed:
    row = chain[-1]
    question_set = question_set_of(row.question_set_id)
    outcome = score(question_set, row.answers)
    return Assessed(
        id=row.id,
        party_id=row.party_id,
        case_id=row.case_id,
        subject=row.question_set.subject,
        band=band_key(row.band) or "",
        number=row.band,
        at=row.assessed_at,
        assessor_id=row.assessor_id,
        assessor=row.assessor.name if row.assessor else "",
        judgement=row.judgement,
        reason=row.judgement_reason,
        automatic=tuple(one.reason for one in outcome.automatic_reasons),
        score=row.score,
        max_score=outcome.max_score,
        unknown=tuple(_unknowns(chain, outcome)),
        stale_since=newest if newest is not None and newest > row.assessed_at else None,
        flags=outcome.flags,
    )


def _open_questions(row: Assessment) -> list[str]:
    return _left_open(score(question_set_of(row.question_set_id), row.answers))


def _left_open(outcome: Outcome) -> list[str]:
    return [*outcome.unknowns, *outcome.unanswered]


def _unknowns(chain: list[Assessment], outcome: Outcome) -> list[Unknown]:
    """What the newest of a chain leaves open, each since the first of the assessments that left it so unbroken."""
    newest = chain[-1]
    question_set = question_set_of(newest.question_set_id)
    since = dict.fromkeys(_left_open(outcome), newest.assessed_at)
    still = set(since)
    for row in reversed(chain[:-1]):
        still &= set(_open_questions(row))
        if not still:
            break
        for key in still:
            since[key] = row.assessed_at
    asked = {question.key: question.text for question in question_set.questions()}
    return [Unknown(key, asked[key], at) for key, at in since.items()]


def _one_for_each(
    parties: Mapping[uuid.UUID, set[str]], standing: Mapping[tuple[uuid.UUID, str], Assessed]
) -> dict[uuid.UUID, Assessed | None]:
    """A victim is shown with the victim's assessment, also where there are counter-allegations; others with their own."""
    return {
        party_id: standing.get((party_id, VICTIM if VICTIM in roles else PERPETRATOR))
        for party_id, roles in parties.items()
    }


def current_for_cases(
    actor: Actor, case_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[uuid.UUID, Assessed | None]]:
    """For each case every party with the assessment that stands, None where there is none. Three queries."""
    ids = list(case_ids)
    parties = parties_by_case(ids)
    standing = standing_by_case(actor, ids)
    return {case_id: _one_for_each(parties.get(case_id, {}), standing.get(case_id, {})) for case_id in ids}


def standing_in(actor: Actor, case: Case) -> Mapping[tuple[uuid.UUID, str], Assessed]:
    """The assessments that stand in one case, by party and subject; fetched once for a page (cases.once). One query."""
    return once(case, "risk.standing", lambda: standing_by_case(actor, [case.id]).get(case.id, {}))


def current_assessments(actor: Actor, case: Case) -> dict[uuid.UUID, Assessed | None]:
    """Every party of a case with the assessment that stands for it, None where there is none. Two queries."""
    return _one_for_each(roles_of(actor, case), standing_in(actor, case))


def unassessed_in(actor: Actor, case: Case) -> list[uuid.UUID]:
    """The victims of one case (ids of parties) who have no assessment. Two queries, none that the page has made."""
    standing = standing_in(actor, case)
    return [
        party_id
        for party_id, roles in roles_of(actor, case).items()
        if VICTIM in roles and (party_id, VICTIM) not in standing
    ]


def unassessed(actor: Actor, case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """For each of some cases the victims (ids of parties) who have no assessment. Two queries.

    Worked out from the parties themselves and never from a counter: nobody can be missed by a missed step.
    """
    ids = list(case_ids)
    assessed = set(
        Assessment.objects.filter(case_id__in=ids, question_set__subject=VICTIM).values_list(
            "party_id", flat=True
        )
    )
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    victims = (
        PartyRole.objects.filter(party__case_id__in=ids, role=VICTIM, until__isnull=True)
        .order_by("since", "id")
        .values_list("party__case_id", "party_id")
    )
    for case_id, party_id in victims:
        if party_id not in assessed and case_id is not None and party_id not in found[case_id]:
            found[case_id].append(party_id)
    return {case_id: some for case_id, some in found.items() if some}


def history(actor: Actor, party: Party, subject: str) -> list[Assessment]:
    """Every assessment of a party on a subject, newest first."""
    return list(
        Assessment.objects.filter(party=party, question_set__subject=subject)
        .select_related("assessor", "question_set")
        .order_by("-assessed_at", "-id")
    )
