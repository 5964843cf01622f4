"""A report as it is taken, and the rows of it put bare into unguarded copies of the tables."""

from __future__ import annotations

import os
import time
import uuid
from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction
from psycopg import sql

from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.foundation.actor import state_actor
from sentinel.foundation.clock import now
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import SafeContactGiven
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven, DangerGiven, OtherGiven, Telling, WhenGiven

Statement = tuple[str, str, tuple[Any, ...]]


def telling(user: User, told: datetime, submission: uuid.UUID, number: int) -> Telling:
    """What an invented caller says."""
    return Telling(
        submission=submission,
        channel="telephone",
        told_at=told,
        danger=DangerGiven(now="no"),
        caller=CallerGiven(name=f"Bench Caller{number}", phone=parse_phone("01632 960142")),
        happened_to="caller",
        place_words="the car park",
        words="Shouting every night until two.",
        when=WhenGiven(start=told, precision="hour"),
        category="nuisance",
        national_type="noise",
        other=OtherGiven(description="Two young men"),
        safe=SafeContactGiven(method="phone", language="English"),
        victor={"had": "yes", "ongoing": "yes"},
    )


class BareCopy:
    """Copies of the tables with their primary keys and nothing else: no policy, no trigger, no other index.

    The rows are all that the report left behind, whoever wrote them: also the history and the reach that triggers and
    functions of the database wrote.
    """

    def __init__(self) -> None:
        self._superuser = psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True)
        self._superuser.execute(
            "DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET search_path = bare"
        )
        self._made: set[str] = set()
        columns = self._superuser.execute(
            "SELECT relname, array_agg(attname::text ORDER BY attnum) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' GROUP BY relname"
        )
        self._tables: dict[str, list[str]] = dict(columns.fetchall())

    def take(self, user: User, given: Telling) -> tuple[float, list[Statement]]:
        """Take the report as its taker would. Returns the milliseconds, and an INSERT for each row that it left."""
        before = self._next_transaction()
        begun = time.perf_counter()
        with transaction.atomic():
            actor = actor_for(user, request_id="bench")
            state_actor(actor)
            take_report(actor=actor, now=now(), telling=given)
        took = (time.perf_counter() - begun) * 1000
        return took, self._rows(before, self._next_transaction())

    def _next_transaction(self) -> int:
        found = self._superuser.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        ).fetchone()
        return int(found[0]) if found else 0

    def _rows(self, begin: int, end: int) -> list[Statement]:
        """The rows that transactions (and their parts) of these numbers wrote, every value as text."""
        found: list[Statement] = []
        for table, columns in self._tables.items():
            named = sql.SQL(", ").join(map(sql.Identifier, columns))
            as_text = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(one)) for one in columns)
            rows = self._superuser.execute(
                sql.SQL(
                    "SELECT {} FROM public.{} WHERE xmin::text::bigint >= %s AND xmin::text::bigint < %s"
                ).format(as_text, sql.Identifier(table)),
                [begin, end],
            ).fetchall()
            places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            # The counter of references is one row, counted up by each report.
            insert = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
                sql.Identifier(table), named, places
            )
            found += [(table, insert.as_string(self._superuser), row) for row in rows]
        return found

    def prepare(self, rows: list[Statement]) -> None:
        """Make the copies that these rows need."""
        for table, _, _ in rows:
            if table not in self._made:
                named = sql.Identifier(table)
                self._superuser.execute(sql.SQL("CREATE TABLE {} (LIKE public.{})").format(named, named))
                key = self._superuser.execute(
                    "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)"
                    " WHERE indrelid = %s::regclass AND indisprimary",
                    [f"public.{table}"],
                )
                columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in key)
                self._superuser.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(named, columns))
                self._made.add(table)

    def write(self, rows: list[Statement]) -> None:
        """The same rows in one transaction."""
        with self._superuser.transaction():
            for _, statement, values in rows:
                self._superuser.execute(statement, values)
