"""Many cases at once, for measuring: COPY into a staging table, then INSERT ... SELECT into every table they fill.

COPY straight into a guarded table is refused under forced row policies, hence the staging. The history triggers are
off for the load, and one audit entry says so: nobody did these rows one by one. Who may see how many is spread on
purpose: the police half, Victim First one in twenty, Three Oaks Homes one in a hundred, Soar Valley Housing twenty, Fire and Rescue none. The
newest sixty are open, and an officer of each of the first three leads fifteen of them: they have work. Where it is said how many
are open, those are the newest, and one in two hundred of them still waits for its assessment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.access.models import Reach
from sentinel.accounts.models import Agency
from sentinel.audit.operations import note
from sentinel.cases.models import (
    Case,
    Incident,
    Note,
    Party,
    PartyIdentity,
    PartyRole,
    ReferenceCounter,
    StatusChange,
)
from sentinel.cli.demo.bulk.inventing import STAGING, officers_for, places_for, readers_of, rows_of
from sentinel.cli.demo.bulk.spreading import spread
from sentinel.cli.demo.invented import Inventor
from sentinel.cli.demo.prose import Writer
from sentinel.foundation.models import Event
from sentinel.people.models import Person, PersonName
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.reports.models import Report
from sentinel.risk.models import Assessment, SupervisionReview

CHUNK = 20_000
TABLES = (
    Person,
    Case,
    Incident,
    Report,
    Party,
    PartyIdentity,
    PartyRole,
    PersonName,
    Note,
    StatusChange,
    Assessment,
    SupervisionReview,
    Event,
    Reach,
)
# What puts a case on its shelf one by one; the load says the shelf itself.
SHELVING = (("cases_case", "shelve_new"), ("access_reach", "shelve_reach"))
# What keeps count of what is open in a case after each of its tables: done once for a chunk, when all of them are filled.
COUNTING = tuple((table, "insight_insert") for table in ("cases_case", "cases_partyrole", "risk_assessment"))
# What makes rows found one by one: done for a chunk at once, and its index when everything is there.
FINDING = (
    ("access_reach", "search_reached"),
    *((table, "search_new") for table in ("cases_case", "cases_incident", "cases_note", "cases_party", "people_personname",
                                          "reports_report")),
)  # fmt: skip


def load_cases(*, now: datetime, cases: int, seed: int, are_open: int | None = None) -> Iterator[int]:
    """Load cases with three notes each, spread over five years. Yields how many after each chunk.

    `are_open` of them, the newest, are open; where it is not said, one in twenty-five and the newest sixty.

    Runs as the owner, in one transaction: cut off, nothing of it stands.
    """
    inventor, writer = Inventor(seed), Writer(seed)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    with transaction.atomic(), connection.cursor() as cursor:
        # Checked statement by statement: a million deferred checks would wait in memory and bar the tables meanwhile.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _history(cursor, on=False)
        places = places_for(inventor, now, max(200, cases // 20))
        officers = officers_for(agencies, now, cases)
        readers = readers_of(agencies)
        matrix = QuestionSetVersion.objects.filter(key="victim-risk-llr").latest("number")
        cursor.execute(
            f"CREATE TEMP TABLE staging ({', '.join(f'{k} {v}' for k, v in STAGING.items())}) ON COMMIT DROP"
        )
        # A case and its report have one number: the next that neither kind has used.
        index = _index_off(cursor)
        numbers = dict(ReferenceCounter.objects.values_list("year").annotate(last=models.Max("last")))
        for begin in range(0, cases, CHUNK):
            end = min(begin + CHUNK, cases)
            cursor.execute("TRUNCATE staging")
            rows = rows_of(
                inventor,
                writer,
                now,
                begin,
                end,
                cases,
                agencies,
                officers,
                places,
                numbers,
                readers,
                are_open,
            )
            with cursor.copy(f"COPY staging ({', '.join(STAGING)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            spread(cursor, matrix.pk)
            yield end - begin
        for year, last in numbers.items():
            for kind in ("case", "report"):
                ReferenceCounter.objects.update_or_create(kind=kind, year=year, defaults={"last": last})
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(index)
        _history(cursor, on=True)
        note(
            "import",
            subject="demonstration",
            detail={"cases": cases, "seed": seed, "history": "off for the load"},
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _history(cursor: CursorWrapper, *, on: bool) -> None:
    word = "ENABLE" if on else "DISABLE"
    for model in TABLES:
        if model is Event:
            continue
        for event in ("insert", "update", "delete"):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} {word} TRIGGER history_{event}")
    for table, trigger in SHELVING + COUNTING + FINDING:
        cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {trigger}")


def _index_off(cursor: CursorWrapper) -> str:
    """Drop the index of what is found; the statement that makes it again comes back."""
    cursor.execute("SELECT pg_get_indexdef('search_entry_found'::regclass)")
    made: str = cursor.fetchone()[0]
    cursor.execute("DROP INDEX search_entry_found")
    return made
