"""The round that hands messages over, and a failed one put back into it."""

from __future__ import annotations

import uuid

from sentinel.foundation.jobs import task
from sentinel.foundation.messages.delivery import deliver_waiting, try_again


@task("foundation.deliver", every="* * * * *", lock="foundation.deliver", in_steps=True)
def deliver() -> None:
    """Hand over what waits."""
    deliver_waiting()


@task("foundation.try_again")
def try_message_again(message: str) -> None:
    """Let one failed message wait for the next round."""
    try_again(uuid.UUID(message))
