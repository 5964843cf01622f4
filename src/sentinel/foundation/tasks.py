"""The round that hands messages over."""

from __future__ import annotations

from sentinel.foundation.jobs import task
from sentinel.foundation.messages.delivery import deliver_waiting


@task("foundation.deliver", every="* * * * *", lock="foundation.deliver")
def deliver() -> None:
    """Hand over what waits."""
    deliver_waiting()
