"""The number beside My work, on every page: one query, or none where the page itself has counted (My work)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.work.lines import Line
from sentinel.desk.work.mine import Mine
from sentinel.foundation.actor import Actor

# Victims who are unassessed, cases in which a victim ought to have been told by now, and own actions that are late.
_WAITING = """
SELECT (SELECT COALESCE(sum(unassessed), 0) + count(*) FILTER (WHERE next_due < sentinel_now()) FROM cases_case
         WHERE lead_id = %s AND status = ANY (%s))
     + (SELECT count(*) FROM cases_action WHERE user_id = %s AND settled_at IS NULL AND due < sentinel_now())
"""


def counted(actor: Actor, mine: Mine, lines: list[Line], now: datetime) -> int:
    """The same number from what My work has read already."""
    people = sum(len(mine.unassessed(case_id)) for case_id in mine.led)
    told = [mine.told.get(case_id, {}).values() for case_id in mine.led]
    untold = sum(any(one.due is not None and one.due < now for one in some) for some in told)
    return people + untold + sum(line.late and line.mine for line in lines)


def waiting(actor: Actor) -> int:
    """How many things cannot wait in the cases that somebody leads; 0 for who reads no case."""
    if actor.user_id is None or not actor.may("see_cases"):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [actor.user_id, list(OPEN_STATUSES), actor.user_id])
        return int(cursor.fetchone()[0])
