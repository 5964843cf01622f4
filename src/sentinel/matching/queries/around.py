"""Is this person, place or report already known? Only what the reader may see answers; of the rest, at most a desk."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from sentinel.access.queries import Desk
from sentinel.cases.models import Case, Incident, PartyIdentity
from sentinel.foundation.actor import Actor
from sentinel.matching.queries.people import SHOWN, KnownPerson, known_people
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import name_keys_of, sure_keys_of
from sentinel.places.models import Place
from sentinel.reports.models import Report

YEAR = timedelta(days=365)
MANY = 100
OPEN_REPORTS = ("skeleton", "recorded", "signposted")


@dataclass(frozen=True)
class KnownPlace:
    """A place with what the reader may see there: incidents in twelve months (more than `MANY` is said so), open cases.

    `building` where it is not the place that was said but the one that is in: what it is then ("the building").
    """

    place: Place
    incidents: int
    open_cases: int
    building: str = ""


@dataclass(frozen=True)
class KnownReport:
    """An open report of the reader's own agency at the place, or at the building that it is in (`building`)."""

    reference: str
    told_at: datetime
    national_type: str
    building: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """That another agency is to be rung first. `desk` is the partnership's where the agency's name would tell something."""

    record_id: uuid.UUID
    desk: str
    phone: str
    about: str


@dataclass(frozen=True)
class PersonCase:
    """An open case in which a confirmed person has a part."""

    reference: str
    title: str
    status: str
    case_id: uuid.UUID
    party_id: uuid.UUID


@dataclass(frozen=True)
class AlreadyKnown:
    """Everything for the panel beside the form."""

    persons: list[KnownPerson] = field(default_factory=list)
    places: list[KnownPlace] = field(default_factory=list)
    reports: list[KnownReport] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)

    @property
    def buildings(self) -> bool:
        """Whether a building is among the places that was not said itself."""
        return any(one.building for one in self.places)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that may be shown."""
        return not (self.persons or self.places or self.reports or self.elsewhere)


def known_elsewhere(actor: Actor, given: Given) -> list[Elsewhere]:
    """Desks to be rung first, one for each desk: records that the owner's agreement lets this agency know of, and no more.

    Asked only with more than a name: a name alone would let anybody find out of whom something is held. One query.
    """
    own, forms = name_keys_of(given.name)
    sure = sure_keys_of(given)
    places = [*given.places, *given.buildings]
    if not places and not (own and sure):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.record_id, e.about, a.desk_name, a.desk_phone, coalesce(a.names_give_away, true), coalesce(p.phone, '')"
            "  FROM matching_elsewhere(%s::bigint[], %s::bigint[], %s::uuid[]) e LEFT JOIN accounts_agency a ON a.id = e.owner_id"
            "  LEFT JOIN accounts_partnershipdesk p ON true"
            " ORDER BY e.record_id::text",
            [[*own, *forms], sure if own else [], places],
        )
        rows = cursor.fetchall()
    desks: dict[tuple[str, str], Elsewhere] = {}
    for record_id, about, name, phone, gives_away, partnership in rows:
        desk = Desk.told(name, phone, gives_away=gives_away, partnership=partnership)
        one = Elsewhere(record_id, desk.name, desk.phone, about)
        desks.setdefault((one.desk, about), one)
    return list(desks.values())


def known_places(
    actor: Actor, places: Sequence[Place], now: datetime, *, buildings: Mapping[uuid.UUID, str] | None = None
) -> list[KnownPlace]:
    """What the actor may see at each place: incidents of the last twelve months and open cases. Two queries.

    `buildings` are those of the places that were not said themselves, with what they are.

    Historic open data is not among them: it is anonymised and counts for a street, never for an address.
    """
    ids = [place.id for place in places]
    if not ids:
        return []
    since = now - YEAR
    recent = Q(occurred_from__gte=since) | Q(occurred_from__isnull=True, created_at__gte=since)
    incidents = Counter(
        Incident.objects.filter(recent, place_id__in=ids).values_list("place_id", flat=True)[
            : (MANY + 1) * len(ids)
        ]
    )
    cases = Counter(
        Case.objects.filter(place_id__in=ids)
        .exclude(status="closed")
        .values_list("place_id", flat=True)[:MANY]
    )
    words = buildings or {}
    return [
        KnownPlace(place, incidents[place.id], cases[place.id], words.get(place.id, "")) for place in places
    ]


def known_reports(
    actor: Actor,
    places: Iterable[Place],
    now: datetime,
    *,
    buildings: Collection[uuid.UUID] = (),
    most: int = 3,
) -> list[KnownReport]:
    """Open reports at these places that the actor's agency reaches, newest first. One query."""
    rows = (
        Report.objects.filter(incident__place_id__in=[place.id for place in places], state__in=OPEN_REPORTS)
        .select_related("incident")
        .order_by("-told_at")[:most]
    )
    return [
        KnownReport(
            row.reference,
            row.told_at,
            row.incident.national_type if row.incident else "",
            row.incident is not None and row.incident.place_id in buildings,
        )
        for row in rows
    ]


def already_known(
    actor: Actor,
    given: Given,
    places: Sequence[Place],
    now: datetime,
    *,
    without: Collection[uuid.UUID] = (),
    buildings: Mapping[uuid.UUID, str] | None = None,
) -> AlreadyKnown:
    """All that the panel beside the form shows, for what has been said so far.

    `buildings` are those of the places that were not said themselves but that a flat of theirs was, with what they are.
    """
    parts = buildings or {}
    told = given
    if places:
        told = replace(
            given,
            places=tuple(place.id for place in places if place.id not in parts),
            buildings=tuple(place.id for place in places if place.id in parts),
        )
    return AlreadyKnown(
        persons=[] if told.is_empty else known_people(actor, told, now, without=without),
        places=known_places(actor, places, now, buildings=parts),
        reports=known_reports(actor, places, now, buildings=parts) if places else [],
        elsewhere=known_elsewhere(actor, told),
    )


def open_cases_of(actor: Actor, person_id: uuid.UUID) -> list[PersonCase]:
    """The open cases that the actor reads in which a person has a part: asked only once they are confirmed. One query.

    A protected identity is not told: its row is under an audience of its own.
    """
    if not actor.may("see_cases"):
        return []
    rows = (
        PartyIdentity.objects.filter(person_id=person_id, party__case__isnull=False)
        .exclude(party__case__status="closed")
        .select_related("party__case")
        .order_by("-party__case__opened_at")[:SHOWN]
    )
    found: dict[uuid.UUID, PersonCase] = {}
    for row in rows:
        case = row.party.case
        if case is not None:
            found.setdefault(
                case.id,
                PersonCase(case.reference, case.title, case.get_status_display(), case.id, row.party_id),
            )
    return list(found.values())
