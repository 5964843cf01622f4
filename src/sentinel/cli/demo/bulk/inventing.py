"""The rows of a load: cases, their places and who works on them, all of it invented from one seed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sentinel.accounts.models import Agency, RoleHeld, Team, User
from sentinel.cli.demo.invented import STREETS, TROUBLES, Inventor
from sentinel.cli.demo.prose import Writer
from sentinel.kernel.ids import new_id
from sentinel.kernel.names import sort_name
from sentinel.kernel.references import Kind, make
from sentinel.matching.rules.keys import keys_of_name
from sentinel.places.models import Place
from sentinel.places.rules import place_key, read_address

CASES_AN_OFFICER = 500
OWN = 60
OPEN_ONE_IN = 25
UNASSESSED_ONE_IN = 200
YEARS = 5
NOTES = 3
OWNERS = (
    "charnwood",
    "city",
    "blaby",
    "melton",
    "rutland",
    "harborough",
    "oadby-wigston",
    "hinckley-bosworth",
)
STAGING = {
    "n": "integer", "id": "uuid", "reference": "text", "report_reference": "text", "title": "text", "words": "text",
    "category": "text", "national_type": "text", "status": "text", "told": "timestamptz", "opened": "timestamptz",
    "closed": "timestamptz", "agency": "uuid", "lead": "uuid", "team": "uuid", "place": "uuid", "band": "smallint",
    "assessed": "boolean", "given": "text", "family": "text", "sort_name": "text", "reader": "uuid", "writer": "uuid", "supporter": "uuid",
    "keys": "bigint[]", "notes": "text[]",
}  # fmt: skip


def places_for(inventor: Inventor, now: datetime, count: int) -> list[tuple[uuid.UUID, str]]:
    """Make so many places; their ids and lines."""
    rows = []
    # No place of the story has such a postcode.
    there = Place.objects.filter(source="Demonstration", postcode__endswith="ZX").count()
    for number in range(there, there + count):
        line = f"{number // len(STREETS) + 1} {STREETS[number % len(STREETS)]}"
        postcode = f"LE{10 + number % 9} {number % 10}ZX"
        address = read_address(line, postcode)
        rows.append(Place(id=new_id(), kind="address", key=place_key("address", address), line=line, town="Loughborough",
                          street=STREETS[number % len(STREETS)], street_key=address.street, postcode=postcode, source="Demonstration",
                          created_at=now))  # fmt: skip
    Place.objects.bulk_create(rows, batch_size=2000)
    return [(row.pk, row.line) for row in rows]


def officers_for(
    agencies: Mapping[str, Agency], now: datetime, cases: int
) -> dict[str, list[tuple[uuid.UUID, uuid.UUID]]]:
    """Make the officers of each owner; ids of officer and team by the owner's code. Raises LookupError where one has no team."""
    found: dict[str, list[tuple[uuid.UUID, uuid.UUID]]] = {}
    wanted = max(1, cases // len(OWNERS) // CASES_AN_OFFICER)
    users, roles = [], []
    for code in OWNERS:
        agency = agencies[code]
        team = Team.objects.filter(agency=agency).first()
        if team is None:
            raise LookupError(f"{code} has no team")
        found[code] = []
        there = User.objects.filter(email__endswith=f"@{code}.bulk.example").count()
        for number in range(there, there + wanted):
            # No password can ever match "!": these accounts hold work and never sign in.
            user = User(id=new_id(), email=f"officer{number}@{code}.bulk.example", name=f"Officer {number + 1}", agency=agency,
                        team=team, password="!")  # noqa: S106  # fmt: skip
            users.append(user)
            roles.append(RoleHeld(id=new_id(), user=user, role="case_officer", since=now))
            found[code].append((user.pk, team.pk))
    User.objects.bulk_create(users, batch_size=2000)
    RoleHeld.objects.bulk_create(roles, batch_size=2000)
    return found


# The officers who lead the newest cases, by what the case's number leaves when divided by four.
READERS = {
    0: "aisha.rahman@police.example",
    1: "beth.carr@three-oaks.example",
    3: "kofi.mensah@soar-valley.example",
}


def readers_of(agencies: Mapping[str, Agency]) -> dict[int, tuple[str, uuid.UUID, uuid.UUID]]:
    """Who leads the newest cases: code of the agency, ids of officer and team, by what is left of a number divided by four."""
    codes = {agency.pk: code for code, agency in agencies.items()}
    users = {user.email: user for user in User.objects.filter(email__in=READERS.values(), team__isnull=False)}
    found = {}
    for rest, email in READERS.items():
        user = users.get(email)
        if user is not None and user.team_id is not None:
            found[rest] = (codes[user.agency_id], user.pk, user.team_id)
    return found


def rows_of(
    inventor: Inventor, writer: Writer, now: datetime, begin: int, end: int, cases: int, agencies: Mapping[str, Agency],
    officers: Mapping[str, list[tuple[uuid.UUID, uuid.UUID]]], places: list[tuple[uuid.UUID, str]], numbers: dict[int, int],
    readers: Mapping[int, tuple[str, uuid.UUID, uuid.UUID]], are_open: int | None,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """The rows of the cases from `begin` to before `end`, in the order of `STAGING`. `numbers`, the last of each year, move on."""
    pick = inventor.random
    police, oaks, soar, victims = (
        agencies[code].pk for code in ("police", "three-oaks", "soar-valley", "victim-first")
    )
    span = timedelta(days=365 * YEARS)
    every = max(1, cases // 5)
    humans = [inventor.human() for _ in range(500)]
    for n in range(begin, end):
        told = now - span * (1 - n / cases) - timedelta(minutes=pick.randint(30, 600))
        numbers[told.year] = numbers.get(told.year, 0) + 1
        number = numbers[told.year]
        code = OWNERS[n % len(OWNERS)]
        lead, team = officers[code][n // len(OWNERS) % len(officers[code])]
        if n >= cases - OWN and n % 4 in readers:
            code, lead, team = readers[n % 4]
        place, line = places[pick.randrange(len(places))]
        trouble = TROUBLES[pick.randrange(len(TROUBLES))]
        is_open = n >= cases - (OWN if are_open is None else are_open) or (
            are_open is None and n % OPEN_ONE_IN == 0
        )
        waits = is_open and are_open is not None and n % UNASSESSED_ONE_IN == 0
        human, other = humans[pick.randrange(500)], humans[pick.randrange(500)]
        closed = None if is_open else min(told + timedelta(days=pick.randint(10, 90)), now)
        yield (
            n, new_id(), make("LLR", told.year, number), make("LLR", told.year, number, Kind.REPORT), f"{trouble[0]} at {line}",
            trouble[3], trouble[2], trouble[1], "closed" if not is_open else "new" if waits else "active", told, told + timedelta(minutes=20), closed,
            agencies[code].pk, lead, team, place, pick.choices((1, 2, 3), (60, 30, 10))[0], not waits, human.given, other.family,
            sort_name(other.family, human.given), police if n % 2 == 0 and code != "police" else None,
            soar if n % every == 0 else oaks if n % 100 == 1 and code != "three-oaks" else None, victims if n % 20 == 7 else None,
            sorted(keys_of_name(f"{human.given} {other.family}")), [writer.note() for _ in range(NOTES)],
        )  # fmt: skip
