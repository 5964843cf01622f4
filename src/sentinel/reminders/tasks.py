"""The sweep: every few minutes and whenever a worker starts."""

from __future__ import annotations

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.reminders.handing_over import hand_over
from sentinel.reminders.sweep import sweep


@task("reminders.sweep", every="*/5 * * * *", lock="reminders.sweep", in_steps=True, at_start=True)
def sweep_and_hand_over() -> None:
    """Decide what is due, end what is done, gather what is to go."""
    moment = now()
    sweep(now=moment)
    hand_over(now=moment)
