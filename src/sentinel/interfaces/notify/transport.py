"""Handing messages over to GOV.UK Notify, and asking it which came back.

A message's reference there is its id here, which says nothing of anybody. Notify keeps what it was given for seven days and can be
asked by reference: after a crash a message is never sent twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient

from sentinel.foundation.messages.transports import NotHandedOverError
from sentinel.foundation.models import Message
from sentinel.kernel.ids import new_id

SECONDS = 10
# What Notify says that no other try would change: a wrong request, a wrong key, a team's list that does not name the recipient.
FINAL = {400, 403, 404}
# The most pages of what came back that one round looks through, 250 a page.
PAGES = 20


class Notify:
    """Notify, as one service of it is set up. Raises ValueError for a key that is none."""

    def __init__(self, key: str, templates: dict[str, str], url: str) -> None:
        try:
            uuid.UUID(key[-36:]), uuid.UUID(key[-73:-37])
        except ValueError as error:
            raise ValueError("SENTINEL_NOTIFY_KEY is no key of GOV.UK Notify.") from error
        self.templates = templates
        self._client: Any = NotificationsAPIClient(key, base_url=url, timeout=SECONDS)  # type: ignore[no-untyped-call]  # it has no types

    def hand_over(self, message: Message) -> str:
        """As Transport says. Asked by reference first where a try before may have reached it."""
        reference = str(message.pk)
        if message.attempts > 1 and (had := self._had(reference)):
            return had
        return self.send(message.channel, message.recipient, message.subject, message.body, reference)

    def send(self, channel: str, recipient: str, subject: str, body: str, reference: str) -> str:
        """Send an email or text message. Returns Notify's id of it. Raises NotHandedOverError."""
        template = self.templates[channel]
        if channel == "text":
            return self._id(
                self._ask(
                    self._client.send_sms_notification,
                    phone_number=recipient, template_id=template, personalisation={"body": body}, reference=reference,
                )
            )  # fmt: skip
        return self._id(
            self._ask(
                self._client.send_email_notification,
                email_address=recipient, template_id=template,
                personalisation={"subject": subject, "body": body}, reference=reference,
            )
        )  # fmt: skip

    def returned(self) -> dict[str, str]:
        """Notify's ids of everything of the last week that reached nobody, each with a word for why. Raises NotHandedOverError."""
        found: dict[str, str] = {}
        older: str | None = None
        for _ in range(PAGES):
            answer = self._ask(self._client.get_all_notifications, status="failed", older_than=older)
            rows = answer.get("notifications") or []
            if not rows:
                break
            found |= {str(row["id"]): f"notify {row.get('status', 'failed')}" for row in rows}
            older = str(rows[-1]["id"])
        return found

    def _had(self, reference: str) -> str:
        rows = self._ask(self._client.get_all_notifications, reference=reference).get("notifications") or []
        # One that came back is not had: it is tried again because that one failed.
        return next((str(row["id"]) for row in rows if not _came_back(row)), "")

    @staticmethod
    def _id(answer: dict[str, Any]) -> str:
        return str(answer.get("id", ""))

    @staticmethod
    def _ask(what: Any, **given: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = what(**given)
        except HTTPError as error:
            status = int(error.status_code or 503)
            raise NotHandedOverError(f"notify {status}", final=status in FINAL) from error
        except InvalidResponse as error:
            raise NotHandedOverError("notify answer") from error
        return answer


def _came_back(row: dict[str, Any]) -> bool:
    """Whether a notification reached nobody: permanent-, temporary- or technical-failure."""
    return str(row.get("status", "")).endswith("failure")


def notify() -> Notify | None:
    """Notify as the settings have it; None where there is no key or no template."""
    if not settings.NOTIFY_TEMPLATES:
        return None
    return Notify(settings.NOTIFY_KEY, settings.NOTIFY_TEMPLATES, settings.NOTIFY_URL)


class NotifyBackend(BaseEmailBackend):
    """Sign-in mail by Notify, where no mail server is set."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Hand each over to each of its recipients. Returns how many messages. Raises NotHandedOverError."""
        service = notify()
        if service is None:
            return 0
        for mail in email_messages:
            for recipient in mail.to:
                service.send("email", recipient, mail.subject, mail.body, str(new_id()))
        return len(email_messages)
