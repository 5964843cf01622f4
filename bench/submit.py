"""A report as it is taken, and the rows of it put bare into unguarded copies of the tables."""

from __future__ import annotations

import os
import re
import uuid
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.foundation.actor import state_actor
from sentinel.foundation.clock import now
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import SafeContactGiven
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven, DangerGiven, OtherGiven, Telling, WhenGiven

INSERT = re.compile(r'^INSERT INTO "(\w+)"')
Statement = tuple[str, Any]


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
    """Copies of the tables with their primary keys and nothing else: no policy, no trigger, no other index."""

    def __init__(self) -> None:
        self._owner = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
        self._owner.execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare; SET search_path = bare")
        self._made: set[str] = set()

    def take(self, user: User, given: Telling) -> list[Statement]:
        """Take the report as its taker would. Returns the INSERT statements that this came to."""
        seen: list[Statement] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if INSERT.match(sql):
                seen.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note), transaction.atomic():
            actor = actor_for(user, request_id="bench")
            state_actor(actor)
            take_report(actor=actor, now=now(), telling=given)
        return seen

    def prepare(self, rows: list[Statement]) -> None:
        """Make the copies that these rows need."""
        for sql, _ in rows:
            table = INSERT.match(sql)
            if table and table[1] not in self._made:
                self._owner.execute(f"CREATE TABLE {table[1]} (LIKE public.{table[1]})")
                self._owner.execute(f"ALTER TABLE {table[1]} ADD PRIMARY KEY (id)")
                self._made.add(table[1])

    def write(self, rows: list[Statement]) -> None:
        """The same rows in one transaction."""
        with self._owner.transaction():
            for sql, params in rows:
                self._owner.execute(sql, params)
