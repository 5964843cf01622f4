"""Who is on a duty now: of an agency, or of the police for a district."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from sentinel.accounts.models import Agency, AgencyArea, Duty, RoleHeld, User
from sentinel.accounts.rules import duties_of, right_of_referral_duty, roles_with
from sentinel.foundation.compiled import Among, compiled


def police_for(area_id: uuid.UUID | None) -> list[Agency]:
    """The police forces that work in an area; every force where the area is not known, or none works there. By name, one query."""
    forces = _forces(area_id)
    return [force for force in forces if force.works_there] or forces


@compiled
def _forces(area: uuid.UUID | None) -> QuerySet[Any]:
    works = AgencyArea.objects.filter(Q(area_id=area), agency_id=OuterRef("pk"), valid_until__isnull=True)
    forces = Agency.objects.filter(kind="police", merged_into__isnull=True)
    return forces.annotate(works_there=Exists(works)).order_by("name")


@dataclass(frozen=True)
class OnDuty:
    """Who is asked for: the active people of these agencies who are on a duty now, for an area where one is named, and who
    else may stand in: whoever holds one of these roles."""

    duty: str
    roles: Sequence[str]
    agencies: Sequence[uuid.UUID]
    area_id: uuid.UUID | None = None

    def nearness(self, user: Any) -> int:
        """1 for who is on the duty for the area, 2 for no named area, 3 for who holds a role, 4 for anybody else."""
        if user.agency_id not in self.agencies:
            return 4
        on = {
            one["area"] for one in user.on_duties
            if one["role"] == self.duty and uuid.UUID(one["agency"]) in self.agencies
        }  # fmt: skip
        if self.area_id is not None and str(self.area_id) in on:
            return 1
        if None in on:
            return 2
        return 3 if set(user.holds).intersection(self.roles) else 4


def on_duty_for_each(asked: Sequence[OnDuty]) -> list[list[User]]:
    """Who is on each of these duties now: for the area, else for no named area, else everybody who holds one of the roles: what must
    be told is never told to nobody because a list is out of date. Each by name; one query, none for nothing asked.
    """
    if not asked:
        return []
    users = _ready(
        list({agency for one in asked for agency in one.agencies}),
        list({one.duty for one in asked}),
        list({role for one in asked for role in one.roles}),
    )
    found = []
    for one in asked:
        near = [(one.nearness(user), user) for user in users]
        nearest = min((distance for distance, _ in near), default=4)
        found.append([user for distance, user in near if distance == nearest < 4])
    return found


def on_duty_for(
    duty: str, *, role: str | Sequence[str], agencies: Iterable[uuid.UUID], area_id: uuid.UUID | None = None
) -> list[User]:
    """The same of one duty, with the role, or the roles, that stand in for it."""
    roles = [role] if isinstance(role, str) else list(role)
    return on_duty_for_each([OnDuty(duty, roles, list(agencies), area_id)])[0]


@compiled
def _ready(agencies: list[uuid.UUID], duties: list[str], roles: list[str]) -> QuerySet[Any]:
    on = Duty.objects.filter(
        Among("agency_id", agencies), Among("role", duties), user_id=OuterRef("pk"), until__isnull=True
    )
    held = RoleHeld.objects.filter(Among("role", roles), user_id=OuterRef("pk"), until__isnull=True)
    active = User.objects.filter(Among("agency_id", agencies), Exists(on) | Exists(held), is_active=True)
    return active.annotate(
        on_duties=ArraySubquery(on.values(json=JSONObject(role="role", agency="agency_id", area="area_id"))),
        holds=ArraySubquery(held.values("role")),
    ).order_by("name", "id")


def may_be_on_duty(agency: Agency) -> list[User]:
    """Who may be put on duty at the sharing desk: active users of the agency who may review an emergency reading, and
    whoever is on duty already, by name."""
    reviewing = RoleHeld.objects.filter(
        user_id=OuterRef("pk"), role__in=roles_with("review_break_glass"), until__isnull=True
    )
    duties = Duty.objects.filter(user_id=OuterRef("pk"), role="sharing_desk", until__isnull=True)
    rows = User.objects.filter(Exists(reviewing) | Exists(duties), agency=agency, is_active=True)
    return list(rows.order_by("name"))


def may_hear_of_high_risk(agency: Agency) -> list[User]:
    """Who may be put on a duty that is told of high risk: active users of the agency whose role hears of it, and whoever is on
    such a duty already, by name."""
    hearing = RoleHeld.objects.filter(
        user_id=OuterRef("pk"), role__in=roles_with("hear_high_risk"), until__isnull=True
    )
    duties = Duty.objects.filter(
        user_id=OuterRef("pk"), agency=agency, role__in=duties_of(agency.kind), until__isnull=True
    )
    rows = User.objects.filter(Exists(hearing) | Exists(duties), agency=agency, is_active=True)
    return list(rows.order_by("name"))


def may_take_referrals(agency: Agency, duty: str) -> list[User]:
    """Who may be put on a duty that is told of referrals: active users of the agency whose role answers them, by name."""
    answering = RoleHeld.objects.filter(
        user_id=OuterRef("pk"), role__in=roles_with(right_of_referral_duty(duty)), until__isnull=True
    )
    return list(User.objects.filter(Exists(answering), agency=agency, is_active=True).order_by("name"))
