"""Who may decide on a lower band that was asked for, and to whom it comes where nobody of the team, or of the agency, may."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Coalesce

from sentinel.access.models import Reach, Rung
from sentinel.accounts.models import Absence, RoleHeld, User
from sentinel.accounts.rules import roles_with
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.compiled import Among
from sentinel.risk.models import LoweringAsked
from sentinel.risk.rules import HIGH

_NOBODY = Value(uuid.UUID(int=0), output_field=UUIDField())


def undecided() -> QuerySet[Any]:
    """What waits for a supervisor in open cases. `not_by`: who made the assessment of high that stands, and so does not decide;
    `not_by_either`: who asked for it."""
    made: Any = Choose(When(from_band=HIGH, then=F("stands__assessor_id")), output_field=UUIDField())
    rows = LoweringAsked.objects.filter(decided_at__isnull=True, case__status__in=OPEN_STATUSES)
    return rows.annotate(not_by=Coalesce(made, _NOBODY), not_by_either=Coalesce(F("asked_by_id"), _NOBODY))


def _deciders(today: date) -> QuerySet[User]:
    """Of a row of `undecided`: the supervisors of the owner's agency who may decide on it and are not away on a day in London."""
    held = RoleHeld.objects.filter(
        user_id=OuterRef("pk"), role__in=roles_with("lower_band"), until__isnull=True
    )
    away = Absence.objects.filter(
        user_id=OuterRef("pk"), ended_at__isnull=True, first_day__lte=today, last_day__gte=today
    )
    users = User.objects.filter(
        Exists(held), ~Exists(away), agency_id=OuterRef("case__owner_agency_id"), is_active=True
    )
    return users.exclude(pk=OuterRef("not_by")).exclude(pk=OuterRef("not_by_either"))


def of_nobody(today: date) -> Q:
    """Of a row of `undecided`: that no supervisor of the owner's agency may decide on it on a day in London."""
    return Q(~Exists(_deciders(today)))


def to_decide(
    user: uuid.UUID, team: uuid.UUID | None, agency: uuid.UUID | None, holders: list[uuid.UUID], today: date
) -> QuerySet[Any]:
    """What a supervisor of this team and agency is shown to decide on, on a day in London: what was asked in their team's cases; in
    all of their agency's where the case has no team, or nobody of its team is there who may decide; and where nobody of the owner's
    agency is, in every case that one of `holders` works on. Never what they asked for, nor where they made the assessment of high that
    stands (R42). None for `team` and `agency`, and no holder, find nothing.
    """
    of_team = _deciders(today).filter(team_id=OuterRef("case__team_id"))
    works = Reach.objects.filter(
        Among("holder_id", holders), record_id=OuterRef("case_id"), rung__gte=Rung.WRITE
    )
    mine = Q(case__team_id=team)
    mine |= Q(Q(case__team__isnull=True) | Q(~Exists(of_team)), case__owner_agency_id=agency)
    mine |= Q(of_nobody(today), Exists(works))
    return undecided().filter(mine).exclude(not_by=user).exclude(not_by_either=user)
