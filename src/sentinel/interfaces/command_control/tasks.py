"""Sending markers: looked at twice a minute, each system by itself, so that one that does not answer keeps no other waiting."""

from __future__ import annotations

import uuid

from procrastinate import RetryStrategy

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import defer, task
from sentinel.interfaces.command_control.pushing import TRIED, push_what_waits, waiting_pushes

# 3, 9, 27, 81, 243 and 729 seconds: listed as failed after some 18 minutes.
RETRY = RetryStrategy(max_attempts=TRIED, exponential_wait=3)


@task("command_control.push", every="* * * * * */30", lock="command_control.push")
def push_to_all() -> None:
    """Queue each system that is sent markers, but one whose job waits or runs: a slow one takes one place among the workers."""
    # Imported late: the models want Django's applications, which tasks are loaded before.
    from procrastinate.contrib.django.models import ProcrastinateJob

    names = {f"command_control.push_to {push_id}": push_id for push_id in waiting_pushes(now=now())}
    busy = ProcrastinateJob.objects.filter(lock__in=names, status__in=("todo", "doing"))
    for name in names.keys() - set(busy.values_list("lock", flat=True)):
        defer(push_to, lock=name, once=name, push=str(names[name]))


@task("command_control.push_to", in_steps=True, retry=RETRY)
def push_to(push: str) -> None:
    """Send one system what it has not taken."""
    push_what_waits(uuid.UUID(push))
