"""Who is on a duty now: of an agency, or of the police for a district."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, SmallIntegerField, When

from sentinel.accounts.models import Agency, AgencyArea, Duty, RoleHeld, User
from sentinel.accounts.rules import duties_of, right_of_referral_duty, roles_with
from sentinel.foundation.compiled import Among, compiled


def police_for(area_id: uuid.UUID | None) -> list[Agency]:
    """The police forces that work in an area; every force where the area is not known, or none works there. By name."""
    forces = Agency.objects.filter(kind="police", merged_into__isnull=True).order_by("name")
    if area_id is None:
        return list(forces)
    works = AgencyArea.objects.filter(agency_id=OuterRef("pk"), area_id=area_id, valid_until__isnull=True)
    return list(forces.filter(Exists(works))) or list(forces)


def on_duty_for(
    duty: str, *, role: str | Sequence[str], agencies: Iterable[uuid.UUID], area_id: uuid.UUID | None = None
) -> list[User]:
    """The active people of these agencies who are on a duty now: for the area, else for no named area, else everybody who
    holds `role`, or one of these: what must be told is never told to nobody because a list is out of date. By name, one query.
    """
    found = _ready(list(agencies), duty, [role] if isinstance(role, str) else list(role), area_id)
    nearest = min((user.nearness for user in found), default=0)
    return [user for user in found if user.nearness == nearest]


@compiled
def _ready(agencies: list[uuid.UUID], duty: str, roles: list[str], area: uuid.UUID | None) -> QuerySet[Any]:
    duties = Duty.objects.filter(
        Among("agency_id", agencies), user_id=OuterRef("pk"), role=duty, until__isnull=True
    )
    held = RoleHeld.objects.filter(Among("role", roles), user_id=OuterRef("pk"), until__isnull=True)
    nearness = Case(
        When(Exists(duties.filter(Q(area_id=area))), then=1),
        When(Exists(duties.filter(area__isnull=True)), then=2),
        When(Exists(held), then=3),
        output_field=SmallIntegerField(null=True),
    )
    active = User.objects.filter(Among("agency_id", agencies), is_active=True).annotate(nearness=nearness)
    return active.filter(nearness__isnull=False).order_by("name", "id")


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
