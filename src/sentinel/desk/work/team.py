"""The team's view: each person's cases counted, and the cases themselves, the unassessed first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from sentinel.accounts.models import User
from sentinel.accounts.rules import roles_with
from sentinel.cases.models import Case
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date, read_moment
from sentinel.risk.supervision.queries import clocks_on, days_of, with_due
from sentinel.risk.supervision.rules import level_of

PAGE = 25
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
NOBODY = "nobody"
REVIEW = "review"
ONLY = {
    "unassessed": "Somebody not assessed",
    "late": "A victim not told in time",
    "high": "High",
    REVIEW: "A review is late",
}


@dataclass(frozen=True)
class Person:
    """What one person of the team leads. `key` filters by them; `gone` says that they can no longer sign in."""

    key: str
    name: str
    cases: int
    unassessed: int
    high: int
    late: int
    gone: bool = False
    reviews: int = 0


@dataclass(frozen=True)
class TeamFilters:
    """What the list shows: whose cases ("" all, NOBODY: without a lead, else a user's id), which (a key of ONLY or "")."""

    person: str = ""
    only: str = ""


@dataclass(frozen=True)
class TeamPage:
    """A page of the team's cases and the key of the next."""

    cases: list[Case]
    next_key: str


def team_cases(actor: Actor) -> QuerySet[Case]:
    """The open cases of the actor's team, and those of the agency that no team and nobody has: none falls between."""
    if actor.agency_id is None:
        return Case.objects.none()
    adrift = Q(team__isnull=True, lead__isnull=True, owner_agency_id=actor.agency_id)
    mine = Q(team_id=actor.team_id) if actor.team_id else Q(owner_agency_id=actor.agency_id)
    return Case.objects.filter(mine | adrift, status__in=OPEN_STATUSES)


def with_review(actor: Actor, rows: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    """The cases with `review_by`, by when the actor's line of supervision reviews them, as their own agency's rule says."""
    lines = clocks_on(london_date(now), actor.agency)
    level = level_of(actor.rights) or 1
    return with_due(rows, level, *days_of(lines, level))


def _is_late(now: datetime) -> Q:
    return Q(review_by__lt=london_date(now), highest_band__gt=0)


def people(actor: Actor, now: datetime) -> list[Person]:
    """Everybody who leads a case of the team, and every member who leads none; who has the most unassessed first. Two
    queries."""
    rows: dict[uuid.UUID | None, Any] = {
        row["lead_id"]: row
        for row in with_review(actor, team_cases(actor), now)
        .values("lead_id")
        .annotate(
            cases=Count("pk"),
            people=Sum("unassessed"),
            high=Count("pk", filter=Q(highest_band=3)),
            late=Count("pk", filter=Q(next_due__lt=now)),
            reviews=Count("pk", filter=_is_late(now)),
        )
        .order_by()
    }
    members = Q(pk__in=[lead for lead in rows if lead])
    if actor.team_id:
        members |= Q(team_id=actor.team_id, is_active=True, suspended_at__isnull=True)
    found = [
        _person(str(user.pk), user.name, rows.get(user.pk), gone=_is_gone(user))
        for user in User.objects.filter(members)
    ]
    if None in rows:
        found.append(_person(NOBODY, "Nobody leads", rows[None]))
    return sorted(found, key=lambda one: (-one.unassessed, -one.late, -one.high, one.name))


def _is_gone(user: User) -> bool:
    return not user.is_active or user.suspended_at is not None


def _person(key: str, name: str, row: Any, *, gone: bool = False) -> Person:
    if row is None:
        return Person(key, name, 0, 0, 0, 0, gone)
    return Person(key, name, row["cases"], row["people"] or 0, row["high"], row["late"], gone, row["reviews"])


def list_team(actor: Actor, filters: TeamFilters, now: datetime, after: str = "") -> TeamPage:
    """The team's open cases: those with somebody unassessed first, then by band, then by when a victim has to be told.

    `after` is the key of the page before; one that cannot be read begins at the beginning. One query.
    """
    rows = team_cases(actor)
    if filters.person == NOBODY:
        rows = rows.filter(lead__isnull=True)
    elif filters.person:
        rows = rows.filter(lead_id=uuid.UUID(filters.person))
    if filters.only == "unassessed":
        rows = rows.filter(unassessed__gt=0)
    elif filters.only == "late":
        rows = rows.filter(next_due__lt=now)
    elif filters.only == "high":
        rows = rows.filter(highest_band=3)
    rows = with_review(actor, rows, now)
    if filters.only == REVIEW:
        rows = rows.filter(_is_late(now))
    # 0: somebody is unassessed; then high 1, medium 2, low 3, and 4 for a case of nobody's band.
    place = Choose(
        When(unassessed__gt=0, then=Value(0)),
        When(highest_band=0, then=Value(4)),
        default=Value(4) - F("highest_band"),
        output_field=IntegerField(),
    )
    rows = rows.annotate(place_at=place, due_at=Coalesce("next_due", Value(NEVER)))
    key = _read_key(after)
    if key is not None:
        at, due, case_id = key
        rows = rows.filter(
            Q(place_at__gt=at) | Q(place_at=at, due_at__gt=due) | Q(place_at=at, due_at=due, id__gt=case_id)
        )
    found: list[Any] = list(
        rows.select_related("lead", "owner_agency", "place").order_by("place_at", "due_at", "id")[: PAGE + 1]
    )
    more, found = len(found) > PAGE, found[:PAGE]
    last = found[-1] if more else None
    return TeamPage(found, f"{last.place_at}~{last.due_at.isoformat()}~{last.id}" if last else "")


def _read_key(key: str) -> tuple[int, datetime, uuid.UUID] | None:
    place, _, rest = key.partition("~")
    due, _, case_id = rest.partition("~")
    try:
        return int(place), read_moment(due), uuid.UUID(case_id)
    except ValueError:
        return None


def led_by(actor: Actor) -> list[Case]:
    """The open cases that the actor leads, for handing them over. One query."""
    if actor.user_id is None:
        return []
    rows = Case.objects.filter(lead_id=actor.user_id, status__in=OPEN_STATUSES).select_related(
        "lead", "owner_agency", "place"
    )
    return list(rows.order_by("-highest_band", "id")[:200])


def colleagues_of(actor: Actor) -> list[User]:
    """Who may be given a case: active people of the agency whose role works cases. Two queries."""
    if actor.agency_id is None:
        return []
    rows = User.objects.filter(
        agency_id=actor.agency_id, is_active=True, suspended_at__isnull=True, roles__until__isnull=True,
        roles__role__in=roles_with("work_case"),
    )  # fmt: skip
    return list(rows.select_related("team").distinct().order_by("name"))
