"""The sweep: every few minutes and whenever a worker starts. Simulations, when they are asked for."""

from __future__ import annotations

import uuid

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.reminders.handing_over import hand_over
from sentinel.reminders.simulation import run
from sentinel.reminders.sweep import sweep


@task("reminders.sweep", every="*/5 * * * *", lock="reminders.sweep", in_steps=True, at_start=True)
def sweep_and_hand_over() -> None:
    """Decide what is due, end what is done, gather what is to go."""
    moment = now()
    sweep(now=moment)
    hand_over(now=moment)


@task("reminders.simulate", in_steps=True)
def simulate(simulation: str) -> None:
    """Work out what a version of a rule would have sent."""
    run(uuid.UUID(simulation))
