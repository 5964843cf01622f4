"""Puts invented persons, their facts, keys and who reaches them into a server of our own, as a superuser by COPY.

Nobody is measured doing this. A record holds about three persons of two; ten agencies own them unevenly, the police read half of all,
and a landlord one in a hundred. A person in seven is known from two records.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import psycopg

from bench.persons.population import Home, Invented, People
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.names import sort_name
from sentinel.matching.rules.keys import VERSION
from sentinel.matching.rules.rings import Guard, Told, rings_of

CHUNK = 20_000
OWNERS = {
    "police": 30, "city": 25, "charnwood": 12, "blaby": 6, "harborough": 5, "hinckley-bosworth": 6, "nw-leicestershire": 6,
    "oadby-wigston": 4, "melton": 3, "rutland": 2, "three-oaks": 1,
}  # fmt: skip
AT = datetime(2026, 6, 1, tzinfo=UTC)
TABLES = {
    "people_person": ("id", "created_at", "origin_agency_id"),
    "people_personname": ("person_id", "given", "family", "full", "title", "kind", "sort_name"),
    "people_personbirth": ("person_id", "born_on", "born_latest", "precision"),
    "people_contactpoint": ("person_id", "kind", "value", "normal"),
    "people_addresslink": ("person_id", "place_id", "text", "kind", "safe_address"),
    "people_identifier": ("person_id", "system", "value"),
    "matching_keyring": ("person_id", "with_record_id"),
    "matching_key": ("key", "ring_id"),
    "access_reach": ("holder_id", "record_id", "kind", "rung", "sort_key", "via", "granted_at"),
    "places_place": ("id", "kind", "key", "line", "postcode", "source", "created_at", "street", "street_key", "locality", "town",
                     "uprn", "cell", "lsoa_code"),
}  # fmt: skip
PROVENANCE = (
    "id", "record_id", "origin_agency_id", "created_at", "regime", "purpose", "source", "standing", "retention_class", "version",
)  # fmt: skip
BARE = {"people_person", "matching_key", "access_reach", "places_place"}


def person_id(number: int) -> uuid.UUID:
    """The id of the person of a number."""
    return uuid.UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | number)


def _place_id(number: int) -> uuid.UUID:
    return uuid.UUID(int=(0x0191 << 112) | (7 << 76) | (2 << 62) | number)


def told_of(person: Invented, first: Guard, second: Guard | None) -> list[Told]:
    """The facts of a person as their keys need them, newest first."""
    facts = [Told(kind="name", guard=first, text=person.name), _home(first, person.home)]
    if person.born is not None:
        facts.append(Told(kind="birth", guard=first, birth=birth_of(person)))
    if person.phone:
        facts.append(Told(kind="phone", guard=first, text=person.phone))
    if person.email:
        facts.append(Told(kind="email", guard=first, text=person.email))
    if person.identifier:
        facts.append(Told(kind="identifier", guard=first, text=person.identifier))
    if second is not None and person.moved is not None:
        facts = [Told(kind="name", guard=second, text=person.again), _home(second, person.moved), *facts]
    return facts


def birth_of(person: Invented) -> Birth | None:
    """What is known of the day of birth."""
    if person.born is None:
        return None
    if person.only_year:
        year = person.born.year
        return Birth(person.born.replace(year, 1, 1), person.born.replace(year, 12, 31), BirthPrecision.YEAR)
    return Birth(person.born, person.born, BirthPrecision.DAY)


def _home(guard: Guard, home: Home) -> Told:
    return Told(
        kind="home", guard=guard, text=home.line, postcode=home.postcode, place_id=_place_id(home.number)
    )


class Loader:
    """Rows of every table, gathered for a chunk of persons and copied."""

    def __init__(self, connection: psycopg.Connection[Any], seed: int) -> None:
        self.connection = connection
        self.chance = random.Random(seed)
        found = connection.execute("SELECT code, id FROM accounts_agency").fetchall()
        self.agencies: dict[str, uuid.UUID] = {code: one for code, one in found if code in OWNERS}
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        self.record: tuple[uuid.UUID, uuid.UUID] | None = None

    def new_record(self) -> tuple[uuid.UUID, uuid.UUID]:
        """A record with its owner, and who reaches it beside."""
        record = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        [code] = self.chance.choices(list(OWNERS), list(OWNERS.values()))
        reach = {code: 4}
        if self.chance.random() < 0.5:
            reach.setdefault("police", 2)
        if self.chance.random() < 0.3:
            reach.setdefault(self.chance.choice(list(OWNERS)), 3)
        if self.chance.random() < 0.3:
            reach.setdefault(self.chance.choice(list(OWNERS)), 1)
        for holder, rung in reach.items():
            self.rows["access_reach"].append((self.agencies[holder], record, 1, rung, AT, "opened", AT))
        return record, self.agencies[code]

    def add(self, person: Invented) -> None:
        """The rows of one person."""
        if self.record is None or self.chance.random() < 0.66:
            self.record = self.new_record()
        record, owner = self.record
        other = self.new_record() if person.moved else None
        who = person_id(person.number)
        self.rows["people_person"].append((who, AT, owner))
        self._name(who, record, owner, person.given, person.family)
        self._put("people_addresslink", record, owner, who, _place_id(person.home.number), "", "lives", False)
        birth = birth_of(person)
        if birth is not None:
            self._put(
                "people_personbirth", record, owner, who, birth.earliest, birth.latest, birth.precision.value
            )
        for kind, value in (("phone", person.phone), ("email", person.email)):
            if value:
                self._put("people_contactpoint", record, owner, who, kind, value, value)
        if person.identifier:
            self._put("people_identifier", record, owner, who, "tenancy", person.identifier)
        if other is not None and person.moved is not None:
            given, _, family = person.again.partition(" ")
            self._name(who, *other, given, family)
            self._put("people_addresslink", *other, who, _place_id(person.moved.number), "", "lived", False)
        self._keys(person, who, owner, Guard(record), Guard(other[0]) if other else None)

    def _keys(
        self, person: Invented, who: uuid.UUID, owner: uuid.UUID, first: Guard, second: Guard | None
    ) -> None:
        for (guard, beside), keys in rings_of(told_of(person, first, second)).items():
            ring = self._put(
                "matching_keyring", guard.record_id, owner, who, beside.record_id if beside else None
            )
            self.rows["matching_key"] += [(key, ring) for key in keys]

    def _name(self, who: uuid.UUID, record: uuid.UUID, owner: uuid.UUID, given: str, family: str) -> None:
        self._put("people_personname", record, owner, who, given, family, f"{given} {family}", "", "current",
                  sort_name(family, given))  # fmt: skip

    def _put(self, table: str, record: uuid.UUID, owner: uuid.UUID, *values: Any) -> uuid.UUID:
        row = uuid.UUID(int=self.chance.getrandbits(128), version=4)
        self.rows[table].append(
            (
                *values,
                row,
                record,
                owner,
                AT,
                "gdpr",
                "asb_case_management",
                "bench",
                "fact",
                "asb_standard",
                1,
            )
        )
        return row

    def flush(self) -> None:
        """Copy what was gathered."""
        for table, rows in self.rows.items():
            columns = TABLES[table] + (() if table in BARE else PROVENANCE)
            names = ", ".join(f'"{one}"' for one in columns)
            with self.connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            rows.clear()


def _places(people: People) -> Iterator[tuple[Any, ...]]:
    for number in range(people.homes):
        home = people.home(number)
        street = home.line.partition(" ")[2]
        yield (_place_id(number), "address", f"bench:{number}", home.line, home.postcode, "Bench", AT, street, street.lower(),
               "", "Leicester", "", "", "")  # fmt: skip


def load(superuser_url: str, people: People, say: Callable[[str], None]) -> dict[str, float]:
    """Load everybody. Returns seconds, keys, and the bytes of keys and rings with their indexes."""
    begun = time.perf_counter()
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        with connection.transaction():
            # Neither triggers nor foreign keys: nobody did these rows one by one, and no policy holds a superuser.
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET maintenance_work_mem = '512MB'")
            # One index for every key is made at the end, as it is after a restore.
            connection.execute("ALTER TABLE matching_key DROP CONSTRAINT IF EXISTS matching_key_pkey")
            loader = Loader(connection, people.seed)
            loader.rows["places_place"] += _places(people)
            for person in people:
                loader.add(person)
                if (person.number + 1) % CHUNK == 0:
                    loader.flush()
                    if (person.number + 1) % (10 * CHUNK) == 0:
                        say(f"{person.number + 1:,} persons")
            loader.flush()
            connection.execute("ALTER TABLE matching_key ADD PRIMARY KEY (key, ring_id)")
            connection.execute(
                "INSERT INTO matching_built VALUES (%s, now()) ON CONFLICT DO NOTHING", [VERSION]
            )
        connection.execute("VACUUM (ANALYZE)")
        return {"seconds": time.perf_counter() - begun, **stored(connection)}


def stored(connection: psycopg.Connection[Any]) -> dict[str, float]:
    """How many keys there are, and the bytes of keys and of rings, tables with their indexes."""
    row = connection.execute(
        "SELECT count(*), pg_total_relation_size('matching_key'), pg_total_relation_size('matching_keyring') FROM matching_key"
    ).fetchone()
    assert row is not None
    return {"keys": row[0], "key_bytes": row[1], "ring_bytes": row[2]}


def mark(folder: Path, persons: int) -> Path:
    """The file that says that the database of a folder holds so many persons."""
    return folder / f"persons-{persons}.json"


def loaded(folder: Path, superuser_url: str, people: People) -> dict[str, float]:
    """What `load` gives, from the last time where the folder holds these persons already."""
    file = mark(folder, people.persons)
    if not file.exists():
        found = load(superuser_url, people, lambda words: click.echo(words, err=True))
        file.write_text(json.dumps(found))
    kept: dict[str, float] = json.loads(file.read_text())
    return kept
