"""Is this person, place or report already known? Only what the reader may see answers; of the rest, at most a desk."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q

from sentinel.cases.models import Case, Incident, PartyIdentity
from sentinel.cases.occurrences import occurrence
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.matching.hits.telling import Elsewhere, tell_elsewhere
from sentinel.matching.queries.occurrences import open_near
from sentinel.matching.queries.people import SHOWN, KnownPerson, known_people
from sentinel.matching.queries.repeats import LOCATION, Repeat, repeat_location, repeat_rules
from sentinel.matching.rules import Given
from sentinel.matching.rules.occurrences import Told, once
from sentinel.people.whole import OfOne
from sentinel.places.models import Place
from sentinel.places.queries.one_place import kept_place, of_one_place
from sentinel.places.rules import distance_words

YEAR = timedelta(days=365)
MANY = 100


@dataclass(frozen=True)
class KnownPlace:
    """A place with what the reader may see there: incidents in twelve months (more than `MANY` is said so), open cases.

    `building` where it is not the place that was said but the one that is in: what it is then ("the building"). `repeat` where it is a
    repeat location by the local rule, with what is being told now.
    """

    place: Place
    incidents: int
    open_cases: int
    building: str = ""
    repeat: Repeat | None = None


@dataclass(frozen=True)
class KnownReport:
    """An open report of the place, of the building that it is in (`building`), or near by (`line`, `metres`), that the reader's agency
    reads. `band` and `reasons` say whether it may be the same occurrence as what is being told; `case` where it is in one."""

    reference: str
    told_at: datetime
    national_type: str
    building: bool = False
    report_id: uuid.UUID | None = None
    occurrence: uuid.UUID | None = None
    agency: str = ""
    line: str = ""
    metres: int | None = None
    band: str = ""
    reasons: tuple[str, ...] = ()
    case: str = ""

    @property
    def where(self) -> str:
        """ "of here", "of the building", "of 16 Sparrow Lane, about 100 m away"."""
        if self.building:
            return "of the building"
        if not self.line:
            return "of here"
        away = f", {distance_words(self.metres)} away" if self.metres is not None else ""
        return f"of {self.line}{away}"


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


def known_places(
    actor: Actor,
    places: Sequence[Place],
    now: datetime,
    *,
    buildings: Mapping[uuid.UUID, str] | None = None,
    telling: bool = False,
    same_as: uuid.UUID | None = None,
) -> list[KnownPlace]:
    """What the actor may see at each place: incidents of the last twelve months and open cases. Two queries.

    `telling`: something is being told of them now, so it is said which are repeat locations with it; where that is another telling of an
    occurrence (`same_as`), that occurrence is not counted beside it. What was told several times counts once.

    `buildings` are those of the places that were not said themselves, with what they are.

    Historic open data is not among them: it is anonymised and counts for a street, never for an address.
    """
    ids = [place.id for place in places]
    if not ids:
        return []
    since, today = now - YEAR, london_date(now)
    rule = repeat_rules(today, actor.agency_id).get(LOCATION) if telling else None
    begin = min(since, rule.since(today)) if rule else since
    recent = Q(occurred_from__gte=begin) | Q(occurred_from__isnull=True, created_at__gte=begin)
    rows = Incident.objects.filter(recent, place_id__in=of_one_place(ids)).values_list(
        kept_place(), occurrence(), "category", "occurred_from", "created_at"
    )[: (MANY + 1) * len(ids)]
    told: dict[uuid.UUID, list[tuple[uuid.UUID, tuple[str, datetime]]]] = defaultdict(list)
    for place_id, one, category, at, made in rows:
        if one != same_as:
            told[place_id].append((one, (category, at or made)))
    there: dict[uuid.UUID, list[tuple[str, datetime]]] = defaultdict(list)
    there |= {place_id: once(several) for place_id, several in told.items()}
    cases = Counter(
        Case.objects.filter(place_id__in=of_one_place(ids))
        .exclude(status="closed")
        .values_list(kept_place(), flat=True)[:MANY]
    )
    words = buildings or {}
    return [
        KnownPlace(
            place,
            sum(at >= since for _, at in there[place.id]),
            cases[place.id],
            words.get(place.id, ""),
            repeat_location(rule, there[place.id], today) if rule and place.id not in words else None,
        )
        for place in places
    ]


def known_reports(
    actor: Actor,
    told: Told,
    places: Iterable[Place],
    now: datetime,
    *,
    buildings: Collection[uuid.UUID] = (),
    most: int = 4,
) -> list[KnownReport]:
    """Open reports at these places and near by that the actor's agency reads, likeliest to be the same first, then nearest. Each occurrence
    once. Six statements at most; none where nobody knows where it is."""
    here = {place.id for place in places} - set(buildings)
    return [
        KnownReport(
            one.reference, one.told_at, one.told.national_type, one.told.place in buildings, one.report_id, one.occurrence, one.agency,
            "" if one.told.place in here or one.told.place in buildings else one.line, one.weighed.metres,
            one.weighed.band, tuple(one.weighed.reasons) if one.is_proposed else (), one.case,
        )
        for one in open_near(actor, told, now, places=[place.id for place in places], most=most)
    ]  # fmt: skip


def of_places(given: Given, places: Sequence[Place], buildings: Collection[uuid.UUID]) -> Given:
    """What has been said with the places that its words mean, of which some are `buildings` that were not said themselves."""
    if not places:
        return given
    return replace(
        given,
        places=tuple(place.id for place in places if place.id not in buildings),
        buildings=tuple(place.id for place in places if place.id in buildings),
        postcode=given.postcode or next((place.postcode for place in places if place.postcode), ""),
    )


def already_known(
    actor: Actor,
    given: Given,
    places: Sequence[Place],
    now: datetime,
    *,
    without: Collection[uuid.UUID] = (),
    buildings: Mapping[uuid.UUID, str] | None = None,
    about: uuid.UUID | None = None,
    in_hand: uuid.UUID | None = None,
    happened: Told | None = None,
    same_as: uuid.UUID | None = None,
    confirmed: uuid.UUID | None = None,
) -> AlreadyKnown:
    """All that the panel beside the form shows, for what has been said so far (of `about`, where somebody is there already); once
    somebody is `confirmed`, of persons only the others who are very likely.

    `in_hand` is the case that is worked on, or the report that is being taken: without one no desk is told (hits.telling).
    `buildings` are those of the places that were not said themselves but that a flat of theirs was, with what they are. `happened` is
    when, where and what is being told; `same_as` the occurrence that it was said to be another telling of: it counts once.
    """
    parts = buildings or {}
    told = of_places(given, places, parts)
    return AlreadyKnown(
        persons=[]
        if told.is_empty
        else known_people(actor, told, now, without=without, about=about, confirmed=confirmed),
        places=known_places(actor, places, now, buildings=parts, telling=True, same_as=same_as),
        reports=known_reports(actor, happened or Told(now), places, now, buildings=parts),
        elsewhere=tell_elsewhere(actor, told, in_hand=in_hand),
    )


def open_cases_of(actor: Actor, person_id: uuid.UUID) -> list[PersonCase]:
    """The open cases that the actor reads in which a person has a part: asked only once they are confirmed. One query.

    A protected identity is not told: its row is under an audience of its own.
    """
    if not actor.may("see_cases"):
        return []
    rows = (
        PartyIdentity.objects.filter(OfOne("person_id", [person_id]), party__case__isnull=False)
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
