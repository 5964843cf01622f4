"""What is known of requests for access: that one is not answered by the day of its rule."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import past_of

# Whose record it is says the reach; whose team and lead, the case where it is one. Beginning at what waits, by its own index.
_OF = """
  FROM hits_accessrequest q
  JOIN access_reach o ON o.record_id = q.record_id AND o.rung = 4
  LEFT JOIN cases_case c ON c.id = q.record_id"""
WAITS = f"""
SELECT q.record_id, NULL::uuid AS audience_id, q.id AS subject_id, '' AS detail, q.due_at AS started_at,
       o.holder_id AS agency_id, c.team_id, c.lead_id {_OF}
 WHERE q.state = 'waiting' AND q.due_at <= %(now)s
"""
PAST = f"""
SELECT o.holder_id, c.team_id, q.due_at, tstzmultirange(tstzrange(q.due_at, q.answered_at)) {_OF}
 WHERE q.due_at < COALESCE(q.answered_at, 'infinity') AND tstzrange(q.due_at, q.answered_at) && tstzrange(%(since)s, %(until)s)
"""


def past(since: datetime, until: datetime) -> Iterator[Past]:
    """Every request that was late in a span, until it was answered or withdrawn."""
    return past_of(PAST, {"since": since, "until": until})


def page(subject_id: uuid.UUID, detail: str) -> tuple[str, dict[str, object]]:
    """The page on which it is answered."""
    return "access_request", {"request_id": subject_id}


register(
    Condition(
        "access_unanswered",
        "A request for access is not answered",
        "the end of the day by which it is to be answered, by the local rule for requests",
        "it is answered or withdrawn",
        WAITS,
        page,
        past,
        of_case=False,
    )
)
