"""Background work. A job is committed with the change that asked for it, or not at all."""

from __future__ import annotations

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=6, exponential_wait=5)

__all__ = ["RETRY", "app", "defer"]


def defer(task: Any, /, *, lock: str | None = None, once: str | None = None, **arguments: Any) -> None:
    """Queue a task within the present transaction. `once` keeps one waiting job of its name; `lock` runs one at a time.

    Arguments are ids and codes: they stand in a table that every process may read.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    from django.db import transaction

    try:
        with transaction.atomic():
            task.configure(lock=lock, queueing_lock=once).defer(**arguments)
    except AlreadyEnqueued:
        return
