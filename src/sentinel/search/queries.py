# ruff: noqa: S608  the statements are this file's own words, every value is a parameter
"""The one search. What comes out of it has passed the ladder twice: in the database's function, which asks access_reach, and under
the row policies, by which everything that is shown is read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from sentinel.foundation.actor import Actor
from sentinel.foundation.limited import TOOK_TOO_LONG
from sentinel.kernel.clock import london_date, start_of_day
from sentinel.kernel.errors import Invalid
from sentinel.search.models import What
from sentinel.search.rules import Meant
from sentinel.search.shown import Hit, Shown, shown

COUNTED = 500
# How many of what is found are put in order, the newest: one more than is counted.
RANKED = COUNTED + 1
PAGE = 25
FEW = 5
# A machine that has just started reads from its disk.
LIMIT_MS = 3_000
# Any of these rights lets somebody search at all.
LOOKING = frozenset({"see_people", "match_people", "see_cases"})
PROSE = (What.CASE, What.REPORT, What.NOTE, What.PLAN, What.DOCUMENT, What.DESCRIPTION)


@dataclass(frozen=True, kw_only=True)
class Within:
    """What narrows a search. `agency` owns the case or took the report; `area` is a district's code; `state` "open", "closed" or "";
    days are London's, both included."""

    agency: uuid.UUID | None = None
    area: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    def values(self) -> list[Any]:
        """As the database's function takes them."""
        return [
            self.agency,
            self.area,
            self.state,
            start_of_day(self.since) if self.since else None,
            start_of_day(self.until + timedelta(days=1)) if self.until else None,
        ]


@dataclass(frozen=True)
class Texts:
    """The best first. `counts` is how many of each kind; `capped` where there are more than were put in order."""

    lines: list[Shown] = field(default_factory=list)
    counts: Mapping[What, int] = field(default_factory=dict)
    next_key: str = ""

    @property
    def count(self) -> int:
        """How many, of every kind."""
        return sum(self.counts.values())

    @property
    def capped(self) -> bool:
        """Whether only the newest were put in order."""
        return self.count >= RANKED

    @property
    def count_words(self) -> str:
        """ "12", "more than 500"."""
        return counted(self.count)


def counted(many: int) -> str:
    """A number as it is told: exactly up to 500."""
    return f"more than {COUNTED}" if many > COUNTED else str(many)


def kinds_open_to(actor: Actor) -> frozenset[What]:
    """What the actor's roles look at. Whoever only takes reports finds people, and reports of their own and their team's."""
    found: set[What] = set()
    if actor.may("see_people") or actor.may("match_people"):
        found.add(What.PERSON)
    if actor.may("see_cases"):
        found |= {*PROSE, What.REFERENCE}
    elif actor.may("take_report"):
        found.add(What.REPORT)
    return frozenset(found)


@contextmanager
def in_good_time() -> Iterator[None]:
    """Within this no statement takes longer than `LIMIT_MS`. Raises Invalid (field q) in plain words where one would."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{LIMIT_MS}ms"])
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != TOOK_TOO_LONG:
            raise
        raise Invalid.of(
            "q", "That took too long to look for. Add a word, or choose what to look among."
        ) from error


FOUND = "search_found(%s, %s, %s::smallint[], %s, %s, %s, %s, %s, %s, %s, %s)"


def given(
    actor: Actor,
    prose: str,
    ways: Sequence[Mapping[str, Sequence[str]]],
    kinds: Sequence[What],
    within: Within,
    most: int = RANKED,
) -> list[Any]:
    """What `FOUND` takes: words of a text, ways of writing (search_ways in search_functions.sql), and how many at most."""
    return [
        prose,
        json.dumps(ways),
        sorted(int(kind) for kind in kinds),
        *within.values(),
        not actor.may("see_cases"),
        actor.team_id,
        most,
    ]


def find_texts(
    actor: Actor,
    meant: Meant,
    now: datetime,
    *,
    kinds: Sequence[What],
    within: Within,
    most: int = PAGE,
    after: str = "",
) -> Texts:
    """What tells of these words among some kinds, the best first: ranked by how often and where the words stand, the newer before the
    older; of more than 500 the newest. `after` is the key of the last line shown; one that cannot be read begins at the beginning.

    Two statements. Nothing for words that are too everyday to be looked for, or only left out (`is_everyday`).
    """
    wanted = [kind for kind in kinds if kind in kinds_open_to(actor) and kind in PROSE]
    if not meant.prose or not wanted:
        return Texts()
    rank, last = _read_key(after)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH found AS MATERIALIZED (SELECT f.id, f.kind, f.subject_id, f.at,"
            " (f.score * 1000000 / (1 + greatest(extract(day FROM %s - f.at), 0) / 365))::bigint AS rank"
            f" FROM {FOUND} AS f),"
            " counts AS (SELECT jsonb_object_agg(k.kind, k.many) AS counts FROM (SELECT kind, count(*) AS many FROM found GROUP BY kind) AS k)"
            " SELECT f.id, f.kind, f.subject_id, f.at, f.rank, c.counts::text FROM found f CROSS JOIN counts c"
            " WHERE (f.rank, f.id) < (%s, %s::uuid) ORDER BY f.rank DESC, f.id DESC LIMIT %s",
            [
                start_of_day(london_date(now)),
                *given(actor, meant.prose, [], wanted, within),
                rank,
                last,
                most + 1,
            ],
        )
        rows = cursor.fetchall()
    hits = [Hit(row[0], What(row[1]), row[2], row[3], row[4]) for row in rows]
    more, hits = len(hits) > most, hits[:most]
    counts = {What(int(kind)): many for kind, many in json.loads(rows[0][5]).items()} if rows else {}
    return Texts(shown(hits, meant.prose), counts, f"{hits[-1].rank}~{hits[-1].id}" if more and hits else "")


def find_numbers(actor: Actor, meant: Meant, *, within: Within) -> list[Shown]:
    """Where another system's reference, a crime number or the number of a case stands, newest first, at most 25. Two statements."""
    wanted = [kind for kind in (What.CASE, What.REPORT, What.REFERENCE) if kind in kinds_open_to(actor)]
    if not (meant.others or meant.numbers) or not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, kind, subject_id, at FROM {FOUND} ORDER BY at DESC LIMIT %s",
            [*given(actor, "", [{"x": meant.others, "r": meant.numbers}], wanted, within), PAGE],
        )
        rows = cursor.fetchall()
    return shown([Hit(row[0], What(row[1]), row[2], row[3], 0) for row in rows], "")


def _read_key(key: str) -> tuple[int, uuid.UUID]:
    rank, _, last = key.partition("~")
    try:
        return int(rank), uuid.UUID(last)
    except ValueError:
        return 2**62, uuid.UUID(int=2**128 - 1)


def is_everyday(prose: str) -> bool:
    """Whether nothing is left of words to look for: only everyday ones ("and the"), or only such as are to be left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT querytree(websearch_to_tsquery('english', %s)) IN ('', 'T')", [prose])
        return bool(cursor.fetchone()[0])
