"""The measuring process: the check, the trigram peer and the insertion, as the application's role over forced policies.

One JSON order a line on standard input, one JSON answer a line on standard output (as bench.reader).
"""

from __future__ import annotations

import gc
import json
import logging
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import structlog

django.setup()

import psycopg
from django.db import connection, transaction

from bench.persons.load import person_id
from bench.persons.population import TODAY, Invented, People, Typed
from sentinel.accounts.models import User
from sentinel.accounts.queries import actor_for
from sentinel.foundation.actor import state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.middleware import QueryCounter
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.ids import new_id
from sentinel.kernel.names import normalise_name, sort_name, split_name, without_unit
from sentinel.kernel.phones import parse_phone
from sentinel.matching.facts import of_people, of_those_who_share
from sentinel.matching.queries import known_people
from sentinel.matching.queries.people import ranked
from sentinel.matching.rules import VERY_LIKELY, Given
from sentinel.people import facts as told
from sentinel.people.facts import AddressGiven, Facts, NameGiven
from sentinel.people.operations import add_person

logging.disable(logging.INFO)
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
TOP = 10


def given_of(typed: Typed) -> Given:
    """What was typed as the form hands it on."""
    birth = None
    if typed.born is not None and typed.only_year:
        year = typed.born.year
        birth = Birth(typed.born.replace(year, 1, 1), typed.born.replace(year, 12, 31), BirthPrecision.YEAR)
    elif typed.born is not None:
        day = min(typed.born, TODAY)
        birth = Birth(day, day, BirthPrecision.DAY)
    return Given(
        name=typed.name,
        birth=birth,
        phones=(typed.phone,) if typed.phone else (),
        emails=(typed.email,) if typed.email else (),
        postcode=typed.postcode,
    )


class Checker:
    """One officer, and what is typed of people whom they may see."""

    def __init__(self, data: str, persons: int, seed: int) -> None:
        self.people = People(Path(data), persons, seed)
        self.superuser = psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True)
        self.queries: dict[str, list[Typed]] = {}

    def draw(self, email: str, queries: int) -> None:
        """Choose whom to look for, among those of whom the officer reads all that is known, and type them wrongly: by what a reader may not
        see nobody is found, and so it must be."""
        user = _user(email)
        chance = random.Random(self.people.seed + 1)
        numbers = sorted(chance.sample(range(self.people.persons), min(queries * 40, self.people.persons)))
        rows = self.superuser.execute(
            "SELECT n.person_id FROM people_personname n LEFT JOIN access_reach r ON r.record_id = n.record_id"
            " AND r.holder_id = %s AND r.rung >= 2 WHERE n.person_id = ANY (%s) GROUP BY n.person_id"
            " HAVING bool_and(r.record_id IS NOT NULL)",
            [user.agency_id, [person_id(one) for one in numbers]],
        ).fetchall()
        reached = {row[0] for row in rows}
        wanted = {one for one in numbers if person_id(one) in reached}
        wanted = set(chance.sample(sorted(wanted), min(queries, len(wanted))))
        found: list[Invented] = [one for one in self.people if one.number in wanted]
        typed = [self.people.typed(one, chance) for one in found]
        chance.shuffle(typed)
        self.queries[email] = typed

    def check(self, email: str, warm: int) -> dict[str, Any]:
        """Milliseconds of each check (one statement and scoring) and in how many the person stands among the first ten."""
        user, times, top, first, counted, sure, right = _user(email), [], 0, 0, 0, 0, 0
        missed: list[str] = []
        queries = self.queries[email]
        gc.collect()
        gc.freeze()
        with transaction.atomic():
            actor = actor_for(user)
            state_actor(actor)
            moment = now()
            for typed in queries[:warm]:
                known_people(actor, given_of(typed), moment, most=TOP)
            for typed in queries:
                given = given_of(typed)
                counter = QueryCounter()
                with connection.execute_wrapper(counter):
                    begun = time.perf_counter()
                    found = known_people(actor, given, moment, most=TOP)
                    times.append((time.perf_counter() - begun) * 1000)
                counted = max(counted, counter.count)
                ids = [one.person_id for one in found]
                there = person_id(typed.number) in ids
                top += there
                first += ids[:1] == [person_id(typed.number)]
                called = [one.person_id for one in found if one.match.band == VERY_LIKELY]
                sure += len(called)
                right += person_id(typed.number) in called
                if not there:
                    missed.append(f"{typed} {len(ids)}")
        return {
            "times": times,
            "top": top,
            "first": first,
            "asked": len(queries),
            "queries": counted,
            "sure": sure,
            "right": right,
            "missed": missed,
        }

    def questions(self, email: str) -> dict[str, Any]:
        """What is typed, for the peer that stands elsewhere."""
        return {
            "questions": [
                {
                    "number": one.number,
                    "name": one.name,
                    "born": one.born.isoformat() if one.born and not one.only_year else "",
                    "year": str(one.born.year) if one.born else "",
                    "postcode": one.postcode,
                    "phone": one.phone,
                    "email": one.email,
                }
                for one in self.queries[email]
            ]
        }

    def index(self) -> dict[str, Any]:
        """Make the peer's index: trigrams of every name, as they are sorted, in a table that no policy guards."""
        begun = time.perf_counter()
        self.superuser.execute("CREATE SCHEMA IF NOT EXISTS peer")
        there = self.superuser.execute("SELECT to_regclass('peer.names')").fetchone()
        if there is None or there[0] is None:
            self.superuser.execute("SET maintenance_work_mem = '512MB'")
            self.superuser.execute(
                'CREATE TABLE peer.names AS SELECT person_id, lower("full") AS name FROM people_personname'
            )
            self.superuser.execute("CREATE INDEX names_trigram ON peer.names USING gin (name gin_trgm_ops)")
            self.superuser.execute("VACUUM ANALYZE peer.names")
        row = self.superuser.execute("SELECT pg_total_relation_size('peer.names')").fetchone()
        return {"seconds": time.perf_counter() - begun, "bytes": row[0] if row else 0}

    def trigram(self, email: str, most: int, likeness: float, nearest: int) -> dict[str, Any]:
        """The same of the trigram index: milliseconds of each check (its `nearest` names of at least this
        `likeness`, what is known of them, scoring), and of its statement `alone`."""
        user, times, alone, top = _user(email), [], [], 0
        queries = self.queries[email][:most]
        self.superuser.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, false)", [str(likeness)]
        )
        with transaction.atomic():
            actor = actor_for(user)
            state_actor(actor)
            for typed in queries:
                given = given_of(typed)
                words = normalise_name(without_unit(given.name)).split()[:8]
                _, common = of_those_who_share([], 0, 0, words)
                begun = time.perf_counter()
                rows = self.superuser.execute(
                    "SELECT DISTINCT person_id FROM (SELECT person_id FROM peer.names WHERE name %% %s"
                    " ORDER BY similarity(name, %s) DESC LIMIT %s) n",
                    [typed.name.lower(), typed.name.lower(), nearest],
                ).fetchall()
                alone.append((time.perf_counter() - begun) * 1000)
                found = ranked(given, of_people([row[0] for row in rows]), TOP, common)
                times.append((time.perf_counter() - begun) * 1000)
                top += person_id(typed.number) in [one.person_id for one in found]
        return {"times": times, "alone": alone, "top": top, "asked": len(queries)}

    def insert(self, email: str, persons: int) -> dict[str, Any]:
        """Milliseconds of a person with keys, of the same without, and of the bare rows by statements alone, in turn."""
        user = _user(email)
        chance = random.Random(self.people.seed + 2)
        some = [self._facts(one) for one, _ in zip(self.people, range(persons), strict=False)]
        chance.shuffle(some)
        found: dict[str, list[float]] = {"with": [], "without": [], "bare": []}
        record = self._record(user)
        bare = self._bare()
        listeners = list(told._listeners)
        for facts in some:
            for kind in found:
                told._listeners[:] = listeners if kind == "with" else []
                begun = time.perf_counter()
                if kind == "bare":
                    bare(facts)
                else:
                    with transaction.atomic():
                        actor = actor_for(user)
                        state_actor(actor)
                        add_person(actor=actor, now=now(), record_id=record, facts=facts)
                found[kind].append((time.perf_counter() - begun) * 1000)
        told._listeners[:] = listeners
        return found

    def _facts(self, one: Invented) -> Facts:
        born = one.born
        return Facts(
            name=NameGiven(full=one.name),
            birth=Birth(born, born, BirthPrecision.DAY) if born else None,
            phones=[parse_phone(one.phone)] if one.phone else [],
            emails=[one.email] if one.email else [],
            addresses=[AddressGiven(text=f"{one.home.line}, {one.home.postcode}")],
        )

    def _record(self, user: User) -> uuid.UUID:
        record = new_id()
        self.superuser.execute(
            "INSERT INTO access_reach (holder_id, record_id, kind, rung, sort_key, via, granted_at)"
            " VALUES (%s, %s, 1, 4, now(), 'opened', now())",
            [user.agency_id, record],
        )
        return record

    def _bare(self) -> Callable[[Facts], None]:
        """Puts the rows of a person into copies of the tables with their own indexes and without policies and triggers."""
        tables = (
            "people_person",
            "people_personname",
            "people_personbirth",
            "people_contactpoint",
            "people_addresslink",
        )
        for table in tables:
            self.superuser.execute(f"DROP TABLE IF EXISTS peer.{table}")
            self.superuser.execute(f"CREATE TABLE peer.{table} (LIKE public.{table} INCLUDING INDEXES)")
        kept = psycopg.connect(os.environ["BENCH_SUPERUSER_URL"])
        kept.execute("SET search_path = peer")
        kept.prepare_threshold = 1
        moment, record, agency = now(), uuid.uuid4(), uuid.uuid4()
        common = (record, agency, "gdpr", "asb_case_management", "entered", "fact", "asb_standard", moment, 1)
        columns = "record_id, origin_agency_id, regime, purpose, source, standing, retention_class, created_at, version, id, person_id"

        def put(table: str, names: str, *values: object) -> None:
            places = ", ".join(["%s"] * (len(common) + 2 + len(values)))
            kept.execute(
                f"INSERT INTO {table} ({columns}, {names}) VALUES ({places})",
                (*common, uuid.uuid4(), who[0], *values),
            )

        who = [uuid.uuid4()]

        def write(facts: Facts) -> None:
            who[0] = uuid.uuid4()
            kept.execute("INSERT INTO people_person VALUES (%s, %s, %s)", (who[0], moment, agency))
            name = facts.name.full if facts.name else ""
            parts = split_name(name)
            put("people_personname", "given, family, \"full\", title, kind, sort_name", parts.given, parts.family, name, "",
                "current", sort_name(parts.family, parts.given))  # fmt: skip
            if facts.birth:
                put(
                    "people_personbirth",
                    "born_on, born_latest, precision",
                    facts.birth.earliest,
                    facts.birth.latest,
                    "day",
                )
            for phone in facts.phones:
                put("people_contactpoint", "kind, value, normal", "phone", phone.display, phone.e164)
            for email in facts.emails:
                put("people_contactpoint", "kind, value, normal", "email", email, email)
            for home in facts.addresses:
                put("people_addresslink", "text, kind, safe_address", home.text, "lives", False)
            kept.commit()

        return write


def _user(email: str) -> User:
    return User.objects.select_related("agency", "team").prefetch_related("roles").get(email=email)


def main() -> None:
    """Answer orders until standard input ends."""
    begin = json.loads(sys.stdin.readline())
    checker = Checker(begin["data"], begin["persons"], begin["seed"])
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        do = order.pop("do")
        if do == "draw":
            checker.draw(**order)
            answer: dict[str, Any] = {"drawn": len(checker.queries[order["email"]])}
        else:
            answer = getattr(checker, do)(**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
