"""Reports of one occurrence: what was told of near by, weighed, and what people said of it. Asked as the reader, so that the row
policies leave out whatever stands above the reader's ladder: of that nothing is told, not even that there is something."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from sentinel.cases.models import Incident, PartyIdentity, PartyRole
from sentinel.foundation.actor import Actor
from sentinel.foundation.limited import answered_within
from sentinel.kernel.errors import Invalid
from sentinel.matching.models import SameOccurrence
from sentinel.matching.rules.occurrences import MAY_BE, VERY_LIKELY, Told, Weighed, weigh
from sentinel.people.whole import wholes
from sentinel.places import geometry
from sentinel.places.models import Place
from sentinel.places.rules import read_address
from sentinel.reports.models import Report

# Longer than such a look ever took, and short enough that nobody on the telephone notices where it fails.
MILLISECONDS: Final = 250
STATES: Final = (*Report.OPEN, "case")
OPEN_FOR: Final = timedelta(days=28)
OPEN_HERE_FOR: Final = timedelta(days=365)
IN_A_CASE_FOR: Final = timedelta(days=7)
PROPOSED_WITHIN: Final = timedelta(days=4)
MOST: Final = 60
_AROUND: Final = """
    WITH here AS MATERIALIZED (
        SELECT p.id, COALESCE(p.same_as_id, p.id) AS kept, p.line, p.postcode, p.street_key, p.latitude, p.longitude
          FROM places_place p JOIN (
            (SELECT x.id FROM places_place x WHERE x.cell = ANY (%(cells)s::text[]) AND x.cell <> '' LIMIT 3000)
             UNION
            SELECT x.id FROM places_place x WHERE x.id = ANY (%(places)s::uuid[]) OR x.same_as_id = ANY (%(places)s::uuid[])) n
            ON n.id = p.id)
    SELECT r.id, i.id, COALESCE(i.occurrence_id, i.id), r.reference, r.state, r.told_at, a.short_name, i.occurred_from, i.occurred_to,
           i.precision, i.series, i.category, i.national_type, h.kept, h.line, h.postcode, h.street_key, h.latitude, h.longitude,
           COALESCE(c.reference, ''), COALESCE(c.status, '')
      FROM here h
      JOIN cases_incident i ON i.place_id = h.id AND (i.occurred_from >= %(since)s - interval '31 days' OR i.occurred_from IS NULL)
      JOIN reports_report r ON r.incident_id = i.id AND r.told_at >= %(since)s AND r.told_at <= %(until)s AND r.state = ANY (%(states)s::text[])
      JOIN accounts_agency a ON a.id = r.agency_id
      LEFT JOIN cases_case c ON c.id = r.case_id
     WHERE i.id <> ALL (%(without)s::uuid[])
     ORDER BY r.told_at DESC, r.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Telling:
    """A report near by of what may be the same: whose, when, where, and how it compares with what is in hand."""

    report_id: uuid.UUID
    incident_id: uuid.UUID
    occurrence: uuid.UUID
    reference: str
    state: str
    agency: str
    told: Told
    line: str
    case: str
    closed: bool
    weighed: Weighed

    @property
    def told_at(self) -> datetime:
        """When it was told, UTC."""
        return self.told.told_at

    @property
    def is_proposed(self) -> bool:
        """Whether it is near enough in everything to be asked about."""
        return self.weighed.band in {VERY_LIKELY, MAY_BE}

    @property
    def order(self) -> tuple[Any, ...]:
        """Likeliest first, then nearest, then newest."""
        far = self.weighed.metres if self.weighed.metres is not None else 10**6
        band = {VERY_LIKELY: 0, MAY_BE: 1}.get(self.weighed.band, 2)
        return band, -self.weighed.bits if band < 2 else far, far, -self.told_at.timestamp()


def building_of(line: str, postcode: str) -> str:
    """What tells the building of an address from others: its postcode, number and street; "" where one is not known."""
    try:
        address = read_address(line, postcode)
    except Invalid:
        return ""
    number = address.number.rstrip("abcdefghijklmnopqrstuvwxyz")
    return f"{postcode}:{number} {address.street}" if postcode and number and address.street else ""


def told_of(told: Told, place: Place | None) -> Told:
    """The same with where it was."""
    if place is None:
        return told
    return replace(
        told, place=place.same_as_id or place.id, building=building_of(place.line, place.postcode), street=place.street_key,
        latitude=place.latitude, longitude=place.longitude,
    )  # fmt: skip


def told_by(report: Report) -> Told:
    """What a report tells, without its people. No query where the incident and its place came with the report."""
    incident = report.incident
    if incident is None:
        return Told(report.told_at)
    told = Told(
        report.told_at, incident.occurred_from, incident.occurred_to, incident.precision, incident.series,
        category=incident.category, national_type=incident.national_type,
    )  # fmt: skip
    return told_of(told, incident.place)


def people_in(
    actor: Actor, incidents: Collection[uuid.UUID]
) -> dict[uuid.UUID, frozenset[tuple[uuid.UUID, str]]]:
    """Who has a part in these incidents, as far as the actor may see: pairs of person and role. One query."""
    if not incidents:
        return {}
    rows = PartyRole.objects.filter(
        incident_id__in=list(incidents), until__isnull=True, party__identity__isnull=False
    )
    found: dict[uuid.UUID, set[tuple[uuid.UUID, str]]] = defaultdict(set)
    for incident, person, role in rows.values_list("incident_id", "party__identity__person_id", "role"):
        if incident is not None and person is not None:
            found[incident].add((person, role))
    return {incident: frozenset(pairs) for incident, pairs in found.items()}


def _as_one(
    told: Told, people: dict[uuid.UUID, frozenset[tuple[uuid.UUID, str]]]
) -> tuple[Told, dict[uuid.UUID, frozenset[tuple[uuid.UUID, str]]]]:
    """The same with every person under the first of the ids that are one with theirs. One query where there are any."""
    known = {person for pairs in (told.persons, *people.values()) for person, _ in pairs}
    if not people:
        return told, people
    leads = {person: one.leads for person, one in wholes(known).items()}

    def of_leads(pairs: Iterable[tuple[uuid.UUID, str]]) -> frozenset[tuple[uuid.UUID, str]]:
        return frozenset((leads[person], role) for person, role in pairs)

    return replace(told, persons=of_leads(told.persons)), {
        one: of_leads(pairs) for one, pairs in people.items()
    }


def tellings_near(
    actor: Actor,
    told: Told,
    *,
    places: Iterable[uuid.UUID] = (),
    since: datetime,
    until: datetime,
    states: Sequence[str] = STATES,
    without: Collection[uuid.UUID] = (),
    most: int = MOST,
) -> list[Telling]:
    """The reports that the actor reads of within about half a kilometre of what is in hand, or at these places, told between two moments
    (UTC), likeliest first. Seven statements at most; nothing where it takes long. Must be called inside a transaction."""
    known = {*places, *([told.place] if told.place else [])}
    cells = []
    if told.latitude is not None and told.longitude is not None:
        cells = geometry.cells_around(told.latitude, told.longitude)
    if not (known or cells) or not connection.in_atomic_block:
        return []
    rows = answered_within(
        MILLISECONDS,
        _AROUND,
        {
            "cells": cells, "places": list(known), "since": since, "until": until, "states": list(states),
            "without": list(without), "most": most,
        },
    )  # fmt: skip
    people = people_in(actor, [row[1] for row in rows]) if told.persons else {}
    told, people = _as_one(told, people)
    found: dict[uuid.UUID, Telling] = {}
    for row in rows:
        one = _telling(row, people.get(row[1], frozenset()), told)
        found.setdefault(one.report_id, one)
    return sorted(found.values(), key=lambda one: one.order)


def _telling(row: Sequence[Any], persons: frozenset[tuple[uuid.UUID, str]], mine: Told) -> Telling:
    (report, incident, occurrence, reference, state, told_at, agency, begins, ends, precision, series, category, kind, place, line,
     postcode, street, latitude, longitude, case, status) = row  # fmt: skip
    theirs = Told(
        told_at, begins, ends, precision, series, place, building_of(line, postcode), street, latitude, longitude, category, kind,
        persons,
    )  # fmt: skip
    return Telling(
        report,
        incident,
        occurrence,
        reference,
        state,
        agency,
        theirs,
        line,
        case,
        status == "closed",
        weigh(mine, theirs),
    )


def open_near(
    actor: Actor, told: Told, now: datetime, *, places: Iterable[uuid.UUID] = (), most: int = 5
) -> list[Telling]:
    """Before a new report is made: the open reports of these places, told in the last year, and near by, in the last four weeks; and those
    of the last week that are in an open case. Likeliest first; each occurrence once. Statements as `tellings_near`."""
    here = {*places, *([told.place] if told.place else [])}
    found = tellings_near(actor, told, places=here, since=now - OPEN_HERE_FOR, until=now)
    shown: dict[uuid.UUID, Telling] = {}
    for one in found:
        if one.state == "case" and (one.closed or one.told_at < now - IN_A_CASE_FOR):
            continue
        if one.told_at < now - OPEN_FOR and one.told.place not in here:
            continue
        shown.setdefault(one.occurrence, one)
    return list(shown.values())[:most]


@dataclass(frozen=True)
class Occurrence:
    """What is known of the occurrence that a report tells of: the other tellings that the reader may see, and what may be others."""

    others: tuple[Report, ...] = ()
    proposed: tuple[Telling, ...] = ()


def occurrence_of(actor: Actor, report: Report, *, propose: bool = True) -> Occurrence:
    """The other tellings of what a report tells of, and proposals that nobody has answered, both as far as the actor reads them.

    Ten statements at most, however many there are.
    """
    incident = report.incident
    if incident is None:
        return Occurrence()
    root = incident.occurrence_id or incident.id
    rows = (
        Report.objects.filter(Q(incident__occurrence_id=root) | Q(incident_id=root))
        .exclude(incident_id=incident.id)
        .select_related("agency", "case", "incident")
        .order_by("told_at", "id")
    )
    others = tuple(rows[:20])
    if not propose:
        return Occurrence(others)
    told = replace(told_by(report), persons=people_in(actor, [incident.id]).get(incident.id, frozenset()))
    found = tellings_near(
        actor, told, since=report.told_at - PROPOSED_WITHIN, until=report.told_at + PROPOSED_WITHIN, without=[incident.id]
    )  # fmt: skip
    likely = [one for one in found if one.is_proposed and one.occurrence != root]
    apart = said_apart(incident.id) if likely else set()
    shown: dict[uuid.UUID, Telling] = {}
    for one in likely:
        if one.incident_id not in apart:
            shown.setdefault(one.occurrence, one)
    return Occurrence(others, tuple(shown.values())[:3])


def said_apart(incident_id: uuid.UUID) -> set[uuid.UUID]:
    """The incidents that somebody said are not the same occurrence as this one, and nobody has said since that they are. One query."""
    rows = SameOccurrence.objects.filter(Q(incident_id=incident_id) | Q(other_id=incident_id)).order_by(
        "at", "id"
    )
    said: dict[uuid.UUID, bool] = {}
    for row in rows:
        said[row.other_id if row.incident_id == incident_id else row.incident_id] = row.same
    return {other for other, same in said.items() if not same}


def person_told(person_id: uuid.UUID | None, party_roles: Iterable[str]) -> frozenset[tuple[uuid.UUID, str]]:
    """One person with their roles, for `Told.persons`."""
    return frozenset((person_id, role) for role in party_roles) if person_id else frozenset()


def identities(actor: Actor, parties: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The person behind each party, as far as the actor may see. One query."""
    return dict(PartyIdentity.objects.filter(party_id__in=list(parties)).values_list("party_id", "person_id"))


def incident_of(report: Report) -> Incident:
    """The incident of a report. Raises Invalid where it has none yet."""
    if report.incident is None:
        raise Invalid.of("other", "Nothing is written down yet of what happened.")
    return report.incident
