# ruff: noqa: S608  what is put together are constants of this file, every value is a parameter
"""The figures and the lists behind them: one statement of what is counted, read twice.

A count and its list are the same conditions over the same rows, so that no number can open a list of another length.
What a reader may see is decided by the row policy of insight_matter. Their own agency's rows are found by agency, those
of others by beginning at what the reader reaches and does not own: a policy alone would ask about every row that there is.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from sentinel.accounts.models import Agency
from sentinel.cases.rules import OPEN_STATUSES, shelves
from sentinel.foundation.actor import SYSTEM, Actor
from sentinel.insight.rules import (
    AGES,
    CASES,
    LATE,
    PEOPLE,
    PUT_OFF,
    REVIEWS,
    UNKNOWN,
    Figures,
    age_begins,
    over_before,
)
from sentinel.kernel.clock import london_date
from sentinel.risk.lists import review_days_of_agencies
from sentinel.risk.rules import BAND_NUMBERS

PAGE = 50
# The agency and the team of a case.
Key = tuple[uuid.UUID, uuid.UUID | None]

LIMITS = """limits AS MATERIALIZED (
    SELECT l.agency_id, l.band, l.before
      FROM jsonb_to_recordset(%(limits)s::jsonb) AS l (agency_id uuid, band smallint, before timestamptz))"""
COLUMNS = "m.record_id, m.kind, m.subject, m.subject_id, m.detail, m.since, m.until, m.band, m.agency_id, m.team_id, m.lead_id"
# An assessment younger than the shortest days of any band is not looked at.
SOME = "(m.kind <> 3 OR m.since < %(soonest)s)"
# What every reader of a case may see: that somebody is not assessed, and of the rest what no narrower audience guards.
FOR_ALL = "(m.audience_id IS NULL OR m.kind = 1)"
_OWN = f"SELECT {COLUMNS} FROM insight_matter m WHERE m.agency_id = %(own)s AND {SOME}"
_MINE = f"seen AS (SELECT {COLUMNS} FROM insight_matter m WHERE m.lead_id = %(user)s AND {SOME})"
_SEEN = f"""seen AS (
    {_OWN}
    UNION ALL
    SELECT {COLUMNS} FROM insight_matter m
      JOIN (SELECT DISTINCT r.record_id FROM access_reach r
             WHERE r.holder_id = ANY (%(holders)s) AND r.kind = 1 AND r.rung BETWEEN 2 AND 3
               AND r.shelf = ANY (%(shelves)s)) AS reached USING (record_id)
     WHERE m.agency_id <> %(own)s AND {SOME})"""

# What makes a row count, by measure. `l` is the limit of the row's band in its agency.
WHAT = {
    CASES: "s.kind = 1",
    PEOPLE: "s.kind = 1",
    PUT_OFF: "s.kind = 1 AND s.until > %(now)s",
    UNKNOWN: "s.kind = 2",
    REVIEWS: "s.kind = 3 AND s.since < l.before",
    LATE: "s.kind = 4 AND s.since <= %(now)s",
}
# By which reviews are sorted: the band, and the last day in London by which each was to be (risk.rules.Currency.last_day).
RANK = "-s.band"
DUE = """(%(today)s::date + ((s.since AT TIME ZONE 'Europe/London')::date - (l.before AT TIME ZONE 'Europe/London')::date))::timestamp
         AT TIME ZONE 'Europe/London'"""
JOIN = "seen s LEFT JOIN limits l ON s.kind = 3 AND l.agency_id = s.agency_id AND l.band = s.band"


def of_age(at: int) -> str:
    """That a row is of one of AGES: begun before its day, and not before that of the next one."""
    younger = f"s.since < %(age{at})s" if at else "true"
    return f"{younger} AND s.since >= %(age{at + 1})s" if at + 1 < len(AGES) else younger


def _count(measure: str, more: str = "true") -> str:
    if measure == CASES:
        # Only the records of those rows are put in order to be counted, not every row that is looked at.
        records = f"array_agg(s.record_id) FILTER (WHERE {WHAT[measure]} AND {more})"
        return f"(SELECT count(DISTINCT one.id) FROM unnest({records}) AS one (id))"
    return f"count(*) FILTER (WHERE {WHAT[measure]} AND {more})"


FIGURES = ", ".join(
    [_count(CASES), _count(PEOPLE), _count(PUT_OFF), *(_count(UNKNOWN, of_age(at)) for at in range(len(AGES))),
     _count(REVIEWS), _count(LATE)]
)  # fmt: skip


def read_figures(row: Any) -> Figures:
    """Figures from the columns of a statement in their order."""
    cases, people, put_off, *unknown, reviews, late = row
    return Figures(cases, people, put_off, tuple(unknown), reviews, late)


@dataclass(frozen=True)
class Chosen:
    """Whose cases: of one agency, of one team (NO_TEAM: of none), of who asks alone. None and False: all."""

    agency: uuid.UUID | None = None
    team: uuid.UUID | None = None
    mine: bool = False

    @property
    def sql(self) -> str:
        """The condition on a row."""
        said = ["s.agency_id = %(agency)s"] if self.agency else []
        if self.team == NO_TEAM:
            said.append("s.team_id IS NULL")
        elif self.team:
            said.append("s.team_id = %(team)s")
        if self.mine:
            said.append("s.lead_id = %(user)s")
        return " AND ".join(said) or "true"


NO_TEAM = uuid.UUID(int=0)
EVERYTHING = Chosen()


def limits(today: date) -> list[tuple[uuid.UUID, int, datetime]]:
    """For each agency and band the moment before which an assessment is over its days. One query, and one for a day that was not
    asked of before."""
    days = review_days_of_agencies(today)
    return [
        (agency, BAND_NUMBERS[band], moment)
        for agency in Agency.objects.values_list("pk", flat=True)
        for band, moment in over_before(today, days(agency), BAND_NUMBERS).items()
    ]


def parameters(actor: Actor, now: datetime, chosen: Chosen) -> dict[str, Any]:
    """The values of the statements of this room."""
    today = london_date(now)
    every = limits(today)
    return {
        "now": now,
        "today": today,
        "own": actor.agency_id or NO_TEAM,
        "user": actor.user_id,
        "holders": list(actor.holders),
        "shelves": shelves(list(OPEN_STATUSES)),
        "limits": json.dumps(
            [{"agency_id": str(agency), "band": band, "before": at.isoformat()} for agency, band, at in every]
        ),
        "soonest": max((at for _, _, at in every), default=now),
        "agency": chosen.agency,
        "team": chosen.team,
        **{f"age{at}": age_begins(today, age) for at, age in enumerate(AGES)},
    }


def _seen(chosen: Chosen, *, own_alone: bool = False) -> str:
    """The rows that are looked at: no more than can count."""
    if chosen.mine:
        return _MINE
    return f"seen AS ({_OWN})" if own_alone else _SEEN


def figures_by_team(
    actor: Actor, now: datetime, chosen: Chosen = EVERYTHING, *, own_alone: bool = False
) -> dict[Key, Figures]:
    """The figures of everything that the actor may see, by agency and team of the case (None: no team); `own_alone`: of their own
    agency's cases. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {LIMITS}, {_seen(chosen, own_alone=own_alone)} SELECT s.agency_id, s.team_id, {FIGURES} FROM {JOIN}"
            f" WHERE {chosen.sql} GROUP BY 1, 2",
            parameters(actor, now, chosen),
        )
        found = {(row[0], row[1]): read_figures(row[2:]) for row in cursor.fetchall()}
    return {key: one for key, one in found.items() if not one.is_zero}


def figures_by_lead(now: datetime) -> dict[tuple[uuid.UUID, uuid.UUID | None, uuid.UUID | None], Figures]:
    """The figures of every open case by agency, team and lead, over what every reader of the case may see: what is behind a narrower
    audience would be told to whoever is sent them. For the worker, which sees all. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {LIMITS}, seen AS (SELECT {COLUMNS} FROM insight_matter m WHERE {SOME} AND {FOR_ALL})"
            f" SELECT s.agency_id, s.team_id, s.lead_id, {FIGURES} FROM {JOIN} GROUP BY 1, 2, 3",
            parameters(SYSTEM, now, EVERYTHING),
        )
        return {(row[0], row[1], row[2]): read_figures(row[3:]) for row in cursor.fetchall()}


@dataclass(frozen=True)
class Found:
    """One row of a list: a matter, and for a list of cases the case with the earliest of its matters. `due` is since when it waits
    (UTC): of a review the last day by which it was to be, of all else `since`."""

    record_id: uuid.UUID
    subject: str
    subject_id: uuid.UUID
    detail: str
    since: datetime
    until: datetime | None
    band: int | None
    due: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """A page of a list: how many rows it has in all, these rows, and the key of the next."""

    count: int
    rows: list[Found]
    next_key: str


def list_matters(
    actor: Actor, now: datetime, measure: str, chosen: Chosen = EVERYTHING, *, age: int | None = None, after: str = "",
    size: int = PAGE,
) -> Listed:  # fmt: skip
    """What a number counts, the longest waiting first; of reviews the highest band, and then the longest over its day. `age` is one of AGES, of answers not known. `after` is the key of a page
    before; one that cannot be read begins at the beginning. Two queries."""
    key = _read_key(after)
    what = [WHAT[measure], chosen.sql]
    if measure == UNKNOWN and age in AGES:
        what.append(of_age(AGES.index(age)))
    values = {**parameters(actor, now, chosen), "size": size + 1}
    one = "DISTINCT ON (s.record_id) " if measure == CASES else ""
    later = ""
    if key is not None:
        later = "WHERE (f.rank, f.due, f.record_id, f.subject_id, f.subject, f.detail)"
        later += " > (%(k0)s, %(k1)s, %(k2)s, %(k3)s, %(k4)s, %(k5)s)"
        values |= {f"k{at}": value for at, value in enumerate(key)}
    rank, due = (RANK, DUE) if measure == REVIEWS else ("0", "s.since")
    order = "rank, due, record_id, subject_id, subject, detail"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {LIMITS}, {_seen(chosen)}, found AS MATERIALIZED ("
            f" SELECT {one}s.record_id, s.subject, s.subject_id, s.detail, s.since, s.until, s.band,"
            f" {due} AS due, {rank} AS rank FROM {JOIN}"
            f" WHERE {' AND '.join(what)}"
            f"{' ORDER BY s.record_id, s.since, s.subject_id, s.subject' if one else ''})"
            f" SELECT (SELECT count(*) FROM found), f.* FROM found f {later} ORDER BY {order} LIMIT %(size)s",
            values,
        )
        rows = cursor.fetchall()
    found = [Found(*row[1:-1]) for row in rows[:size]]
    count = rows[0][0] if rows else 0
    return Listed(count, found, _write_key(found[-1], rows[size - 1][-1]) if len(rows) > size else "")


def of_cases(actor: Actor, now: datetime, case_ids: list[uuid.UUID]) -> list[Found]:
    """Everybody not assessed in some cases, who waits longest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.record_id, m.subject, m.subject_id, m.detail, m.since, m.until, m.band FROM insight_matter m"
            " WHERE m.record_id = ANY (%s) AND m.kind = 1 ORDER BY m.since, m.subject_id",
            [case_ids],
        )
        return [Found(*row) for row in cursor.fetchall()]


def _write_key(row: Found, rank: int) -> str:
    due = row.due or row.since
    return "~".join(
        [str(rank), due.isoformat(), str(row.record_id), str(row.subject_id), row.subject, row.detail]
    )


def _read_key(key: str) -> tuple[int, datetime, uuid.UUID, uuid.UUID, str, str] | None:
    rank, *rest = key.split("~")
    try:
        due, record, subject_id, subject, detail = rest
        return (
            int(rank),
            datetime.fromisoformat(due),
            uuid.UUID(record),
            uuid.UUID(subject_id),
            subject,
            detail,
        )
    except ValueError:
        return None
