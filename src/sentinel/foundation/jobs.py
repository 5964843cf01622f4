"""Background work. A job is committed with the change that asked for it, or not at all.

A task is an ordinary function of keyword arguments that are ids and codes (they stand in a table that every process
may read). It runs in a transaction of its own as SYSTEM; a failure is retried with back-off, and the last one is
written where an administrator sees it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from django.db import close_old_connections, connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.foundation.models import FailedJob
from sentinel.foundation.reference import of_edition

ATTEMPTS = 6
# Names of the tasks that a worker queues when it starts.
AT_START: list[str] = []
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=5)
# A periodic task that waits to be tried again holds its next ticks up: within twenty minutes it has been tried, and told.
RETRY_PERIODIC = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=3)
# A job that is put back must not be refused because its next tick waits already: it would be "doing" for ever and hold
# the task's lock. While it runs the name it waited under guards nothing.
LET_GO = "UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %(job_id)s AND status = 'doing'"
logger = structlog.get_logger("sentinel.job")

__all__ = ["ATTEMPTS", "app", "defer", "defer_each", "queue_again", "task"]


def task(
    name: str,
    *,
    every: str | None = None,
    lock: str | None = None,
    in_steps: bool = False,
    at_start: bool = False,
    retry: RetryStrategy | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Decorator: make a function a task called `name`. `every` is a cron line for a periodic one; `lock` lets one run at
    a time over all workers. `in_steps`: the function opens transactions of its own, one for each step that must stand
    whatever becomes of the next (a message handed over stays handed over). `at_start`: it is also queued whenever a worker
    starts, so that what a stopped one missed does not wait for the next tick. `retry`: as often as RETRY, at distances of its own;
    a periodic one is tried at those of RETRY_PERIODIC."""

    def register(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(context: JobContext, *args: Any, **arguments: Any) -> None:
            # A periodic task is handed the moment it was due; ours work from state and do not want it.
            arguments.pop("timestamp", None)
            close_old_connections()
            try:
                if in_steps:
                    function(**arguments)
                else:
                    with transaction.atomic(), of_edition(state_actor(SYSTEM)):
                        function(**arguments)
            except Exception as error:
                _note_failure(context, name, error)
                raise
            finally:
                close_old_connections()

        registered: Any = app.task(
            name=name,
            retry=retry or (RETRY_PERIODIC if every else RETRY),
            lock=lock,
            queueing_lock=name if every else None,
            pass_context=True,
        )(run)
        if at_start:
            AT_START.append(name)
        if every:
            app.periodic(cron=every)(registered)
        return registered

    return register


def _note_failure(context: JobContext, name: str, error: Exception) -> None:
    job = context.job
    attempt = (job.attempts if job else 0) + 1
    logger.warning(
        "job failed",
        task=name,
        job_id=job.id if job else None,
        attempt=attempt,
        error_kind=type(error).__name__,
    )
    if job is not None and job.queueing_lock is not None:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, {"job_id": job.id})
    # The strategy gives up once a job has been tried again ATTEMPTS times.
    if job is not None and job.id is not None and attempt > ATTEMPTS:
        with transaction.atomic():
            FailedJob.objects.get_or_create(
                job_id=job.id,
                defaults={
                    "task": name,
                    "attempts": attempt,
                    "error_kind": type(error).__name__,
                    "failed_at": now(),
                },
            )


def queue_again(job_id: int) -> bool:
    """Queue what a job that failed for good was to do, as a new job, within the present transaction.

    False where the queue no longer holds the job, or Sentinel the task. Where the same work waits already, that is enough.
    """
    # Imported late: the models want Django's applications, which the tasks of every room are loaded before.
    from procrastinate.contrib.django.models import ProcrastinateJob

    failed = ProcrastinateJob.objects.filter(pk=job_id, status="failed").first()
    if failed is None or failed.task_name not in app.tasks:
        return False
    try:
        with transaction.atomic():
            app.configure_task(
                failed.task_name,
                lock=failed.lock,
                queueing_lock=failed.queueing_lock or app.tasks[failed.task_name].queueing_lock,
                queue=failed.queue_name,
            ).defer(**failed.args)
    except AlreadyEnqueued:
        pass
    return True


def defer_each(job: Task[Any, Any, Any], several: Iterable[Mapping[str, Any]], /) -> None:
    """Queue a task once for each of these arguments, within the present transaction. One statement; none for none."""
    if rows := [dict(one) for one in several]:
        job.batch_defer(*rows)


def defer(
    job: Task[Any, Any, Any], /, *, lock: str | None = None, once: str | None = None, **arguments: Any
) -> None:
    """Queue a task within the present transaction.

    `once` keeps a single waiting job of that name; `lock` runs one of its name at a time.
    """
    try:
        with transaction.atomic():
            job.configure(lock=lock, queueing_lock=once).defer(**arguments)
    except AlreadyEnqueued:
        return
