"""Who is on a duty now: of an agency, or of the police for a district."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from sentinel.accounts.models import Agency, AgencyArea, Duty, RoleHeld, User
from sentinel.accounts.rules import duties_of, roles_with


def police_for(area_id: uuid.UUID | None) -> list[Agency]:
    """The police forces that work in an area; every force where the area is not known, or none works there. By name."""
    forces = Agency.objects.filter(kind="police", merged_into__isnull=True).order_by("name")
    if area_id is None:
        return list(forces)
    works = AgencyArea.objects.filter(agency_id=OuterRef("pk"), area_id=area_id, valid_until__isnull=True)
    return list(forces.filter(Exists(works))) or list(forces)


def on_duty_for(
    duty: str, *, role: str, agencies: Iterable[uuid.UUID], area_id: uuid.UUID | None = None
) -> list[User]:
    """The active people of these agencies who are on a duty now: for the area, else for no named area, else everybody who
    holds `role`: what must be told is never told to nobody because a list is out of date. By name, three queries at most.
    """
    of = list(agencies)
    active = User.objects.filter(agency_id__in=of, is_active=True).order_by("name")
    duties = Duty.objects.filter(user_id=OuterRef("pk"), agency_id__in=of, role=duty, until__isnull=True)
    here = duties.filter(area_id=area_id) if area_id else duties.none()
    for rows in (here, duties.filter(area__isnull=True)):
        if found := list(active.filter(Exists(rows))):
            return found
    held = RoleHeld.objects.filter(user_id=OuterRef("pk"), role=role, until__isnull=True)
    return list(active.filter(Exists(held)))


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
