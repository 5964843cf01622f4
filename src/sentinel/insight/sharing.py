# ruff: noqa: S608  what is put together are constants of this file, every value is a parameter
"""The figures of other agencies' cases, for holders who reach many of them: counted by the worker, read as of then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from sentinel.foundation.actor import SYSTEM, Actor
from sentinel.insight import matters
from sentinel.insight.matters import EVERYTHING, FIGURES, JOIN, LIMITS, SOME, Key, parameters
from sentinel.insight.rules import AGES, Figures

# A holder who reaches more open cases of others than this reads figures that the worker counted.
MANY = 1_000
# What the worker counted longer ago is not read: three of its rounds were missed, and what was revoked since would still stand.
FRESH = timedelta(minutes=15)

# The columns of FIGURES, in their order.
_AGES = [f"unknown{age}" for age in AGES]
_COLUMNS = ["cases", "people", "put_off", *_AGES, "reviews", "late"]

# Held to what the policy of insight_matter says for each holder.
_COUNT = f"""
WITH {LIMITS},
many AS MATERIALIZED (
    SELECT r.holder_id, array_agg(r.record_id) AS records FROM access_reach r
     WHERE r.kind = 1 AND r.rung BETWEEN 2 AND 3 AND r.shelf = ANY (%(shelves)s) AND (r.until IS NULL OR r.until > %(now)s)
     GROUP BY 1 HAVING count(*) > %(many)s),
seen AS (
    SELECT h.holder_id, {matters.COLUMNS}
      FROM many h CROSS JOIN LATERAL unnest(h.records) AS reached (record_id)
      JOIN insight_matter m ON m.record_id = reached.record_id AND m.agency_id <> h.holder_id
     WHERE {SOME} AND (m.audience_id IS NULL OR m.kind = 1 OR EXISTS (
           SELECT 1 FROM access_reach a WHERE a.holder_id = h.holder_id AND a.record_id = m.audience_id AND a.rung >= 2
              AND (a.until IS NULL OR a.until > %(now)s))))
SELECT s.holder_id, s.agency_id, s.team_id, {FIGURES} FROM {JOIN} GROUP BY 1, 2, 3
UNION ALL
SELECT h.holder_id, NULL, NULL, {", ".join("0" for _ in _COLUMNS)} FROM many h"""


def count_shared(*, now: datetime, many: int = MANY) -> int:
    """Count the figures of every holder who reaches more than `many` open cases of others, in the present transaction. The worker's.
    Returns how many holders there are."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_sharedfigures")
        cursor.execute(
            "INSERT INTO insight_sharedfigures (holder_id, agency_id, team_id, cases, people, put_off, unknown, reviews, late,"
            f" counted_at) SELECT c.holder, c.agency, c.team, c.cases, c.people, c.put_off, ARRAY[{', '.join(_AGES)}], c.reviews,"
            f" c.late, %(now)s FROM ({_COUNT}) AS c (holder, agency, team, {', '.join(_COLUMNS)})",
            {**parameters(SYSTEM, now, EVERYTHING), "many": many},
        )
        cursor.execute("SELECT count(*) FROM insight_sharedfigures WHERE agency_id IS NULL")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Counted:
    """Figures by agency and team of the case. `shared_at` (UTC) is when those of other agencies' cases were counted; None: now."""

    figures: dict[Key, Figures]
    shared_at: datetime | None


def counted_for(actor: Actor, now: datetime, chosen: matters.Chosen) -> Counted:
    """The figures of everything that the actor may see: their own agency's counted now, and those of others too unless there are
    many of them and the worker counted them less than FRESH ago. Four queries."""
    if chosen.mine:
        return Counted(matters.figures_by_team(actor, now, chosen), None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agency_id, team_id, cases, people, put_off, unknown, reviews, late, counted_at FROM insight_sharedfigures"
            " WHERE holder_id = %s AND counted_at > %s",
            [actor.agency_id, now - FRESH],
        )
        rows = cursor.fetchall()
    if not rows:
        return Counted(matters.figures_by_team(actor, now, chosen), None)
    found = matters.figures_by_team(actor, now, chosen, own_alone=True)
    for agency, team, cases, people, put_off, unknown, reviews, late, _ in rows:
        one = Figures(cases, people, put_off, tuple(unknown), reviews, late)
        if agency is not None and agency != actor.agency_id and not one.is_zero:
            found[agency, team] = one
    return Counted(found, rows[0][8])
