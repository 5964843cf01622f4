"""Says in the ledgers what has ended by the clock, and looks over what was searched."""

from __future__ import annotations

from sentinel.foundation.actor import SYSTEM
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.matching.hits.operations import end_what_is_over
from sentinel.matching.hits.watching import watch


@task("hits.ended", every="*/5 * * * *", lock="hits.ended", at_start=True)
def ended() -> None:
    """Write down what access has ended. Nobody reads longer because this is late."""
    end_what_is_over(actor=SYSTEM, now=now())


@task("hits.watch", every="*/5 * * * *", lock="hits.watch", at_start=True)
def look_over() -> None:
    """Look over who looked for whom, for the auditor."""
    watch(now=now())
