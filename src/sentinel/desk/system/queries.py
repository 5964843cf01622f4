"""What the pages about Sentinel itself show: numbers, states and times; never a person, a case or a message's words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from sentinel.accounts.models import Agency, User
from sentinel.desk.system.words import error_words, task_words
from sentinel.foundation.actor import Actor
from sentinel.foundation.messages.mail import in_outbox
from sentinel.foundation.messages.transports import channels
from sentinel.foundation.models import FailedJob, HeartBeat
from sentinel.foundation.views import WORKER_SILENT_AFTER
from sentinel.kernel.errors import NotFound

PAGE = 50
NOT_YOURS = "Only a local administrator or a governance officer looks after Sentinel itself."
CHANNELS = {"email": "Email", "text": "Text message", "post": "Letter", "none": "None"}
STATES = {
    "waiting": "Waiting to be sent",
    "failed": "Failed",
    "post": "To be posted",
    "handed_over": "Handed over",
    "held": "Held: no safe way was given",
    "withdrawn": "No longer wanted, not sent",
}
OPEN = ("waiting", "failed")


@dataclass(frozen=True)
class JobLine:
    """A failed job in words."""

    job: FailedJob
    what: str
    meaning: str
    why: str
    settled_by: str


@dataclass(frozen=True)
class Jobs:
    """Some failed jobs, newest first. `before` is the id to begin the next page below, or None."""

    lines: list[JobLine]
    before: uuid.UUID | None


@dataclass(frozen=True)
class MessageLine:
    """How one message fares."""

    id: uuid.UUID
    channel: str
    state: str
    state_words: str
    attempts: int
    why: str
    agency: str
    decided_at: datetime
    handed_over_at: datetime | None


@dataclass(frozen=True)
class Outbox:
    """Some messages, newest first. `before` as in Jobs."""

    lines: list[MessageLine]
    before: uuid.UUID | None


@dataclass(frozen=True)
class State:
    """Sentinel at one moment. `messages` maps (channel, state) to a number."""

    worker_seen: datetime | None
    worker_silent: bool
    jobs_waiting: int
    jobs_failed: int
    messages: dict[tuple[str, str], int]
    mail_is_set: bool
    text_is_set: bool
    scanner_is_set: bool

    @property
    def waiting_messages(self) -> int:
        """How many wait to be sent."""
        return self._in("waiting")

    @property
    def failed_messages(self) -> int:
        """How many failed for good."""
        return self._in("failed")

    @property
    def letters(self) -> int:
        """How many are to be posted."""
        return self._in("post")

    def _in(self, state: str) -> int:
        return sum(many for (_, one), many in self.messages.items() if one == state)


def looks_after(actor: Actor) -> None:
    """Raise Refused unless the actor looks after Sentinel itself."""
    actor.require("see_failures", NOT_YOURS)


def state_of(actor: Actor, *, now: datetime) -> State:
    """How Sentinel fares now (UTC). Raises Refused."""
    looks_after(actor)
    seen = HeartBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, state, many FROM desk_outbox_counts()")
        counted = {(channel, state): many for channel, state, many in cursor.fetchall()}
    return State(
        worker_seen=seen,
        worker_silent=seen is None or now - seen >= WORKER_SILENT_AFTER,
        jobs_waiting=ProcrastinateJob.objects.filter(status="todo").count(),
        jobs_failed=FailedJob.objects.filter(settled_at__isnull=True).count(),
        messages=counted,
        mail_is_set=settings.MAIL_IS_SET,
        text_is_set="text" in channels(),
        scanner_is_set=bool(settings.CLAMAV),
    )


def failed_jobs(actor: Actor, *, settled: bool = False, before: uuid.UUID | None = None) -> Jobs:
    """Jobs that failed for good: those that nobody has dealt with, or those that somebody has. Raises Refused."""
    looks_after(actor)
    # Ids are made in the order of time.
    rows = FailedJob.objects.filter(settled_at__isnull=not settled).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    names = {
        user.pk: user.name
        for user in User.objects.filter(pk__in=[j.settled_by_id for j in found if j.settled_by_id])
    }
    lines = [_job_line(job, names) for job in found[:PAGE]]
    return Jobs(lines, found[PAGE - 1].id if len(found) > PAGE else None)


def _job_line(job: FailedJob, names: dict[uuid.UUID, str]) -> JobLine:
    what, meaning = task_words(job.task)
    by = names.get(job.settled_by_id, "") if job.settled_by_id else ""
    return JobLine(job, what, meaning, error_words(job.error_kind), by)


def outbox(actor: Actor, *, state: str = "", channel: str = "", before: uuid.UUID | None = None) -> Outbox:
    """Messages to people outside: those that wait or failed, or those in one `state`. Raises Refused.

    A local administrator sees the agency's, a governance officer all: the database sees to that.
    """
    looks_after(actor)
    states = [state] if state in STATES else list(OPEN)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, channel, state, attempts, error_kind, agency_id, created_at, handed_over_at"
            " FROM desk_outbox(%s, %s, %s, %s)",
            [states, channel, before, PAGE + 1],
        )
        rows = cursor.fetchall()
    names = {
        agency.pk: agency.short_name for agency in Agency.objects.filter(pk__in={row[5] for row in rows})
    }
    lines = [
        MessageLine(
            id=row[0],
            channel=CHANNELS.get(row[1], row[1]),
            state=row[2],
            state_words=STATES.get(row[2], row[2]),
            attempts=row[3],
            why=_why(row[1], row[2], row[4]),
            agency=names.get(row[5], ""),
            decided_at=row[6],
            handed_over_at=row[7],
        )
        for row in rows[:PAGE]
    ]
    return Outbox(lines, rows[PAGE - 1][0] if len(rows) > PAGE else None)


def _why(channel: str, state: str, error_kind: str) -> str:
    if state == "waiting" and channel not in channels():
        return "No text message service is connected. It waits until there is one."
    return error_words(error_kind) if error_kind else ""


def message_state(actor: Actor, message_id: uuid.UUID) -> str:
    """The state of a message that the actor's outbox lists. Raises Refused or NotFound."""
    looks_after(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_outbox_state(%s)", [message_id])
        found: str | None = cursor.fetchone()[0]
    if found is None:
        raise NotFound
    return found


def is_read_here() -> bool:
    """Whether messages can be read in the outbox: only in a demonstration, of invented people, whose mail reaches nobody."""
    return bool(settings.MODE == "demonstration" and not settings.MAIL_IS_SET)


def message_read(actor: Actor, message_id: uuid.UUID) -> dict[str, Any]:
    """A message as it would have gone, in a demonstration: "at", "to", "subject" and "body". Raises Refused or NotFound."""
    if not is_read_here():
        raise NotFound
    message_state(actor, message_id)
    found = in_outbox(message_id)
    if found is None:
        raise NotFound
    return {**found, "at": datetime.fromisoformat(found["at"])}
