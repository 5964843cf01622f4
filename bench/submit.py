"""A report as it is taken, an assessment as it is saved, and their rows put bare into unguarded copies of the tables."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections, transaction
from django.db.models import Model

from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.cases.models import Party
from sentinel.cases.queries import get_case
from sentinel.foundation.actor import Actor, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.reference import of_edition
from sentinel.kernel.clock import london_date
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import SafeContactGiven
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven, DangerGiven, OtherGiven, Telling, WhenGiven
from sentinel.risk.operations import assess
from sentinel.risk.queries import matrix_for


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


def a_report(user: User, number: int) -> Callable[[Actor], object]:
    """Taking a report of a stranger's noise."""
    given = telling(user, now() - timedelta(minutes=5), uuid.uuid4(), number)
    return lambda actor: take_report(actor=actor, now=now(), telling=given)


# Complete, and high whatever else is answered: everybody who has to is told, and a marker is proposed.
HIGH = {
    "threat_to_life": "yes", "threat_to_life__why": "He said that he would burn the house down.", "weapon": "no", "violence": "no",
    "stalking": "no", "person_at_risk": "no", "suicide": "no", "frequency": "most_weeks", "impact": "a_little",
    "vulnerabilities": "none known after asking", "support": "a neighbour looks in", "targeted": "household",
    "repeat_victim": "no", "vulnerable": "no", "safeguarding": "no", "band_reason": "He means it.",
}  # fmt: skip


def an_assessment(party: Party) -> Callable[[Actor], object]:
    """Saving that a victim is at high risk."""

    def save(actor: Actor) -> object:
        moment = now()
        case = get_case(actor, party.case.reference)
        version = matrix_for("victim", london_date(moment), case.owner_agency_id)
        return assess(
            actor=actor, now=moment, case=case, party=party, version=version, answers=HIGH, band="high"
        )

    return save


class BareCopy:
    """Copies of the tables with their primary keys and nothing else: no policy, no trigger, no other index.

    The rows are all that the report left behind, whoever wrote them: also the history and the reach that triggers and
    functions of the database wrote. They are written in two ways: as the application writes, by Django's models, and by
    prepared statements without any model, the least that it can take.
    """

    def __init__(self) -> None:
        with connections["bare"].cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS bare CASCADE")
            cursor.execute("CREATE SCHEMA bare")
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect SCHEMA public")
        self._raw = psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True)
        self._raw.execute("SET search_path = bare")
        self._made: set[str] = set()
        self._models = [model for model in apps.get_models() if model._meta.managed]

    def take(self, user: User, do: Callable[[Actor], object]) -> tuple[float, list[Model]]:
        """Have somebody do something in one transaction. Returns the milliseconds, and each row that it left."""
        before = self._stands()
        begun = time.perf_counter()
        with transaction.atomic():
            actor = actor_for(user, request_id="bench")
            with of_edition(state_actor(actor)):  # as a request does
                do(actor)
        took = (time.perf_counter() - begun) * 1000
        return took, self._rows(before, self._stands())

    def _stands(self) -> tuple[int, str]:
        """The number of the next transaction, and how far the write-ahead log is on disk."""
        found = self._raw.execute(
            "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_wal_flush_lsn()::text"
        ).fetchone()
        assert found is not None
        return int(found[0]), str(found[1])

    def _blocks(self, begin: str, end: str) -> dict[str, list[int]]:
        """The blocks of each table that the log says were written to: whole tables are not read, which would empty every cache."""
        found: dict[str, list[int]] = {}
        for table, block in self._raw.execute(
            "SELECT DISTINCT c.relname, w.relblocknumber FROM public.pg_get_wal_block_info(%s, %s, false) w"
            " JOIN pg_class c ON c.oid = pg_filenode_relation(w.reltablespace, w.relfilenode) AND c.relkind = 'r'"
            " WHERE w.relforknumber = 0 AND w.reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " ORDER BY 1, 2",
            [begin, end],
        ):
            found.setdefault(table, []).append(block)
        return found

    def _rows(self, before: tuple[int, str], after: tuple[int, str]) -> list[Model]:
        """The rows that transactions (and their parts) between these two moments wrote."""
        found: list[Model] = []
        wrapper = connections["bare"]
        blocks = self._blocks(before[1], after[1])
        for model in self._models:
            fields = [one for one in model._meta.concrete_fields if not one.generated]
            columns = ", ".join(wrapper.ops.quote_name(one.column) for one in fields)
            with wrapper.cursor() as cursor:
                for block in blocks.get(model._meta.db_table, []):
                    cursor.execute(
                        f"SELECT {columns} FROM public.{wrapper.ops.quote_name(model._meta.db_table)}"
                        f" WHERE ctid >= '({block},0)' AND ctid < '({block + 1},0)'"
                        " AND xmin::text::bigint >= %s AND xmin::text::bigint < %s",
                        [before[0], after[0]],
                    )
                    for row in cursor.fetchall():
                        values = [_read(one, value) for one, value in zip(fields, row, strict=True)]
                        found.append(model.from_db("bare", [one.attname for one in fields], values))
        return found

    def prepare(self, rows: list[Model]) -> None:
        """Make the copies that these rows need, empty of these rows."""
        with connections["bare"].cursor() as cursor:
            for model in {type(row) for row in rows}:
                table = connections["bare"].ops.quote_name(model._meta.db_table)
                if table not in self._made:
                    cursor.execute(
                        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_index JOIN pg_attribute"
                        " ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = %s::regclass AND indisprimary",
                        [f"public.{model._meta.db_table}"],
                    )
                    key = cursor.fetchone()[0]
                    cursor.execute(f"CREATE TABLE bare.{table} (LIKE public.{table})")
                    cursor.execute(f"ALTER TABLE bare.{table} ADD PRIMARY KEY ({key})")
                    self._made.add(table)
            # The counter of references is one row, counted up by each report.
            if "cases_referencecounter" in {table.strip('"') for table in self._made}:
                cursor.execute("DELETE FROM bare.cases_referencecounter")

    def write(self, rows: list[Model]) -> float:
        """The same rows in one transaction, by Django's models. Returns the milliseconds."""
        begun = time.perf_counter()
        with transaction.atomic(using="bare"):
            for row in rows:
                row.save_base(raw=True, using="bare", force_insert=True)
        return (time.perf_counter() - begun) * 1000

    def write_raw(self, rows: list[Model]) -> float:
        """The same rows in one transaction, by statements that the connection keeps. Returns the milliseconds."""
        wrapper = connections["bare"]
        orders = []
        for row in rows:
            fields = [one for one in row._meta.concrete_fields if not one.generated]
            columns = ", ".join(wrapper.ops.quote_name(one.column) for one in fields)
            places = ", ".join(["%s"] * len(fields))
            values = [one.get_db_prep_save(getattr(row, one.attname), wrapper) for one in fields]
            orders.append((f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({places})", values))
        begun = time.perf_counter()
        with self._raw.transaction():
            for statement, values in orders:
                self._raw.execute(statement, values)
        return (time.perf_counter() - begun) * 1000

    def empty(self) -> None:
        """Take the rows away again."""
        with connections["bare"].cursor() as cursor:
            cursor.execute("TRUNCATE " + ", ".join(f"bare.{table}" for table in sorted(self._made)))


def _read(field: Any, value: Any) -> Any:
    for convert in field.get_db_converters(connections["bare"]):
        value = convert(value, None, connections["bare"])
    return value
