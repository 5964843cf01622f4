"""The worker process: runs jobs, puts back what a killed worker left, and says that it is alive."""

from __future__ import annotations

import asyncio
import os
import socket

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import AT_START, LET_GO
from sentinel.foundation.models import FailedJob, HeartBeat

BEAT_SECONDS = 15
STALLED_SECONDS = 30.0
logger = structlog.get_logger("sentinel.worker")


def run_worker(*, concurrency: int = 2, until_empty: bool = False) -> None:
    """Run jobs until stopped by a signal, or with `until_empty` until none is left (tests)."""
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("The worker starts from Django's connector.")
    with app.replace_connector(connector.get_worker_connector()) as working:
        asyncio.run(_run(working, concurrency, until_empty))


async def _run(working: App, concurrency: int, until_empty: bool) -> None:
    async with working.open_async():
        await put_back_stalled(working)
        await queue_first(working)
        tender = asyncio.create_task(_tend(working))
        try:
            await working.run_worker_async(
                concurrency=concurrency,
                wait=not until_empty,
                shutdown_graceful_timeout=10,
                stalled_worker_timeout=STALLED_SECONDS,
                install_signal_handlers=not until_empty,
            )
        finally:
            tender.cancel()


async def queue_first(working: App) -> None:
    """Queue what is to be done whenever a worker starts, once each however many start at once."""
    for name in AT_START:
        try:
            await working.tasks[name].defer_async()
        except AlreadyEnqueued:
            continue


async def _tend(working: App) -> None:
    while True:
        try:
            await sync_to_async(beat)()
            await put_back_stalled(working)
            await sync_to_async(note_failed)()
        except (DatabaseError, ProcrastinateException) as error:
            logger.warning("the worker's round failed", error_kind=type(error).__name__)
        await asyncio.sleep(BEAT_SECONDS)


async def put_back_stalled(working: App) -> int:
    """Put jobs of killed workers back to be done again. Returns how many."""
    count = 0
    for job in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await working.connector.execute_query_async(LET_GO, job_id=job.id)
            await working.job_manager.retry_job(job)
            count += 1
        except ProcrastinateException:
            # Another worker's round put it back first.
            continue
    if count:
        logger.warning("jobs of a killed worker put back", count=count)
    return count


def beat() -> None:
    """Say that this worker is alive; /readyz looks."""
    close_old_connections()
    HeartBeat.objects.update_or_create(
        worker=f"{socket.gethostname()[:40]}-{os.getpid()}", defaults={"beat_at": now()}
    )


def note_failed() -> int:
    """List jobs that failed for good although nobody could note it (a killed process). Returns how many are new."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    known = FailedJob.objects.values("job_id")
    rows = [
        FailedJob(
            job_id=job.id, task=job.task_name, attempts=job.attempts, error_kind="unknown", failed_at=now()
        )
        for job in ProcrastinateJob.objects.filter(status="failed").exclude(id__in=known)[:100]
    ]
    FailedJob.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
