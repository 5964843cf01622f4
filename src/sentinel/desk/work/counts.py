"""The number beside My work, on every page: one query, or none where the page itself has counted (My work)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from sentinel.cases.rules import OPEN_STATUSES
from sentinel.desk.work.lines import Line
from sentinel.desk.work.mine import Mine
from sentinel.foundation.actor import Actor
from sentinel.partnership.referrals.rules import SAFEGUARDING, kinds_for

# Who has something that may wait for them.
_CONCERNED = frozenset({"see_cases", "hear_high_risk", "answer_referrals", "answer_safeguarding"})


def counted(actor: Actor, mine: Mine, lines: list[Line], now: datetime) -> int:
    """The same number from what My work has read already."""
    people = sum(len(mine.unassessed(case_id)) + mine.case_unassessed(case_id) for case_id in mine.led)
    told = [mine.told.get(case_id, {}).values() for case_id in mine.led]
    untold = sum(any(one.due is not None and one.due < now for one in some) for some in told)
    return people + untold + sum(line.late and line.mine for line in lines)


def waiting(actor: Actor) -> int:
    """How many things cannot wait in the cases that somebody leads, was told of or answers for (desk/functions.sql); 0 for who has none of
    these."""
    if actor.user_id is None or not _CONCERNED & actor.rights:
        return 0
    nobody = (None, None)
    own = (actor.team_id, actor.agency_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT desk_waiting(%s, %s::text[], %s, %s, %s, %s, %s, %s::text[], %s, %s::text[])",
            [
                actor.user_id, list(OPEN_STATUSES), actor.may("answer_markers"), *(own if actor.may("lower_band") else nobody),
                *(own if actor.may("decide_referral") else nobody), list(SAFEGUARDING), actor.agency_id, kinds_for(actor.rights),
            ],
        )  # fmt: skip
        return int(cursor.fetchone()[0])
