"""What a local administrator and a governance officer see: users, teams and agencies (reads only)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower

from sentinel.accounts.holdings import held_by
from sentinel.accounts.models import Agency, AgencyName, Area, Duty, RoleHeld, Team, User
from sentinel.accounts.operations.guards import administers, agency_id_of
from sentinel.accounts.rules import ROLES, hours_in_words
from sentinel.accounts.second_factor import STEPS, needs_second_factor
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound, Refused

PAGE = 50
STATES = {"active": "Active", "invited": "Invited, not signed in yet", "suspended": "Suspended"}


@dataclass(frozen=True)
class UserFilter:
    """Which users to list; empty means all. `after` is the last user of the page before."""

    words: str = ""
    role: str = ""
    team_id: uuid.UUID | None = None
    state: str = ""
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class UserLine:
    """A user as an administrator sees them."""

    id: uuid.UUID
    name: str
    email: str
    job_title: str
    team: str
    roles: list[str]
    state: str
    last_sign_in: datetime | None


@dataclass(frozen=True)
class UserPage:
    """Some users by name. `after` begins the next page, or is None."""

    lines: list[UserLine]
    after: uuid.UUID | None


def _held_now() -> Prefetch[str]:
    return Prefetch("roles", queryset=RoleHeld.objects.filter(until__isnull=True))


def state_of(user: User) -> str:
    """A key of STATES."""
    if user.suspended_at is not None or not user.is_active:
        return "suspended"
    return "invited" if user.last_login is None else "active"


def _line(user: User) -> UserLine:
    return UserLine(
        id=user.pk,
        name=user.name,
        email=user.email,
        job_title=user.job_title,
        team=user.team.name if user.team else "",
        roles=[ROLES.get(code, code) for code in user.role_codes],
        state=state_of(user),
        last_sign_in=user.last_login,
    )


def _filtered(rows: QuerySet[User], wanted: UserFilter) -> QuerySet[User]:
    if wanted.words:
        rows = rows.filter(Q(name__icontains=wanted.words) | Q(email__icontains=wanted.words))
    if wanted.role:
        held = RoleHeld.objects.filter(user_id=OuterRef("pk"), role=wanted.role, until__isnull=True)
        rows = rows.filter(Exists(held))
    if wanted.team_id:
        rows = rows.filter(team_id=wanted.team_id)
    match wanted.state:
        case "suspended":
            rows = rows.filter(is_active=False)
        case "invited":
            rows = rows.filter(is_active=True, last_login__isnull=True)
        case "active":
            rows = rows.filter(is_active=True, last_login__isnull=False)
    return rows


def users_of(actor: Actor, wanted: UserFilter) -> UserPage:
    """A page of the users of the actor's own agency, by name. Three queries at most. Raises Refused."""
    administers(actor)
    rows = _filtered(User.objects.filter(agency_id=agency_id_of(actor)), wanted)
    by_name = rows.select_related("team").prefetch_related(_held_now()).alias(folded=Lower("name"))
    last = User.objects.filter(pk=wanted.after, agency_id=agency_id_of(actor)) if wanted.after else None
    if last is not None and (before := last.values_list(Lower("name"), "pk").first()):
        by_name = by_name.filter(Q(folded__gt=before[0]) | Q(folded=before[0], pk__gt=before[1]))
    found = list(by_name.order_by("folded", "pk")[: PAGE + 1])
    more = len(found) > PAGE
    return UserPage([_line(user) for user in found[:PAGE]], found[PAGE - 1].pk if more else None)


@dataclass(frozen=True)
class OneUser:
    """A user's page: the account, roles held now and before, whether they have a second step, and what work they hold
    ("4 open cases")."""

    user: User
    line: UserLine
    held: list[tuple[str, datetime, datetime | None]]
    second_factor: bool
    second_factor_needed: bool
    work: list[str]


def user_of(actor: Actor, user_id: uuid.UUID) -> OneUser:
    """A user of the actor's own agency. Raises Refused, or NotFound: another agency's is as one that is not there."""
    administers(actor)
    rows = User.objects.select_related("team", "agency", "invited_by").prefetch_related("roles")
    user = rows.filter(pk=user_id, agency_id=agency_id_of(actor)).first()
    if user is None:
        raise NotFound
    held = sorted(user.roles.all(), key=lambda row: (row.until is not None, row.since), reverse=False)
    return OneUser(
        user=user,
        line=_line(user),
        held=[(ROLES.get(row.role, row.role), row.since, row.until) for row in held],
        second_factor=bool(Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists()),
        second_factor_needed=needs_second_factor(user),
        work=held_by(actor, user),
    )


def teams_of(actor: Actor) -> list[Team]:
    """The teams of the actor's own agency with `people` (active users) and area, by name. One query."""
    if actor.agency_id is None:
        return []
    people = Count("users", filter=Q(users__is_active=True))
    rows = Team.objects.filter(agency_id=actor.agency_id).select_related("area")
    return list(rows.annotate(people=people).order_by("name"))


def team_of(actor: Actor, team_id: uuid.UUID) -> Team:
    """A team of the actor's own agency. Raises Refused or NotFound."""
    administers(actor)
    found = Team.objects.filter(pk=team_id, agency_id=agency_id_of(actor)).first()
    if found is None:
        raise NotFound
    return found


def areas_to_choose() -> list[Area]:
    """Areas that a team may be for: districts and what lies within them but small areas, by name."""
    kinds = ["district", "csp", "lpu", "neighbourhood"]
    return list(Area.objects.filter(kind__in=kinds, valid_until__isnull=True).order_by("kind", "name")[:500])


def districts() -> list[Area]:
    """The areas that an agency may be said to work in, by name."""
    return list(Area.objects.filter(kind="district", valid_until__isnull=True).order_by("name")[:500])


def areas_of(agency: Agency) -> list[Area]:
    """The areas that an agency works in now, by name."""
    rows = Area.objects.filter(agencies__agency=agency, agencies__valid_until__isnull=True)
    return list(rows.distinct().order_by("name"))


def on_duty(agency: Agency) -> list[User]:
    """Who is on duty at the agency's sharing desk now, by name."""
    duties = Duty.objects.filter(
        user_id=OuterRef("pk"), agency=agency, role="sharing_desk", until__isnull=True
    )
    return list(User.objects.filter(Exists(duties)).order_by("name"))


def on_duties(agency: Agency, area_id: uuid.UUID | None) -> dict[str, list[uuid.UUID]]:
    """Who is on each duty of an agency now, for an area or (None) for all of them, by the duty's code. One query."""
    found: dict[str, list[uuid.UUID]] = {}
    rows = Duty.objects.filter(agency=agency, until__isnull=True)
    rows = rows.filter(area_id=area_id) if area_id else rows.filter(area__isnull=True)
    for duty, user_id in rows.values_list("role", "user_id"):
        found.setdefault(duty, []).append(user_id)
    return found


@dataclass(frozen=True)
class OneAgency:
    """An agency's page. `may_merge` and `may_administer` say what the reader may do there."""

    agency: Agency
    former_names: list[AgencyName]
    administrators: list[User]
    teams: list[Team]
    areas: list[Area]
    gone_into_it: list[Agency]
    on_duty: list[User]
    hours: list[tuple[str, str]]
    may_merge: bool
    may_administer: bool


def agency_of(actor: Actor, code: str) -> OneAgency:
    """An agency: any for a governance officer, one's own for its administrator. Raises NotFound for anybody else."""
    agency = Agency.objects.select_related("merged_into").filter(code=code).first()
    own = agency is not None and actor.may("administer_agency") and agency.pk == actor.agency_id
    if agency is None or not (own or actor.may("govern")):
        raise NotFound
    held = RoleHeld.objects.filter(user_id=OuterRef("pk"), role="local_administrator", until__isnull=True)
    people = Count("users", filter=Q(users__is_active=True))
    return OneAgency(
        agency=agency,
        former_names=list(agency.former_names.order_by("-until")),
        administrators=list(
            User.objects.filter(Exists(held), agency=agency, is_active=True).order_by("name")
        ),
        teams=list(
            Team.objects.filter(agency=agency).select_related("area").annotate(people=people).order_by("name")
        ),
        areas=areas_of(agency),
        gone_into_it=list(Agency.objects.filter(merged_into=agency).order_by("-merged_at")),
        on_duty=on_duty(agency),
        hours=hours_in_words(agency.hours),
        may_merge=actor.may("govern") and agency.merged_into_id is None,
        may_administer=own,
    )


@dataclass(frozen=True)
class AgencyLine:
    """An agency in the governance officer's list."""

    agency: Agency
    users: int
    administrators: int


def every_agency(actor: Actor) -> list[AgencyLine]:
    """All agencies by name, those that have gone into others too. Two queries. Raises Refused without the right."""
    if not actor.may("govern"):
        raise Refused("Only a governance officer sees the list of agencies.")
    users = dict(
        User.objects.filter(is_active=True).values_list("agency_id").annotate(n=Count("pk")).order_by()
    )
    administrators = dict(
        RoleHeld.objects.filter(role="local_administrator", until__isnull=True, user__is_active=True)
        .values_list("user__agency_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    rows = Agency.objects.select_related("merged_into").order_by("name")
    return [AgencyLine(row, users.get(row.pk, 0), administrators.get(row.pk, 0)) for row in rows]
