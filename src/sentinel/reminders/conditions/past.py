"""What the past of matters is put together from, for simulations: when a case was open and who had which part in it when.

Every statement of a past gives, for each matter, agency_id, team_id, started_at and the spans in which it was there as a
multirange of moments (UTC); the parameters `since` and `until` are the span that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.multirange import Multirange

from sentinel.reminders.conditions import Past, Spans

# Of a case `c`: when it was open. What was closed and reopened since was shut in between.
OPEN = """(tstzmultirange(tstzrange(c.opened_at, c.closed_at)) - (
    SELECT COALESCE(range_agg(tstzrange(s.at, s.over)), '{}') FROM (
           SELECT x.status, x.at, lead(x.at) OVER (ORDER BY x.at, x.id) AS over
             FROM cases_statuschange x WHERE x.case_id = c.id) s WHERE s.status = 'closed'))"""

# Of a case `c`: when it had no victim.
NO_VICTIM = """('{(,)}'::tstzmultirange - (
    SELECT COALESCE(range_agg(tstzrange(o.since, o.until)), '{}') FROM cases_party p JOIN cases_partyrole o ON o.party_id = p.id
     WHERE p.case_id = c.id AND o.role = 'victim' AND (o.until IS NULL OR o.since < o.until)))"""


def held(party: str, role: str) -> str:
    """When a party had a part; both are SQL."""
    return f"""(
    SELECT COALESCE(range_agg(tstzrange(o.since, o.until)), '{{}}') FROM cases_partyrole o
     WHERE o.party_id = {party} AND o.role = {role} AND (o.until IS NULL OR o.since < o.until))"""  # noqa: S608  constants


# Of an assessment `a` in a case `c`: when what it is about was what it is: the person had the part, the case had no victim.
STILL = f"""CASE a.subject WHEN 'case' THEN {NO_VICTIM}
         ELSE {held("a.party_id", "CASE a.subject WHEN 'perpetrator' THEN 'alleged_perpetrator' ELSE a.subject END")} END"""


def within(there: Multirange[datetime], begun: datetime, over: datetime | None) -> Spans:
    """The part of the spans that lies between two moments (UTC; None: no end)."""
    found = []
    for one in there:
        first = max(begun, one.lower) if one.lower else begun
        last = min((end for end in (one.upper, over) if end is not None), default=None)
        if last is None or first < last:
            found.append((first, last))
    return tuple(found)


def past_of(statement: str, values: Mapping[str, Any]) -> Iterator[Past]:
    """The matters that a statement finds, read bit by bit."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        for agency_id, team_id, started_at, there in iter(cursor):
            if there:
                yield Past(agency_id, team_id, started_at, tuple((one.lower, one.upper) for one in there))
