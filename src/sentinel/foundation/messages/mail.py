"""Where sign-in mail goes when no mail server is set: a file in the data folder that an administrator reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class OutboxBackend(BaseEmailBackend):
    """Appends each message as a JSON line to `outbox.jsonl` in the data folder."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Write the messages. Returns how many."""
        path = settings.HOME / "outbox.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as handle:
            for message in email_messages:
                line = {"at": datetime.now(UTC).isoformat(), "to": message.to, "subject": message.subject,
                        "body": message.body}  # fmt: skip
                handle.write(json.dumps(line) + "\n")
        path.chmod(0o600)
        return len(email_messages)
