"""Background work: committed with its change, retried, put back after a kill, done once by two workers, told at last."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction
from tests.support import actor

from sentinel.audit.tasks import seal
from sentinel.foundation.actor import state_actor
from sentinel.foundation.jobs import ATTEMPTS, defer

ROOT = Path(__file__).resolve().parents[2]
PRIYA = "priya.nair@charnwood.example"

# A task that says in the database that it began, waits, and says that it ended.
SLOW = """
import os, sys
sys.path.insert(0, {src!r})
os.environ.update(SENTINEL_PROCESS="worker", DJANGO_SETTINGS_MODULE="sentinel.settings")
import django; django.setup()
import time
from sentinel.foundation.jobs import app, task
from procrastinate import RetryStrategy
from sentinel.foundation import worker
from sentinel.foundation.models import HeartBeat
from sentinel.foundation.clock import now
from django.db import connection, transaction

@task("test.slow")
def slow(name, seconds):
    print("began", name, flush=True)
    time.sleep(float(seconds))
    HeartBeat.objects.create(worker="did-" + name + "-" + str(os.getpid()), beat_at=now())

@task("test.fails")
def fails():
    raise ValueError("no")

@task("test.slow_fail", retry=RetryStrategy(max_attempts=1, wait=0))
def slow_fail(seconds):
    print("began", flush=True)
    time.sleep(float(seconds))
    raise ValueError("no")

worker.STALLED_SECONDS = 2.0
worker.BEAT_SECONDS = 1
_run = app.run_worker_async
worker.run_worker(concurrency=2)
"""


@pytest.fixture
def environment(database_urls: dict[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "DATABASE_WORKER_URL": database_urls["sentinel_worker"],
    }


@pytest.fixture
def start(environment: dict[str, str]):
    running: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW.format(src=str(ROOT / "src"))],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()


def queue(
    urls: dict[str, str], task: str, arguments: str = "{}", attempts: int = 0, once: str | None = None
) -> int:
    """A waiting job; with `once` one as a tick of a periodic task queues it: one waits, and one runs, at a time."""
    with psycopg.connect(urls["postgres"], autocommit=True) as superuser:
        row = superuser.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, lock, queueing_lock)"
            " VALUES ('default', %s, %s, 'todo', %s, %s, %s) RETURNING id",
            [task, arguments, attempts, once, once],
        ).fetchone()
    assert row
    return int(row[0])


def until(urls: dict[str, str], statement: str, wanted: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    found = None
    while time.monotonic() < deadline:
        with psycopg.connect(urls["postgres"], autocommit=True) as superuser:
            row = superuser.execute(statement).fetchone()
            found = row[0] if row else None
        if found == wanted:
            return
        time.sleep(0.2)
    raise AssertionError(f"{statement}: {found!r}, not {wanted!r}")


def test_a_job_is_committed_with_the_change_that_asked_for_it_or_not_at_all(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    with transaction.atomic():
        state_actor(actor(PRIYA))
        defer(seal)
        transaction.set_rollback(True)
    until(database_urls, "SELECT count(*) FROM procrastinate_jobs", 0, 2)
    with transaction.atomic():
        state_actor(actor(PRIYA))
        defer(seal)
    until(database_urls, "SELECT count(*) FROM procrastinate_jobs", 1, 2)


def test_one_waiting_job_of_a_name_is_enough(transactional_db: None, database_urls: dict[str, str]) -> None:
    for _ in range(3):
        with transaction.atomic():
            defer(seal, once="seal")
    until(database_urls, "SELECT count(*) FROM procrastinate_jobs", 1, 2)


def test_a_killed_workers_job_is_done_by_the_next(
    transactional_db: None, database_urls: dict[str, str], start
) -> None:
    queue(database_urls, "test.slow", '{"name": "a", "seconds": "3"}')
    first = start()
    assert first.stdout
    assert first.stdout.readline().strip() == "began a"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    until(database_urls, "SELECT count(*) FROM foundation_heartbeat WHERE worker LIKE 'did-a-%'", 0, 1)
    start()
    until(database_urls, "SELECT count(*) FROM foundation_heartbeat WHERE worker LIKE 'did-a-%'", 1)
    until(
        database_urls,
        "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'test.slow'",
        "succeeded",
    )


def test_a_killed_workers_job_is_done_although_its_next_tick_waits(
    transactional_db: None, database_urls: dict[str, str], start
) -> None:
    queue(database_urls, "test.slow", '{"name": "a", "seconds": "3"}', once="slow")
    first = start()
    assert first.stdout
    assert first.stdout.readline().strip() == "began a"
    queue(database_urls, "test.slow", '{"name": "b", "seconds": "0"}', once="slow")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    start()
    for name in ("a", "b"):
        until(database_urls, f"SELECT count(*) FROM foundation_heartbeat WHERE worker LIKE 'did-{name}-%'", 1)


def test_a_job_that_fails_is_tried_again_although_its_next_tick_waits(
    transactional_db: None, database_urls: dict[str, str], start
) -> None:
    arguments = '{"seconds": "1"}'
    fails = queue(database_urls, "test.slow_fail", arguments, once="fail")
    first = start()
    assert first.stdout
    assert first.stdout.readline().strip() == "began"
    after = queue(database_urls, "test.slow_fail", arguments, once="fail")
    for job in (fails, after):
        until(database_urls, f"SELECT status::text FROM procrastinate_jobs WHERE id = {job}", "failed")


def test_two_workers_do_each_thing_once(transactional_db: None, database_urls: dict[str, str], start) -> None:
    for number in range(12):
        queue(database_urls, "test.slow", json.dumps({"name": str(number), "seconds": "0.1"}))
    start()
    start()
    done = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded' AND task_name = 'test.slow'"
    until(database_urls, done, 12)
    until(database_urls, "SELECT count(*) FROM foundation_heartbeat WHERE worker LIKE 'did-%'", 12, 1)


def test_a_failure_is_retried_later_and_the_last_one_is_told(
    transactional_db: None, database_urls: dict[str, str], start
) -> None:
    fresh = queue(database_urls, "test.fails")
    last = queue(database_urls, "test.fails", attempts=ATTEMPTS)
    start()
    until(database_urls, f"SELECT status::text FROM procrastinate_jobs WHERE id = {last}", "failed")
    until(
        database_urls,
        f"SELECT status::text || (scheduled_at > now()) FROM procrastinate_jobs WHERE id = {fresh}",
        "todotrue",
    )
    until(
        database_urls, "SELECT task || ' ' || error_kind FROM foundation_failedjob", "test.fails ValueError"
    )


def test_readyz_says_when_no_worker_is_there(client, transactional_db: None) -> None:
    answer = client.get("/readyz", headers={"host": "localhost"})
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "migrations": "ok", "worker": "silent"}
    connections.close_all()
