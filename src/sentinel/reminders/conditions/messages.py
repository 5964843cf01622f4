"""What became of messages: one that was refused for good comes back to whoever administers the agency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sentinel.reminders.conditions import Condition, Past, register
from sentinel.reminders.conditions.past import past_of

FAILED = """
SELECT m.record_id, m.audience_id, m.id AS subject_id, '' AS detail, m.created_at AS started_at,
       m.origin_agency_id AS agency_id, NULL::uuid AS team_id, NULL::uuid AS lead_id
  FROM foundation_message m WHERE m.state = 'failed'
"""


def failed_past(since: datetime, until: datetime) -> Iterator[Past]:
    """Messages that stand as failed. Those put right meanwhile are not told apart from those that never failed."""
    return past_of(
        "SELECT origin_agency_id, NULL::uuid, created_at, tstzmultirange(tstzrange(created_at, NULL))"
        "  FROM foundation_message WHERE state = 'failed' AND created_at < %(until)s",
        {"until": until},
    )


register(
    Condition(
        "message_failed",
        "A message could not be handed over",
        "when the message was decided",
        "it is handed over or no longer wanted",
        FAILED,
        lambda subject_id, detail: ("outbox", {}),
        failed_past,
        of_case=False,
    )
)
