"""Each night everything that is kept is checked against the cases; new question sets are learned as they come."""

from __future__ import annotations

import structlog
from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.insight.operations import is_checked, keep_all, learn_questions
from sentinel.insight.sharing import count_shared
from sentinel.insight.weekly import send_weekly
from sentinel.insight.weeks import take_weeks

logger = structlog.get_logger("sentinel.insight")


@task("insight.learn", every="*/10 * * * *", lock="insight.keep", in_steps=True, at_start=True)
def learn() -> None:
    """Learn the questions of sets released since; where there are any, or nothing was ever checked, look at every open case."""
    with transaction.atomic():
        state_actor(SYSTEM)
        new, checked = learn_questions(), is_checked()
    if new or not checked:
        check_all()


@task("insight.check", every="20 3 * * *", lock="insight.keep", in_steps=True)
def check() -> None:
    """Look at every open case anew."""
    check_all()


def check_all() -> None:
    """Compare everything, and say in the log what differed: it should be nothing."""
    found = keep_all(now=now())
    say = logger.warning if found.differed else logger.info
    say("figures checked against the cases", cases=found.cases, differed=found.differed)


@task("insight.weeks", every="7 * * * *", lock="insight.weeks", in_steps=True, at_start=True)
def weeks() -> None:
    """Work out the weeks that are over, then send this week's message to whom it has not gone."""
    take_weeks(now=now())
    send_weekly(now=now())


@task("insight.shared", every="*/5 * * * *", lock="insight.shared", at_start=True)
def shared() -> None:
    """Count the figures of those who reach many cases of others."""
    count_shared(now=now())
