"""What My work and the team's view start from: the cases that are somebody's to work on, with their people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from sentinel.accounts.queries import agency_and_teams
from sentinel.care.queries import Told, newest_safe_contact, read_safe, said_in, told_by_case
from sentinel.care.rules import Safe
from sentinel.cases.models import Case, Closure, Incident, Party, PartyRole
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.models import Event
from sentinel.kernel.clock import london_date
from sentinel.people.models import PersonName
from sentinel.people.rules import UNNAMED
from sentinel.reports.models import Report
from sentinel.reports.rules import HARM
from sentinel.risk.queries import JOINED, Assessed, InCase, risk_by_case, victim_with_case
from sentinel.risk.rules import VICTIM

MOST_CASES = 500
# Whether a report tells of danger now, or of what alone makes a risk high.
TELLS_OF_HARM = reduce(or_, (Q(**{f"script_answers__{key}": "yes"}) for key in HARM), Q(danger="yes"))


@dataclass(frozen=True)
class Somebody:
    """A party as a line names them: protected by the label. `called` is their own newest name, protected or not, "" where none is to
    be seen. `roles` maps each role held now to since when (UTC)."""

    id: uuid.UUID
    case_id: uuid.UUID
    name: str
    protected: bool
    roles: Mapping[str, datetime]
    safe: Safe | None
    called: str = ""


@dataclass(frozen=True)
class Mine:
    """The cases at hand and what stands in them.

    `led` are those that the actor leads, `unled` those of the team that nobody leads, `closing` those of the team whose
    closure waits. `cases` holds them all by id. `ended` are the parties who were told of the end (care.queries.Said).
    """

    cases: dict[uuid.UUID, Case]
    led: list[uuid.UUID]
    unled: list[uuid.UUID]
    closing: list[uuid.UUID]
    people: dict[uuid.UUID, list[Somebody]] = field(default_factory=dict)
    risk: dict[uuid.UUID, InCase] = field(default_factory=dict)
    told: dict[uuid.UUID, dict[uuid.UUID, Told]] = field(default_factory=dict)
    ended: set[uuid.UUID] = field(default_factory=set)

    @property
    def standing(self) -> dict[uuid.UUID, dict[tuple[uuid.UUID, str], Assessed]]:
        """For each case the assessments of its people that stand."""
        return {case_id: one.people for case_id, one in self.risk.items()}

    def risk_of(self, case_id: uuid.UUID) -> InCase:
        """All that is known of risk in one case."""
        return self.risk.get(case_id, InCase())

    def case_unassessed(self, case_id: uuid.UUID) -> bool:
        """Whether a case has no victim and no assessment of its own."""
        if not self.cases[case_id].unassessed or self.risk_of(case_id).itself is not None:
            return False
        case: Any = self.cases[case_id]
        return not case.has_victim and not any(VICTIM in one.roles for one in self.people.get(case_id, []))

    def unassessed(self, case_id: uuid.UUID) -> list[Somebody]:
        """The victims of a case who have no assessment."""
        standing = self.risk_of(case_id).people
        return [
            one
            for one in self.people.get(case_id, [])
            if VICTIM in one.roles and (one.id, VICTIM) not in standing
        ]


def load(actor: Actor, now: datetime) -> Mine:
    """The actor's cases. Five queries; two for who has none, none for who works on no case."""
    if actor.user_id is None or not actor.may("see_cases"):
        return Mine({}, [], [], [])
    closes = actor.may("close_case") or actor.may("second_closure")
    found = _cases_of(
        lead=actor.user_id,
        taking_on=actor.team_id if actor.may("work_case") else None,
        closing=actor.team_id if closes else None,
    )
    # Kept in memory, where a join makes an agency anew for every case.
    agencies = {one: agency_and_teams(one)[0] for one in {case.owner_agency_id for case in found}}
    for case in found:
        case.owner_agency = agencies[case.owner_agency_id]
        told = case.told_now or {"at": None, "harm": None}
        case.told_of_harm = bool(told["harm"])
        case.newest_report = datetime.fromisoformat(told["at"]) if told["at"] else None
    cases = {case.id: case for case in found}
    led = [case.id for case in found if case.lead_id == actor.user_id]
    unled = [case.id for case in found if case.lead_id is None]
    closing = [case.id for case in found if case.status == "closing"]
    return fill(actor, Mine(cases, led, unled, closing), now, [*led, *unled])


@compiled
def _cases_of(lead: uuid.UUID, taking_on: uuid.UUID | None, closing: uuid.UUID | None) -> QuerySet[Any]:
    """The cases of a lead, those of a team that nobody leads, and those of a team whose closure waits."""
    # Each part of this condition has an index: lead and status, team and status.
    wanted = Q(lead_id=lead, status__in=OPEN_STATUSES)
    wanted |= Q(team_id=taking_on, lead__isnull=True, status__in=OPEN_STATUSES)
    wanted |= Q(team_id=closing, status="closing")
    return with_newest().filter(wanted).order_by("-highest_band", "id")[:MOST_CASES]


@cache
def with_newest() -> QuerySet[Any]:
    """All cases with the newest telling of each, whether one tells of harm, and the closure
    that is proposed.

    Built once: putting such a query together takes longer than the database takes to answer it.
    """
    # Both of what is asked of the reports, so that each is held against the row policies once.
    harm = BoolOr(ExpressionWrapper(TELLS_OF_HARM, output_field=BooleanField()))
    reports = Report.objects.filter(case=OuterRef("pk")).order_by().values("case")
    reports = reports.annotate(json=JSONObject(at=Max("entered_at"), harm=harm))
    incidents = (
        Incident.objects.filter(case=OuterRef("pk")).order_by().values("case").annotate(at=Max("created_at"))
    )
    joined = Event.objects.filter(record_id=OuterRef("pk"), kind=JOINED).order_by("-happened_at")
    closures = Closure.objects.filter(case=OuterRef("pk"), refused_at__isnull=True, reopened_at__isnull=True)
    names = ("proposed_by_id", "proposed_at", "decided_by_id", "second_id")
    return Case.objects.annotate(
        has_victim=victim_with_case(),
        told_now=Subquery(reports.values("json")),
        newest_incident=Subquery(incidents.values("at")),
        newest_joined=Subquery(joined.values("happened_at")[:1]),
        closure_now=Subquery(
            closures.order_by("-proposed_at").values(json=JSONObject(**{name: name for name in names}))[:1]
        ),
    )


def fill(actor: Actor, mine: Mine, now: datetime, case_ids: list[uuid.UUID]) -> Mine:
    """Add people, assessments and contacts of some of the cases. Four queries; none for no case."""
    if not case_ids:
        return mine
    people = people_of_cases(case_ids)
    risk = risk_by_case(
        actor,
        {one: mine.cases[one].place_id for one in case_ids},
        newest={one: at for one in case_ids if (at := _newest(mine.cases[one]))},
        on=london_date(now),
    )
    standing = {case_id: one.people for case_id, one in risk.items()}
    parties = {case_id: {one.id: set(one.roles) for one in some} for case_id, some in people.items()}
    cases = [mine.cases[case_id] for case_id in case_ids]
    said = said_in(actor, case_ids)
    told = told_by_case(actor, cases, now, parties=parties, standing=standing, promised=said.promised)
    return Mine(mine.cases, mine.led, mine.unled, mine.closing, people, risk, told, said.ended)


def _newest(case: Any) -> datetime | None:
    tellings = (case.newest_report, case.newest_incident, case.newest_joined)
    return max((at for at in tellings if at is not None), default=None)


def people_of_cases(case_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Somebody]]:
    """The people of some cases with names, roles and how to contact them, as the stated actor may see. One query."""
    found: dict[uuid.UUID, list[Somebody]] = {}
    for row in _people(list(case_ids)):
        found.setdefault(row.case_id, []).append(_somebody(row))
    return found


@compiled
def _people(cases: list[uuid.UUID]) -> QuerySet[Any]:
    roles = PartyRole.objects.filter(party=OuterRef("pk"), until__isnull=True).order_by("since")
    named = Party.objects.only("case_id", "label", "description", "identity_protected").annotate(
        said_roles=ArraySubquery(roles.values(json=JSONObject(role="role", since="since"))),
        said_name=newest_name("identity__person_id"),
        said_contact=newest_safe_contact("identity__person_id"),
    )
    return named.filter(Among("case_id", cases)).order_by("created_at", "id")


def newest_name(person: str) -> Subquery:
    """The newest current name of a person, for annotating a query; `person` is the outer path to the person's id."""
    names = PersonName.objects.filter(person_id=OuterRef(person), ended_at__isnull=True).order_by(
        "-created_at", "-id"
    )
    return Subquery(names.values("full")[:1])


def _somebody(row: Any) -> Somebody:
    name = row.label if row.identity_protected else (row.said_name or row.label or row.description[:80])
    return Somebody(
        id=row.id,
        case_id=row.case_id,
        name=name or UNNAMED,
        protected=row.identity_protected,
        roles={one["role"]: datetime.fromisoformat(one["since"]) for one in reversed(row.said_roles or [])},
        safe=read_safe(row.said_contact),
        called=row.said_name or "",
    )
