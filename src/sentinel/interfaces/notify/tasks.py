"""What came back from Notify: asked every ten minutes, where Notify is set up."""

from __future__ import annotations

from sentinel.foundation.jobs import task
from sentinel.foundation.messages.delivery import came_back
from sentinel.interfaces.notify.transport import notify


@task("notify.returned", every="*/10 * * * *", lock="notify.returned", in_steps=True)
def ask_what_came_back() -> None:
    """Have messages that reached nobody stand as failed. Raises NotHandedOverError where Notify does not answer."""
    service = notify()
    if service is not None:
        came_back(service.returned())
