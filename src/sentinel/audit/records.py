"""What an auditor calls a record: its reference instead of its id. The rooms that give references register here."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Referenced:
    """A room's two functions of the database, which answer an auditor and nobody else.

    `references(uuid[])` gives rows of id and reference; `record(text)` the id behind a reference, or null.
    """

    references: str
    record: str


@dataclass(frozen=True)
class Peopled:
    """The two functions of the room that knows who has a part in a record: they too answer an auditor and nobody else.

    `people(uuid)` gives a record's parties (party_id, person_id or null, roles, protected); `parts(uuid)` those that a
    person is, each with its record. Neither gives a name. `roles` says each code in words.
    """

    people: str
    parts: str
    roles: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """Somebody in a record as an auditor may know them: by number and part, never by name. `person_id` is None for who is
    no known person."""

    number: int
    words: str
    person_id: uuid.UUID | None


_rooms: list[Referenced] = []
_peopled: list[Peopled] = []


def register(room: Referenced) -> None:
    """Let this room's records be named in the audit."""
    if room not in _rooms:
        _rooms.append(room)


def register_people(room: Peopled) -> None:
    """Let an auditor find what was read of somebody, by the record in which they have a part."""
    if room not in _peopled:
        _peopled.append(room)


def people_of(record_id: uuid.UUID) -> list[Part]:
    """Who has a part in a record, for an auditor. One query."""
    found: list[Part] = []
    for room in _peopled:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT person_id, roles, protected FROM {room.people}(%s)", [record_id])  # noqa: S608  a constant
            for person_id, roles, protected in cursor.fetchall():
                said = [room.roles.get(role, role).lower() for role in roles] or ["no part now"]
                words = ", ".join([*said, *(["identity protected"] if protected else [])])
                found.append(Part(len(found) + 1, words, person_id))
    return found


def parts_of(person_id: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The parts that a person has: each party with its record, for an auditor. One query."""
    found: list[tuple[uuid.UUID, uuid.UUID]] = []
    for room in _peopled:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {room.parts}(%s)", [person_id])  # noqa: S608  a constant
            found += cursor.fetchall()
    return found


def references_of(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The references of these records, for an auditor; an id that nobody knows is left out. One query."""
    if not ids or not _rooms:
        return {}
    both = " UNION ALL ".join(f"SELECT id, reference FROM {room.references}(%s)" for room in _rooms)  # noqa: S608  names are the rooms' constants
    with connection.cursor() as cursor:
        cursor.execute(both, [list(ids)] * len(_rooms))
        return dict(cursor.fetchall())


def record_behind(reference: str) -> uuid.UUID | None:
    """The id of the record that is called so, for an auditor; None where there is none. One query."""
    with connection.cursor() as cursor:
        calls = ", ".join(f"{room.record}(%s)" for room in _rooms) or "NULL::uuid"
        cursor.execute(f"SELECT COALESCE({calls})", [reference] * len(_rooms))
        found: uuid.UUID | None = cursor.fetchone()[0]
        return found
