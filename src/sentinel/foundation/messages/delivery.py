"""Handing messages over. Decided exactly once; a crash between the mail server's answer and our note may send one
twice, with the same Message-ID, and the row's attempts show it."""

from __future__ import annotations

import uuid
from smtplib import SMTPException

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.models import Message

MOST_ATTEMPTS = 8
ROUND = 200
logger = structlog.get_logger("sentinel.messages")


def deliver_waiting() -> tuple[int, int]:
    """Hand over every email that waits, oldest first, each in a transaction of its own. Returns (handed over, failed).

    Works from state, so a night without a worker loses nothing; two workers skip each other's rows.
    """
    done = failed = 0
    with transaction.atomic():
        state_actor(SYSTEM)
        waiting = list(
            Message.objects.filter(state="waiting", channel="email")
            .order_by("created_at")
            .values_list("pk", flat=True)[:ROUND]
        )
    for message_id in waiting:
        if _deliver(message_id):
            done += 1
        else:
            failed += 1
    return done, failed


def try_again(message_id: uuid.UUID) -> bool:
    """Put a message that failed for good back among those that wait, as if it had not been tried. Whether it was one.

    The worker's, who reaches every message; the round that follows hands it over.
    """
    with transaction.atomic():
        state_actor(SYSTEM)
        return bool(
            Message.objects.filter(pk=message_id, state="failed").update(
                state="waiting", attempts=0, error_kind=""
            )
        )


def _deliver(message_id: uuid.UUID) -> bool:
    # The attempt is written down before it is made: a row whose attempts are more than it should have needed tells that a
    # mail server may have got the message twice.
    with transaction.atomic():
        state_actor(SYSTEM)
        if not Message.objects.filter(pk=message_id, state="waiting").update(attempts=F("attempts") + 1):
            return True
    with transaction.atomic():
        state_actor(SYSTEM)
        message = (
            Message.objects.select_for_update(skip_locked=True).filter(pk=message_id, state="waiting").first()
        )
        if message is None:
            return True
        try:
            EmailMessage(
                subject=message.subject,
                body=message.body,
                to=[message.recipient],
                headers={"Message-ID": f"<{message.pk}@sentinel>", "Auto-Submitted": "auto-generated"},
            ).send()
        except (OSError, SMTPException, ValueError) as error:
            message.error_kind = type(error).__name__
            message.state = "failed" if message.attempts >= MOST_ATTEMPTS else "waiting"
            message.save(update_fields=["error_kind", "state"])
            logger.warning("message not handed over", attempt=message.attempts, error_kind=message.error_kind)
            return False
        message.state, message.handed_over_at, message.error_kind = "handed_over", now(), ""
        message.save(update_fields=["state", "handed_over_at", "error_kind"])
    return True
