"""One night's sweep of all reminder rules as told on standard input, and beside it the bare SQL that finds the same rows.

Connects as the worker does, who sees every row, and for the bare SQL as who may pass every policy. One JSON order a line, `night`
days after the present; answers with seconds and with how many rows were found and written. The order `shared` has the figures
counted that the compliance page shows of other agencies' cases, as the worker does every few minutes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime, timedelta

import django
import psycopg

django.setup()

from sentinel.foundation.clock import now
from sentinel.insight.sharing import count_shared
from sentinel.kernel.clock import london_date
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.in_force import rules_in_force
from sentinel.reminders.sweep import calendars_of_agencies, parameters, statement, sweep

FOUND = "counted AS (SELECT count(*) AS rows FROM told) SELECT rows FROM counted"


def bare(connection: psycopg.Connection[tuple[int]], moment: datetime) -> tuple[float, int]:
    """Seconds of finding what every rule finds and doing nothing with it, and how many rows that is."""
    calendars = calendars_of_agencies()
    found = 0
    begun = time.perf_counter()
    for one in rules_in_force(london_date(moment)):
        condition = CONDITIONS[one.rule.condition]
        with connection.cursor() as cursor:
            cursor.execute(statement(condition, FOUND), parameters(one, condition, calendars, moment))  # type: ignore[arg-type]  # the statement is put together, not literal
            row = cursor.fetchone()
            found += row[0] if row else 0
    return time.perf_counter() - begun, found


def main() -> None:
    """Answer orders until standard input ends."""
    first = now()
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as connection:
        for line in sys.stdin:
            order = json.loads(line)
            if order.get("shared"):
                count_shared(now=now())
                print("{}", flush=True)
                continue
            if order["night"] == 0:
                connection.execute("TRUNCATE reminders_decision")
            moment = first + timedelta(days=order["night"])
            bare_seconds, found = bare(connection, moment)
            begun = time.perf_counter()
            swept = sweep(now=moment)
            answer = {
                "seconds": time.perf_counter() - begun, "bare": bare_seconds, "found": found,
                "decided": swept.decided, "ended": swept.ended,
            }  # fmt: skip
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
