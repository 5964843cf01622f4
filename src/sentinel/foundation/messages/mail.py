"""Where mail goes when no mail server is set: a file in the data folder, of which a demonstration shows the messages of cases."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

# How much of the file is looked through for one message, from its end.
LOOKED_THROUGH = 5_000_000


def _message_of(mail: Any) -> str:
    """The id of the message of a case that a mail is; "" for one about signing in."""
    named = str(mail.extra_headers.get("Message-ID", ""))
    return named.removeprefix("<").removesuffix("@sentinel>") if named.endswith("@sentinel>") else ""


def in_outbox(message_id: uuid.UUID) -> dict[str, Any] | None:
    """What the outbox holds of a message: "at", "to" (a list), "subject" and "body"; the last time where it went twice. None where
    it is not there, or too long ago."""
    path = settings.HOME / "outbox.jsonl"
    if not path.exists():
        return None
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - LOOKED_THROUGH))
        lines = handle.read().splitlines()
    wanted = str(message_id)
    for line in reversed(lines):
        if wanted.encode() in line and (found := _read(line)) and found.get("message") == wanted:
            return found
    return None


def _read(line: bytes) -> dict[str, Any] | None:
    """One line; None for the first of what was looked through, which may be half of one."""
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return found


class OutboxBackend(BaseEmailBackend):
    """Appends each message as a JSON line to `outbox.jsonl` in the data folder."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write the messages. Returns how many."""
        path = settings.HOME / "outbox.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as handle:
            for message in email_messages:
                line = {"at": datetime.now(UTC).isoformat(), "to": message.to, "subject": message.subject,
                        "body": message.body, "message": _message_of(message)}  # fmt: skip
                handle.write(json.dumps(line) + "\n")
        path.chmod(0o600)
        return len(email_messages)
