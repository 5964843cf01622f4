"""The figures counted again, one case after the other in Python, by nothing that the product counts with."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sentinel.cases.models import Case, PartyRole
from sentinel.insight.rules import AGES, Figures, total
from sentinel.kernel.clock import london_date
from sentinel.questionnaires.queries import question_set_of
from sentinel.risk.models import Assessment, Deferral, HighRisk, ToldOfHighRisk
from sentinel.risk.rules import BAND_KEYS, review_due

DAYS = {"high": 14, "medium": 28, "low": 56}
ROLE = {"victim": "victim", "perpetrator": "alleged_perpetrator", "witness": "witness"}


def not_known(row: Assessment) -> set[str]:
    """The questions that an assessment leaves open."""
    found = set()
    for one in question_set_of(row.question_set_id).questions():
        said = row.answers.get(one.key)
        open_words = {option.key for option in one.options if option.unknown}
        if said is None:
            if one.required_when is True and one.show_when is None:
                found.add(one.key)
        elif open_words & (set(said) if isinstance(said, list) else {said}):
            found.add(one.key)
    return found


def age_of(since: datetime, now: datetime) -> int:
    """Which of AGES an answer is of, by its place."""
    days = (london_date(now) - london_date(since)).days
    return max(at for at, age in enumerate(AGES) if days >= age)


def figures_of(case: Case, now: datetime, days: dict[str, int]) -> Figures:
    """The figures of one open case."""
    roles: dict[uuid.UUID, set[str]] = defaultdict(set)
    for row in PartyRole.objects.filter(party__case=case, until__isnull=True):
        roles[row.party_id].add(row.role)
    victims: list[uuid.UUID | None] = [party for party, held in roles.items() if "victim" in held]
    chains: dict[tuple[Any, str], list[Assessment]] = defaultdict(list)
    for one in Assessment.objects.filter(case=case).order_by("assessed_at", "id"):
        if one.subject != "location":
            chains[one.party_id, one.subject].append(one)
    wanted = [(party, "victim") for party in victims] or [(None, "case")]
    missing = [key for key in wanted if key not in chains]
    put_off = sum(
        Deferral.objects.filter(case=case, party_id=party, subject=subject, until__gt=now).exists()
        for party, subject in missing
    )
    ages: Counter[int] = Counter()
    reviews = 0
    for (party, subject), rows in chains.items():
        if (subject == "case" and victims) or (subject != "case" and ROLE[subject] not in roles[party]):
            continue
        reviews += review_due(rows[-1].assessed_at, days[BAND_KEYS[rows[-1].band]]) <= now
        for key in not_known(rows[-1]):
            since = rows[-1].assessed_at
            for row in reversed(rows):
                if key not in not_known(row):
                    break
                since = row.assessed_at
            ages[age_of(since, now)] += 1
    late = 0
    for risk in HighRisk.objects.filter(case=case, ended_at__isnull=True):
        told = list(ToldOfHighRisk.objects.filter(high_risk=risk))
        done = [one for one in told if one.acknowledged_at]
        for role in {one.role for one in told}:
            of = [one for one in told if one.role == role]
            if not any(one.role == role or one.step > min(two.step for two in of) for one in done):
                late += min(one.due_at for one in of) <= now
    return Figures(
        int(bool(missing)), len(missing), put_off, tuple(ages[at] for at in range(len(AGES))), reviews, late
    )


def counted(now: datetime, days: dict[str, int]) -> dict[tuple[uuid.UUID, uuid.UUID | None], Figures]:
    """The figures of every open case that the stated actor may read, by agency and team; none of nothing."""
    found: dict[tuple[uuid.UUID, uuid.UUID | None], list[Figures]] = defaultdict(list)
    for case in Case.objects.exclude(status="closed"):
        found[case.owner_agency_id, case.team_id].append(figures_of(case, now, days))
    return {key: total(some) for key, some in found.items() if not total(some).is_zero}
