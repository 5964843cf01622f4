"""A page of a case's timeline: one query for the events with what they tell of, one for the names."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from sentinel.cases.models import Case
from sentinel.cases.queries.keys import read_key, write_key
from sentinel.cases.queries.people import party_names
from sentinel.cases.timeline import Part, Told, kinds, kinds_of, sentence_for
from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event

PAGE = 25


@dataclass(frozen=True)
class Entry:
    """One entry: when it happened and was recorded (UTC), whose agency and who (ids), and the sentence.

    `back_dated` says that it was entered more than a day after it happened, `quiet` that it only keeps the books.
    """

    id: uuid.UUID
    kind: str
    at: datetime
    recorded_at: datetime
    agency: str
    user: str
    told: Told
    quiet: bool = False

    @property
    def back_dated(self) -> bool:
        """Whether it was entered on another day than it happened."""
        return (self.recorded_at - self.at).total_seconds() > 86_400


@dataclass(frozen=True)
class Page:
    """A page of the timeline, newest first; `next_key` leads to the older ones, None at the end. `names` are all that were
    looked up for it."""

    entries: list[Entry]
    next_key: str | None
    names: dict[uuid.UUID, str]


def timeline(
    actor: Actor,
    case: Case,
    *,
    group: str = "",
    agency_id: uuid.UUID | None = None,
    before: str = "",
    size: int = PAGE,
    names: Mapping[uuid.UUID, str] | None = None,
    also: Iterable[uuid.UUID] = (),
) -> Page:
    """The entries of a case that the actor may see, newest first, those older than the key `before`.

    `group` is a key of cases.timeline.GROUPS. `names` are parties' names that the caller has, `also` users and agencies
    whose names are wanted besides. Two queries, and a third
    where a party is not among `names`: 25 entries of 1,000 cost what 25 of 25 cost. Raises Invalid for a bad key.
    """
    rows = _fetch(case.id, group, agency_id, read_key(before) if before else None, size + 1)
    events = [row[0] for row in rows[:size]]
    told = [_tell(event, loaded) for event, loaded in rows[:size]]
    known = _names(actor, told, events, dict(names or {}), set(also))
    entries = [
        Entry(
            event.id, event.kind, event.happened_at, event.recorded_at, _called(known, event.agency_id),
            _called(known, event.user_id), _with_names(one, known), _quiet(event.kind, one),
        )
        for event, one in zip(events, told, strict=True)
    ]  # fmt: skip
    more = len(rows) > size
    return Page(entries, write_key(events[-1].happened_at, events[-1].id) if more and events else None, known)


def _columns() -> str:
    return ", ".join(f'e."{field.column}"' for field in Event._meta.concrete_fields)


def _fetch(
    case_id: uuid.UUID,
    group: str,
    agency_id: uuid.UUID | None,
    before: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> list[tuple[Event, Any]]:
    wanted = kinds_of(group) if group else kinds()
    loading: dict[type[Model], list[str]] = {}
    for kind in wanted:
        found = sentence_for(kind)
        if found is not None and found.loads is not None:
            loading.setdefault(found.loads, []).append(kind)
    cases: list[str] = []
    arguments: list[Any] = []
    for model, of_kinds in loading.items():
        table = model._meta.db_table
        # Table names come from the models, never from what was sent.
        row = f'SELECT to_jsonb(x) FROM "{table}" x WHERE x.id = e.subject_id'  # noqa: S608
        cases.append(f"WHEN e.kind = ANY(%s) THEN ({row})")
        arguments.append(of_kinds)
    loaded = f"CASE {' '.join(cases)} END" if cases else "NULL::jsonb"
    where = ["e.record_id = %s", "e.kind = ANY(%s)"]
    more: list[Any] = [case_id, wanted]
    if agency_id is not None:
        where.append("e.agency_id = %s")
        more.append(agency_id)
    if before is not None:
        where.append("(e.happened_at, e.id) < (%s, %s)")
        more += list(before)
    # The page is cut first: what an entry tells of is fetched for those shown and for no other.
    newest = "ORDER BY e.happened_at DESC, e.id DESC"
    page = f"SELECT {_columns()} FROM foundation_event e WHERE {' AND '.join(where)} {newest} LIMIT %s"  # noqa: S608
    sql = f"SELECT e.*, {loaded} FROM ({page}) e {newest}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*arguments, *more, limit])
        rows = cursor.fetchall()
    names = [field.attname for field in Event._meta.concrete_fields]
    return [(Event.from_db("default", names, _loads(row[:-1])), _data(row[-1])) for row in rows]


def _data(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _loads(row: Iterable[Any]) -> list[Any]:
    payload = [field.attname for field in Event._meta.concrete_fields].index("payload")
    return [_data(value) if at == payload else value for at, value in enumerate(row)]


def _tell(event: Event, data: Mapping[str, Any] | None) -> Told:
    found = sentence_for(event.kind)
    if found is None:
        return Told((Part("text", event.kind.replace("_", " ")),))
    row = _instance(found.loads, data) if found.loads is not None and data else None
    return found.tell(event, row)


def _quiet(kind: str, told: Told) -> bool:
    found = sentence_for(kind)
    return found is not None and found.quiet and not told.mark


def _instance(model: type[Model], data: Mapping[str, Any]) -> Model:
    """The row as its model knows it, from the JSON that the database gave."""
    values = {
        field.attname: field.to_python(data[str(field.column)]) for field in model._meta.concrete_fields
    }
    return model(**values)


def _names(
    actor: Actor,
    sentences: list[Told],
    events: list[Event],
    known: dict[uuid.UUID, str],
    also: set[uuid.UUID],
) -> dict[uuid.UUID, str]:
    parts = [part for one in sentences for part in one.parts if part.value]
    parties = {part.value for part in parts if part.sort == "party"} - set(known)
    if parties:
        known.update(party_names(actor, parties))
    users = {part.value for part in parts if part.sort == "user"} | {
        one.user_id for one in events if one.user_id
    }
    agencies = {part.value for part in parts if part.sort == "agency"} | {
        one.agency_id for one in events if one.agency_id
    }
    places = {part.value for part in parts if part.sort == "place"}
    return {**known, **names_by_id(users | also, agencies | also, places)}


def names_by_id(
    users: Iterable[uuid.UUID], agencies: Iterable[uuid.UUID], places: Iterable[uuid.UUID] = ()
) -> dict[uuid.UUID, str]:
    """What users, agencies and places are called. One query, none where nothing is asked."""
    asked = [list(users), list(agencies), list(places)]
    if not any(asked):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name FROM accounts_user WHERE id = ANY(%s)"
            " UNION ALL SELECT id, short_name FROM accounts_agency WHERE id = ANY(%s)"
            " UNION ALL SELECT id, line FROM places_place WHERE id = ANY(%s)",
            asked,
        )
        return dict(cursor.fetchall())


_MISSING = {"party": "somebody", "user": "somebody", "agency": "an agency", "place": "a place"}


def _called(known: Mapping[uuid.UUID, str], identifier: uuid.UUID | None) -> str:
    return known.get(identifier, "") if identifier else ""


def _with_names(told: Told, known: Mapping[uuid.UUID, str]) -> Told:
    parts = tuple(
        replace(part, value=known.get(part.value, _MISSING[part.sort])) if part.sort in _MISSING else part
        for part in told.parts
    )
    return replace(told, parts=parts)
