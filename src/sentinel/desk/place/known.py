"""What a reader may see of one place: cases, reports, incidents, people, and desks to be rung first.

Every list starts at the place and stops after a few: what there is elsewhere makes no difference. Row policies leave out
what the reader may not see, so a place of which nothing is left is not there.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as Case_
from django.db.models import OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from sentinel.audit.operations import note
from sentinel.cases.models import Case, Incident
from sentinel.cases.occurrences import occurrence
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.models import PROVENANCE
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound, Refused
from sentinel.matching.hits.telling import Elsewhere, tell_elsewhere
from sentinel.matching.rules import Given
from sentinel.people.models import AddressLink, Alias, PersonName
from sentinel.places.models import Place
from sentinel.places.queries import History, Month
from sentinel.places.rules import month_after
from sentinel.reports.models import Report

MOST = 20
MOST_INCIDENTS = 200
MONTHS = 12
LOOKING = ("see_cases", "see_people", "take_report")
WHY = "the page of a place was read"


@dataclass(frozen=True)
class Lives:
    """Somebody with an address here: whom it is, how they are tied to it, and whether they are still."""

    person_id: uuid.UUID
    name: str
    kind: str
    ended: bool


@dataclass(frozen=True)
class ReportHere:
    """A report of the place that is in no case."""

    reference: str
    national_type: str
    state: str
    agency: str
    told_at: datetime


@dataclass(frozen=True)
class AtPlace:
    """All that this reader may see of a place. `more_cases` and `more_reports`: there are more than are shown."""

    place: Place
    cases: list[Case]
    more_cases: bool
    reports: list[ReportHere]
    more_reports: bool
    incidents: int
    many: bool
    recorded: History
    people: list[Lives]
    elsewhere: list[Elsewhere]

    @property
    def open_cases(self) -> int:
        """How many of the cases shown are open."""
        return sum(1 for case in self.cases if case.status != "closed")


def may_look(actor: Actor) -> None:
    """Raise Refused unless the actor's roles look at places at all."""
    if not any(actor.may(right) for right in LOOKING):
        raise Refused("Your roles do not include looking at places.")


def known_ids(actor: Actor, place_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some places of which the actor may see anything at all. Three queries at most."""
    wanted = set(place_ids)
    found: set[uuid.UUID] = set()
    if not wanted or not any(actor.may(right) for right in LOOKING):
        return found
    rows: list[QuerySet[Any]] = []
    if actor.may("see_cases") or actor.may("take_report"):
        rows.append(Incident.objects.all())
    if actor.may("see_cases"):
        rows.append(Case.objects.all())
    if actor.may("see_people"):
        rows.append(AddressLink.objects.filter(safe_address=False))
    for each in rows:
        if left := wanted - found:
            found |= set(each.filter(place_id__in=left).values_list("place_id", flat=True).distinct())
    return found


def is_known(actor: Actor, place_id: uuid.UUID) -> bool:
    """Whether the actor may open the page of a place: they may see something of what is known there."""
    return any(actor.may(right) for right in LOOKING) and bool(known_ids(actor, [place_id]))


def at_place(actor: Actor, place_id: uuid.UUID, now: datetime) -> AtPlace:
    """What the actor may see of a place; the read is logged, and what is told on rung SUMMARY in its owners' ledgers. A desk is
    told only to who has a case or report of their own agency's in hand here.

    Raises Refused for roles that look at no places, NotFound where there is no such place or nothing there that the actor
    may see: the answers are the same. Rows that are one place are read as one, whichever was asked for. Seven queries at most,
    however much is known.
    """
    may_look(actor)
    place = next(iter(_place(place_id)), None)
    if place is None:
        raise NotFound()
    sees = actor.may("see_cases")
    ids = list(place.one_with)
    cases = _cases(ids) if sees else []
    told = _told(actor, ids) if sees or actor.may("take_report") else _Told([], [], None)
    reports, moments = told.reports, told.moments
    people = _people(ids) if actor.may("see_people") else []
    if not (cases or reports or moments or people):
        raise NotFound()
    elsewhere = tell_elsewhere(
        actor, Given(places=tuple(ids)), in_hand=_in_hand(actor, cases, told.own_open), why=WHY
    )
    note(
        "view", subject="place", subject_id=place.id,
        detail={
            "cases": [str(one.id) for one in cases[:MOST]], "reports": [one.reference for one in reports[:MOST]],
            "persons": [str(one.person_id) for one in people], "desks": len(elsewhere),
        },
    )  # fmt: skip
    recorded = by_month(moments, london_date(now))
    return AtPlace(
        place=place, cases=cases[:MOST], more_cases=len(cases) > MOST, reports=reports[:MOST],
        more_reports=len(reports) > MOST, incidents=recorded.total, many=len(moments) >= MOST_INCIDENTS,
        recorded=recorded, people=people, elsewhere=elsewhere,
    )  # fmt: skip


@compiled
def _place(place: uuid.UUID) -> QuerySet[Any]:
    """The place, with the ids of all rows that are one with it (`one_with`), its own among them."""
    whole = (
        Place.objects.filter(Q(pk=OuterRef("kept")) | Q(same_as_id=OuterRef("kept")))
        .order_by("pk")
        .values("pk")
    )
    rows = (
        Place.objects.select_related("district").filter(pk=place).annotate(kept=Coalesce("same_as_id", "id"))
    )
    return rows.annotate(one_with=ArraySubquery(whole))


@compiled
def _cases(places: list[uuid.UUID]) -> QuerySet[Case]:
    return (
        Case.objects.filter(Among("place_id", places))
        .defer(*PROVENANCE)
        .order_by("-opened_at", "-id")[: MOST + 1]
    )


def place_known(actor: Actor, place_id: uuid.UUID, now: datetime) -> Place:
    """The place itself, for what belongs to its page; it is the page's reading that is logged. Raises as `at_place`."""
    may_look(actor)
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise NotFound()
    if not known_ids(actor, [place_id]):
        raise NotFound()
    return place


@dataclass(frozen=True)
class _Told:
    """The incidents of a place and the reports of them that are in no case; of those one that is open and of the actor's own agency."""

    moments: list[datetime]
    reports: list[ReportHere]
    own_open: uuid.UUID | None


def _in_hand(actor: Actor, cases: Collection[Case], report: uuid.UUID | None) -> uuid.UUID | None:
    """What the actor's agency works on at a place: an open case of its own, else an open report."""
    own = (one.id for one in cases if one.status != "closed" and one.owner_agency_id == actor.agency_id)
    return next(own, report)


def _told(actor: Actor, places: list[uuid.UUID]) -> _Told:
    """What was told of a place, the newest 200 incidents: one query. When something happened is when it was recorded where
    nobody knows better, and what was told several times counts once. Reports of a case are told by the case."""
    moments: dict[uuid.UUID, datetime] = {}
    reports = []
    own_open = None
    states = dict(Report.STATES)
    for whole, begun, made, kind, reference, state, told_at, agency, case, report, of in _incidents(places):
        moments.setdefault(whole, begun or made)
        if reference and not case:
            if of == actor.agency_id and state in Report.OPEN:
                own_open = own_open or report
            reports.append(ReportHere(reference, kind, states[state], agency, told_at))
    reports.sort(key=lambda one: one.told_at, reverse=True)
    return _Told(list(moments.values()), reports, own_open)


@compiled
def _incidents(places: list[uuid.UUID]) -> QuerySet[Incident, tuple[Any, ...]]:
    return Incident.objects.filter(Among("place_id", places)).order_by("-occurred_from", "-id").values_list(
        occurrence(), "occurred_from", "created_at", "national_type", "reports__reference", "reports__state",
        "reports__told_at", "reports__agency__short_name", "reports__case_id", "reports__id", "reports__agency_id",
    )[:MOST_INCIDENTS]  # fmt: skip


def by_month(moments: Collection[datetime], today: date) -> History:
    """Incidents of the last twelve months by London month, this one included."""
    last = today.replace(day=1)
    counts = Counter(london_date(one).replace(day=1) for one in moments)
    months = (month_after(last, step) for step in range(1 - MONTHS, 1))
    return History("here", tuple(Month(month, counts[month]) for month in months))


def _people(places: list[uuid.UUID]) -> list[Lives]:
    """Who has an address here and a name that may be seen, told last first. One query."""
    found: dict[uuid.UUID, Lives] = {}
    for row in _address_links(places):
        if row.name:
            ended = row.ended_at is not None
            found.setdefault(
                min(row.person_id, row.one_with or row.person_id),
                Lives(row.person_id, row.name, row.get_kind_display(), ended),
            )
    return list(found.values())[:MOST]


@compiled
def _address_links(places: list[uuid.UUID]) -> QuerySet[Any]:
    names = PersonName.objects.filter(person_id=OuterRef("person_id")).order_by(
        Case_(When(kind="current", ended_at__isnull=True, then=0), default=1), "-created_at", "-id"
    )
    rows = AddressLink.objects.filter(Among("place_id", places), safe_address=False).defer(*PROVENANCE)
    first = Alias.objects.filter(person_id=OuterRef("person_id")).order_by("other_id").values("other_id")
    named = rows.annotate(name=Subquery(names.values("full")[:1]), one_with=Subquery(first[:1]))
    return named.order_by("-created_at", "-id")[: MOST * 2]
