"""Handing messages over. Decided exactly once; a crash between the mail server's answer and our note may send one
twice, with the same Message-ID, and the row's attempts show it. A service that can be asked what it has is asked first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import structlog
from django.db import transaction
from django.db.models import F

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.messages.transports import NotHandedOverError, channels, transport_of
from sentinel.foundation.models import Message

MOST_ATTEMPTS = 8
ROUND = 200
logger = structlog.get_logger("sentinel.messages")


def deliver_waiting() -> tuple[int, int]:
    """Hand over every message that waits and whose channel has a service, oldest first, each in a transaction of its own. Returns (handed over, failed).

    Works from state, so a night without a worker loses nothing; two workers skip each other's rows.
    """
    done = failed = 0
    with transaction.atomic():
        state_actor(SYSTEM)
        waiting = list(
            Message.objects.filter(state="waiting", channel__in=channels())
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
                state="waiting", attempts=0, error_kind="", service_id=""
            )
        )


def came_back(returned: Mapping[str, str]) -> int:
    """Note which messages that were handed over came back: the service's id of each, with a word for why. Returns how many.

    They fail for good then, and stand where somebody sees them (the outbox, reminders). One that was sent anew since has
    another id by now and is left alone. The worker's, who reaches every message.
    """
    done = 0
    for service_id, kind in returned.items():
        with transaction.atomic():
            state_actor(SYSTEM)
            done += Message.objects.filter(service_id=service_id, state="handed_over").update(
                state="failed", error_kind=kind[:120]
            )
    return done


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
            message.service_id = transport_of(message.channel).hand_over(message)
        except NotHandedOverError as error:
            message.error_kind = error.kind
            message.state = "failed" if error.final or message.attempts >= MOST_ATTEMPTS else "waiting"
            message.save(update_fields=["error_kind", "state"])
            logger.warning("message not handed over", attempt=message.attempts, error_kind=message.error_kind)
            return False
        message.state, message.handed_over_at, message.error_kind = "handed_over", now(), ""
        message.save(update_fields=["state", "handed_over_at", "error_kind", "service_id"])
    return True
