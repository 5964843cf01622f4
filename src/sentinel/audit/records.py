"""What an auditor calls a record: its reference instead of its id. The rooms that give references register here."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Referenced:
    """A room's two functions of the database, which answer an auditor and nobody else.

    `references(uuid[])` gives rows of id and reference; `record(text)` the id behind a reference, or null.
    """

    references: str
    record: str


_rooms: list[Referenced] = []


def register(room: Referenced) -> None:
    """Let this room's records be named in the audit."""
    if room not in _rooms:
        _rooms.append(room)


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
