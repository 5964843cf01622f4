"""From decisions to messages: one a day for each person that gathers theirs, urgent ones apart and at once.

A message holds references of cases, what is wanted and where; never a name. It is decided under a key that
is unique (the person and the day), so that two sweeps make one. What ends before it is handed over is struck out of the
message that waits, and a message of which nothing is left is withdrawn.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import IntegrityError, connection, transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.models import Message
from sentinel.kernel.clock import london_date, to_london
from sentinel.reminders.wording import Line, body_of, subject_of

# In London: before people begin, after nobody has been woken.
GATHERED_FROM = time(7, 30)

_TO_GO = """
SELECT d.recipient_id, d.urgent FROM reminders_decision d
 WHERE d.live AND d.message_id IS NULL AND d.channel = 'email' AND (d.urgent OR %(gathers)s)
   AND (d.urgent OR NOT EXISTS (SELECT 1 FROM foundation_message m
                                 WHERE m.decided_key = 'reminders ' || d.recipient_id || ' ' || %(day)s))
 GROUP BY 1, 2 ORDER BY 1, 2"""

_LINES = """
SELECT d.id, r.content, c.reference, d.subject_id, d.detail, d.started_at, d.who = 'lead' AND c.lead_id <> d.recipient_id,
       d.audience_id IS NOT NULL
  FROM reminders_decision d JOIN reminders_reminderrule r ON r.id = d.rule_id LEFT JOIN cases_case c ON c.id = d.record_id
 WHERE d.live AND """

_ADDRESS = """
SELECT u.email, u.agency_id, g.regime FROM accounts_user u JOIN accounts_agency g ON g.id = u.agency_id
 WHERE u.id = %(who)s AND u.is_active
UNION ALL SELECT g.desk_email, g.id, g.regime FROM accounts_agency g WHERE g.id = %(who)s AND g.desk_email <> ''"""

# Messages not yet handed over in which something stands that has ended.
_STALE = """
SELECT DISTINCT m.id FROM foundation_message m JOIN reminders_decision d ON d.message_id = m.id
 WHERE m.state IN ('waiting', 'failed') AND m.source = 'reminder' AND NOT d.live ORDER BY 1"""


@dataclass(frozen=True)
class Handed:
    """How many messages were made, changed and withdrawn."""

    made: int = 0
    changed: int = 0
    withdrawn: int = 0


def hand_over(*, now: datetime) -> Handed:
    """Strike out what has ended, then gather what is to go. Opens its own transactions, one for each message."""
    changed = withdrawn = made = 0
    for message_id in _stale():
        left = strike_out(message_id, now=now)
        changed, withdrawn = changed + (left > 0), withdrawn + (left == 0)
    for recipient, urgent in _to_go(now):
        made += gather(recipient, urgent=urgent, now=now)
    return Handed(made, changed, withdrawn)


def _stale() -> list[uuid.UUID]:
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(SYSTEM)
        cursor.execute(_STALE)
        return [row[0] for row in cursor.fetchall()]


def _to_go(now: datetime) -> list[tuple[uuid.UUID, bool]]:
    gathers = to_london(now).time() >= GATHERED_FROM
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(SYSTEM)
        cursor.execute(_TO_GO, {"gathers": gathers, "day": london_date(now).isoformat()})
        return [(row[0], row[1]) for row in cursor.fetchall()]


def gather(recipient: uuid.UUID, *, urgent: bool, now: datetime) -> int:
    """Make one message of everything that is to go to somebody now. Returns how many were made: 1, or 0 where another
    sweep was first or nobody is there to be told."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            state_actor(SYSTEM)
            cursor.execute(
                _LINES + "d.recipient_id = %(who)s AND d.message_id IS NULL AND d.channel = 'email' AND d.urgent = %(urgent)s"
                " ORDER BY d.started_at, d.id FOR UPDATE OF d SKIP LOCKED",
                {"who": recipient, "urgent": urgent},
            )  # fmt: skip
            ids, lines = _lines(cursor.fetchall())
            cursor.execute(_ADDRESS, {"who": recipient})
            found = cursor.fetchone()
            if not ids or found is None:
                return 0
            email, agency_id, regime = found
            key = (
                # With its moment: what was withdrawn, and stands again, is told again.
                f"reminder {min(ids)} {now:%Y%m%dT%H%M}"
                if urgent
                else f"reminders {recipient} {london_date(now).isoformat()}"
            )
            message = Message.objects.create(
                # The record is the recipient: nobody's reach leads to it, and none of the cases is opened by it.
                record_id=recipient, origin_agency_id=agency_id, regime=regime, created_at=now, source="reminder",
                decided_key=key, channel="email", recipient=email, subject=subject_of(len(lines), urgent=urgent),
                body=body_of(lines),
            )  # fmt: skip
            cursor.execute(
                "UPDATE reminders_decision SET message_id = %s, gathered_at = %s WHERE id = ANY(%s)",
                [message.id, now, ids],
            )
    except IntegrityError:
        # The message of this day, or of this decision, is there: another sweep made it.
        return 0
    return 1


def strike_out(message_id: uuid.UUID, *, now: datetime) -> int:
    """Take what has ended out of a message that is not handed over. Returns how many lines are left, -1 where it has gone
    meanwhile or is going just now."""
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(SYSTEM)
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, state__in=("waiting", "failed"))
            .first()
        )
        if message is None:
            return -1
        cursor.execute(
            "UPDATE reminders_decision SET message_id = NULL, gathered_at = NULL WHERE message_id = %s AND NOT live",
            [message_id],
        )
        cursor.execute(_LINES + "d.message_id = %(id)s ORDER BY d.started_at, d.id", {"id": message_id})
        _, lines = _lines(cursor.fetchall())
        if lines:
            message.subject = subject_of(len(lines), urgent=message.decided_key.startswith("reminder "))
            message.body = body_of(lines)
        else:
            message.state, message.why_held = "withdrawn", "What it reminded of was done before it was sent."
        message.version += 1
        message.save(update_fields=["subject", "body", "state", "why_held", "version"])
    return len(lines)


def _lines(rows: Iterable[tuple[object, ...]]) -> tuple[list[uuid.UUID], list[Line]]:
    ids: list[uuid.UUID] = []
    found: dict[tuple[object, ...], Line] = {}
    for row in rows:
        ids.append(row[0])  # type: ignore[arg-type]
        line = Line.of(*row[1:])  # type: ignore[arg-type]
        key = (line.label, line.reference, line.href)
        found[key] = found[key].and_one() if key in found else line
    return ids, list(found.values())
