# ruff: noqa: S608  the conditions are constants of this file, every value is a parameter
"""The list of cases: begins at what the actor reaches, filtered, by key; never counted beyond 500."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from sentinel.cases.models import Case
from sentinel.cases.queries.keys import read_key, write_key
from sentinel.cases.rules import OPEN_STATUSES, STATUS_WORDS, shelves
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import Among, compiled
from sentinel.foundation.models import PROVENANCE
from sentinel.kernel.errors import Invalid
from sentinel.kernel.references import parse

PAGE = 25
MANY = 500
PASSED = 1000


@dataclass(frozen=True)
class Filters:
    """What the list shows. Empty means all; `status` may be "open" (all but closed), `band` 0 to 3."""

    status: str = "open"
    band: int | None = None
    lead: uuid.UUID | None = None
    team: uuid.UUID | None = None
    owner: uuid.UUID | None = None
    category: str = ""
    national_type: str = ""
    place: uuid.UUID | None = None
    area: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Listed:
    """One line: the case with lead, owner agency and place loaded, and the key it is sorted by (UTC)."""

    case: Case
    sort_key: datetime


@dataclass(frozen=True)
class Page:
    """A page of the list, last changed first. `count` is what was counted; `many` says that there are more than that."""

    rows: list[Listed]
    next_key: str | None
    count: int | None
    many: bool


def list_cases(
    actor: Actor, filters: Filters, *, after: str = "", size: int = PAGE, counted: bool = True
) -> Page:
    """The cases that the actor reads, last changed first. Three queries.

    Raises Invalid for a reference that cannot be one (field reference) or a bad key.
    """
    asked = _asked(filters)
    key = read_key(after) if after else None
    found = _ids(actor, asked, key, size + 1)
    shown = found[:size]
    cases = {case.id: case for case in _cases([one[1] for one in shown])}
    rows = [Listed(cases[case_id], sort_key) for sort_key, case_id in shown if case_id in cases]
    more = len(found) > size
    count, many = (None, False)
    if counted and not after:
        count, many = _count(actor, asked) if more else (len(found), False)
    return Page(rows, write_key(*shown[-1]) if more else None, count, many)


@compiled
def _cases(ids: list[uuid.UUID]) -> QuerySet[Case]:
    related = Case.objects.select_related("lead", "owner_agency", "team", "place").defer(*PROVENANCE)
    return related.filter(Among("id", ids))


@dataclass(frozen=True)
class _Asked:
    """Filters as the database is asked them.

    `few` holds of few cases, wherever they are: the list begins at them. `shelves` (None: all) are walked otherwise,
    in the order of the list; `rest` is then looked up for each case that is passed.
    """

    few: tuple[list[str], list[Any]]
    shelves: list[int] | None
    rest: tuple[list[str], list[Any]]


def _asked(filters: Filters) -> _Asked:
    few: tuple[list[str], list[Any]] = ([], [])
    rest: tuple[list[str], list[Any]] = ([], [])
    if filters.reference:
        try:
            reference = str(parse(filters.reference))
        except Invalid as error:
            raise error.under("reference") from error
        few[0].append("reference = %s")
        few[1].append(reference)
    for where, column, value in (
        (few, "lead_id", filters.lead),
        (few, "place_id", filters.place),
        (rest, "team_id", filters.team),
        (rest, "owner_agency_id", filters.owner),
        (rest, "national_type", filters.national_type),
    ):
        if value:
            where[0].append(f"c.{column} = %s" if where is rest else f"{column} = %s")
            where[1].append(value)
    if filters.area:
        rest[0].append(
            "c.place_id IN (SELECT p.id FROM places_place p JOIN accounts_area a ON a.id = p.district_id"
            " WHERE a.code = %s)"
        )
        rest[1].append(filters.area)
    return _Asked(few, _shelves(filters), rest)


def _shelves(filters: Filters) -> list[int] | None:
    waits = True if filters.band == 0 else None
    if not filters.status and filters.band is None and not filters.category:
        return None
    statuses = OPEN_STATUSES if filters.status == "open" else (filters.status or STATUS_WORDS)
    return shelves(
        [statuses] if isinstance(statuses, str) else statuses, filters.band or None, filters.category,
        unassessed=waits,
    )  # fmt: skip


_MAY = "r.kind = 1 AND r.rung >= 2 AND (r.until IS NULL OR r.until > (SELECT sentinel_now()))"
_ORDER = "ORDER BY r.sort_key DESC, r.record_id DESC"


def _walk(actor: Actor, asked: _Asked, more: str, *, ordered: bool) -> tuple[str, list[Any]]:
    """What the actor reaches of what is asked, as SQL: rows of sort_key and record_id, `{limit}` for each part of it.

    Each holder's reach is walked shelf by shelf in its own order and cut, then the few are merged: one order over all
    would sort all. Few cases are found first and their reach looked up.
    """
    order = f"{_ORDER} LIMIT %s" if ordered else "LIMIT %s"
    if asked.few[0]:
        found = f"SELECT id FROM cases_case WHERE {' AND '.join(asked.few[0])}"
        join = (
            "JOIN few ON few.id = r.record_id JOIN cases_case c ON c.id = few.id"
            if asked.rest[0]
            else "JOIN few ON few.id = r.record_id"
        )
        shelf = " AND r.shelf = ANY (%s)" if asked.shelves is not None else ""
        values = [*asked.few[1], list(actor.holders)]
        values += [asked.shelves] if asked.shelves is not None else []
        rest = "".join(f" AND {one}" for one in asked.rest[0])
        return (
            f"WITH few AS MATERIALIZED ({found}) SELECT r.sort_key, r.record_id FROM access_reach r {join}"
            f" WHERE r.holder_id = ANY (%s) AND {_MAY}{shelf}{rest}{more} {order}",
            [*values, *asked.rest[1]],
        )
    join = "JOIN cases_case c ON c.id = r.record_id" if asked.rest[0] else ""
    rest = "".join(f" AND {one}" for one in asked.rest[0])
    if asked.shelves is None:
        outer, shelf, values = "", "", [list(actor.holders)]
    else:
        outer, shelf = " CROSS JOIN unnest(%s::smallint[]) AS s (shelf)", " AND r.shelf = s.shelf"
        values = [list(actor.holders), asked.shelves]
    return (
        f"SELECT one.sort_key, one.record_id FROM unnest(%s::uuid[]) AS h (id){outer} CROSS JOIN LATERAL"
        f" (SELECT r.sort_key, r.record_id FROM access_reach r {join} WHERE r.holder_id = h.id{shelf} AND {_MAY}{rest}{more}"
        f" {order}) AS one",
        [*values, *asked.rest[1]],
    )


def _ids(
    actor: Actor, asked: _Asked, key: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[tuple[datetime, uuid.UUID]]:
    more = " AND (r.sort_key, r.record_id) < (%s, %s)" if key is not None else ""
    sql, values = _walk(actor, asked, more, ordered=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT sort_key, record_id FROM ({sql}) AS listed"
            " ORDER BY sort_key DESC, record_id DESC LIMIT %s",
            [*values, *(key or ()), limit, limit],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _count(actor: Actor, asked: _Asked) -> tuple[int, bool]:
    """How many there are, and whether there are more: up to 500, or as far as passing 1,000 lines of the list tells."""
    whole = _Asked(asked.few, asked.shelves, ([], [])) if not asked.few[0] else asked
    sql, values = _walk(actor, whole, "", ordered=False)
    passed = f"SELECT record_id FROM ({sql}) AS listed LIMIT {PASSED}"
    fits = "TRUE"
    join = ""
    if asked.rest[0] and not asked.few[0]:
        join, fits = "JOIN cases_case c ON c.id = p.record_id", " AND ".join(asked.rest[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH p AS MATERIALIZED ({passed}) SELECT (SELECT count(DISTINCT p.record_id) FROM p {join} WHERE {fits}),"
            " (SELECT count(*) FROM p)",
            [*values, PASSED, *(asked.rest[1] if join else [])],
        )
        fitting, walked = cursor.fetchone()
    return min(fitting, MANY), fitting > MANY or walked >= PASSED
