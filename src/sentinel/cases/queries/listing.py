"""The list of cases: begins at what the actor reaches, filtered, by key; never counted beyond 500."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sentinel.cases.models import Case
from sentinel.cases.queries.keys import read_key, write_key
from sentinel.cases.rules import OPEN_STATUSES
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Invalid
from sentinel.kernel.references import parse

PAGE = 25
MANY = 500


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
    """A page of the list, last changed first. `count` counts to 500; `many` says that there are more."""

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
    where, arguments = _conditions(filters)
    key = read_key(after) if after else None
    found = _ids(actor, where, arguments, key, size + 1)
    shown = found[:size]
    cases = Case.objects.select_related("lead", "owner_agency", "team", "place").in_bulk(
        [one[1] for one in shown]
    )
    rows = [Listed(cases[case_id], sort_key) for sort_key, case_id in shown if case_id in cases]
    count = _count(actor, where, arguments) if counted and not after else None
    more = len(found) > size
    return Page(
        rows,
        write_key(*shown[-1]) if more else None,
        count and min(count, MANY),
        bool(count and count > MANY),
    )


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    arguments: list[Any] = []

    def ask(sql: str, *values: object) -> None:
        where.append(sql)
        arguments.extend(values)

    if filters.reference:
        try:
            ask("c.reference = %s", str(parse(filters.reference)))
        except Invalid as error:
            raise error.under("reference") from error
    if filters.status == "open":
        ask("c.status = ANY(%s)", list(OPEN_STATUSES))
    elif filters.status:
        ask("c.status = %s", filters.status)
    if filters.band == 0:
        ask("c.unassessed > 0")
    elif filters.band is not None:
        ask("c.highest_band = %s", filters.band)
    for column, value in (
        ("lead_id", filters.lead),
        ("team_id", filters.team),
        ("owner_agency_id", filters.owner),
        ("category", filters.category),
        ("national_type", filters.national_type),
        ("place_id", filters.place),
    ):
        if value:
            ask(f"c.{column} = %s", value)
    if filters.area:
        ask(
            "c.place_id IN (SELECT p.id FROM places_place p JOIN accounts_area a ON a.id = p.district_id"
            " WHERE a.code = %s)",
            filters.area,
        )
    return where, arguments


# Each holder's reach is walked in its own order and cut, then the few are merged: one order over both would sort all.
_REACH = (
    "(SELECT r.sort_key, r.record_id FROM access_reach r JOIN cases_case c ON c.id = r.record_id"
    " WHERE r.holder_id = %s AND r.kind = 1 AND r.rung >= 2 AND (r.until IS NULL OR r.until > (SELECT sentinel_now())){more}"
    " ORDER BY r.sort_key DESC, r.record_id DESC LIMIT %s)"
)


def _ids(
    actor: Actor,
    where: list[str],
    arguments: list[Any],
    key: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> list[tuple[datetime, uuid.UUID]]:
    conditions = list(where)
    values = list(arguments)
    if key is not None:
        conditions.append("(r.sort_key, r.record_id) < (%s, %s)")
        values += list(key)
    more = "".join(f" AND {one}" for one in conditions)
    parts, given = [], []
    for holder in actor.holders:
        parts.append(_REACH.format(more=more))
        given += [holder, *values, limit]
    if not parts:
        return []
    sql = f"{' UNION '.join(parts)} ORDER BY sort_key DESC, record_id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, limit])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _count(actor: Actor, where: list[str], arguments: list[Any]) -> int:
    """How many there are, up to one more than 500."""
    return len(_ids(actor, where, arguments, None, MANY + 1))
