# ruff: noqa: S608  the statement is put together of this file's own words alone, every value is a parameter
"""What is shown of what was found: read under the row policies like everything else on a page, with the words marked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sentinel.search.models import What
from sentinel.search.rules import MARK_BEGINS, MARK_ENDS, pieces


@dataclass(frozen=True)
class Hit:
    """What the database's function gives of one entry; `rank` is the order, the highest first."""

    id: uuid.UUID
    kind: What
    subject_id: uuid.UUID
    at: datetime
    rank: int


@dataclass(frozen=True)
class Shown:
    """One line of the answer. `case` and `report` are references of where it stands, "" where it stands in none; `title` the case's;
    `name` a file's or another system's, `parts` the words around what was looked for, each with whether it is that."""

    hit: Hit
    case: str
    title: str
    status: str
    report: str
    name: str
    parts: list[tuple[str, bool]]

    @property
    def kind(self) -> What:
        """What it is."""
        return self.hit.kind


_HEAD = "ts_headline('english', translate(left({0}, 20000), %(signs)s, ''), websearch_to_tsquery('english', %(query)s), %(how)s)"
_CASE = "COALESCE(c.reference, ''), COALESCE(c.title, ''), COALESCE(c.status, '')"
_REPORT = "(SELECT r.reference FROM reports_report r WHERE {0} ORDER BY r.told_at, r.id LIMIT 1)"


def _of(table: str, text: str, *, name: str = "''", report: str = "''", record: bool = False) -> str:
    """The rows of one table among those that were found, with the case in which they stand, if it is one."""
    return (
        f"SELECT s.id, {_CASE}, COALESCE({report}, ''), {name}, {_HEAD.format(text)}"
        f"  FROM {table} s LEFT JOIN cases_case c ON c.id = s.{'record_id' if record else 'case_id'} WHERE s.id = ANY (%({table})s)"
    )


# For each kind the tables that its entries stand for.
TABLES: dict[What, tuple[str, ...]] = {
    What.CASE: ("cases_case",),
    What.REPORT: ("cases_incident", "reports_report"),
    What.NOTE: ("cases_note",),
    What.PLAN: ("cases_action",),
    What.DOCUMENT: ("cases_attachment",),
    What.REFERENCE: ("cases_externalreference",),
    What.DESCRIPTION: ("cases_party",),
}
_STATEMENTS = {
    "cases_case": f"SELECT c.id, {_CASE}, '', '', {_HEAD.format('c.title')} FROM cases_case c WHERE c.id = ANY (%(cases_case)s)",
    "cases_incident": _of(
        "cases_incident", "s.words || E'\\n' || s.place_words", name="s.crime_number", report=_REPORT.format("r.incident_id = s.id")
    ),
    "reports_report": _of("reports_report", "s.at_risk_words", report="s.reference"),
    "cases_note": _of("cases_note", "s.text"),
    "cases_action": _of("cases_action", "s.what || E'\\n' || s.outcome_words"),
    "cases_attachment": _of(
        "cases_attachment", "regexp_replace(s.name, '[._-]+', ' ', 'g') || E'\\n' || s.description", name="s.name"
    ),
    "cases_externalreference": _of(
        "cases_externalreference", "s.value", name="s.value", report=_REPORT.format("r.record_id = s.record_id"), record=True
    ),
    "cases_party": _of(
        "cases_party", "s.label || E'\\n' || s.description", report=_REPORT.format("r.record_id = s.record_id AND s.case_id IS NULL")
    ),
}  # fmt: skip
_HOW = f'StartSel={MARK_BEGINS}, StopSel={MARK_ENDS}, MaxFragments=2, MaxWords=24, MinWords=10, FragmentDelimiter=" … "'


def shown(hits: Sequence[Hit], query: str) -> list[Shown]:
    """The lines of some hits, in their order. What the reader's row policies leave out has none. One statement at most."""
    wanted: dict[str, list[uuid.UUID]] = {}
    for hit in hits:
        for table in TABLES.get(hit.kind, ()):
            wanted.setdefault(table, []).append(hit.id)
    if not wanted:
        return []
    statement = " UNION ALL ".join(_STATEMENTS[table] for table in wanted)
    given: dict[str, Any] = {**wanted, "query": query, "signs": MARK_BEGINS + MARK_ENDS, "how": _HOW}
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        Shown(hit, case, title, status, report, name, pieces(marked or ""))
        for hit in hits
        if hit.id in rows
        for case, title, status, report, name, marked in [rows[hit.id]]
    ]
