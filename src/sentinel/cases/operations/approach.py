"""Before anybody approaches the other side: four questions, or a supervisor's reason (design.md)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sentinel.cases.models import Action, ApproachCheck, Case, Party, PartyRole
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import APPROACH, why_not_approach
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid, Refused
from sentinel.kernel.text import filled
from sentinel.questionnaires.models import QuestionSetVersion


def check_approach(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    victim: Party,
    other: Party | None,
    answers: Mapping[str, Any],
    question_set: QuestionSetVersion | None = None,
    override_reason: str = "",
) -> ApproachCheck:
    """Keep the answers to the four questions for one victim, and whether the approach is allowed.

    It is allowed where all four are yes, or where somebody with the right override_approach gives a reason. Each
    answer is yes, no or unknown. Raises Invalid beside an answer that is missing or a party of another case, Refused for
    a reason given without the right.
    """
    may_write(actor, case)
    for field, party in (("victim", victim), ("other", other)):
        if party is not None and party.case_id != case.id:
            raise Invalid.of(field, "Choose somebody of this case.")
    if not PartyRole.objects.filter(
        party=victim, role__in=["victim", "complainant"], until__isnull=True
    ).exists():
        raise Invalid.of("victim", "Choose the victim who is to be kept safe.")
    for question in APPROACH:
        if answers.get(question) not in {"yes", "no", "unknown"}:
            raise Invalid.of(question, "Answer this question, also with “not known”.")
    against = why_not_approach(answers)
    reason = ""
    if against and override_reason.strip():
        if not actor.may("override_approach"):
            raise Refused("Only a supervisor may decide to approach all the same.")
        reason = filled("supervisor_reason", override_reason, "Say why.", longest=4000)
    made = ApproachCheck.objects.create(
        case=case, victim_party=victim, other_party=other, question_set=question_set, answers=dict(answers),
        **{question: answers[question] for question in APPROACH},
        override_reason=reason, allowed=not against or bool(reason), at=now,
        **provenance(actor=actor, now=now, record_id=case.id, audience_id=victim.audience_id),
    )  # fmt: skip
    tell(
        kind="approach_checked", actor=actor, now=now, case=case, subject_id=made.id, audience_id=victim.audience_id,
        payload={"victim": str(victim.id), "other": str(other.id) if other else None, "allowed": made.allowed,
                 "override": bool(reason)},
    )  # fmt: skip
    return made


def may_be_approached(case: Case, now: datetime) -> list[ApproachCheck]:
    """The newest check of each victim of a case."""
    rows = ApproachCheck.objects.filter(case=case, at__lte=now).order_by("victim_party_id", "-at", "-id")
    return list(rows.distinct("victim_party_id"))


def victims_not_asked(case: Case, now: datetime) -> list[uuid.UUID]:
    """The victims (ids of parties) for whom the newest answers do not allow an approach to the other side, or are not there.

    Whoever visits, writes or serves asks this first. Two queries.
    """
    allowed = {one.victim_party_id for one in may_be_approached(case, now) if one.allowed}
    victims = PartyRole.objects.filter(party__case=case, role="victim", until__isnull=True)
    return sorted(set(victims.values_list("party_id", flat=True)) - allowed, key=str)


def approach_must_wait(case: Case, now: datetime) -> bool:
    """Whether an open action goes to the other side although the four questions do not allow it for every victim now: one
    was added since it was planned, or was asked again. At most three queries.
    """
    planned = Action.objects.filter(case=case, approaches=True, settled_at__isnull=True)
    return planned.exists() and bool(victims_not_asked(case, now))
