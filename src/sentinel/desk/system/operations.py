"""What an administrator does about work that failed. Each is one transaction and one entry in the audit."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from sentinel.audit.operations import note
from sentinel.desk.system.queries import looks_after, message_state
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer, queue_again
from sentinel.foundation.models import FailedJob
from sentinel.foundation.tasks import try_message_again
from sentinel.kernel.errors import Conflict, NotFound

DONE_ALREADY = "Somebody else has dealt with this meanwhile."


@transaction.atomic
def retry_job(*, actor: Actor, now: datetime, failed_id: uuid.UUID) -> None:
    """Queue a failed job's work again and settle the failure. Raises Refused, NotFound or Conflict."""
    job = _open(actor, failed_id)
    if not queue_again(job.job_id):
        raise Conflict("What this job was to do is no longer kept. It can only be settled.")
    _settle(job, actor=actor, now=now, how="again")


@transaction.atomic
def settle_job(*, actor: Actor, now: datetime, failed_id: uuid.UUID) -> None:
    """Say that a failed job has been dealt with otherwise. Raises Refused, NotFound or Conflict."""
    _settle(_open(actor, failed_id), actor=actor, now=now, how="settled")


@transaction.atomic
def retry_message(*, actor: Actor, now: datetime, message_id: uuid.UUID) -> None:
    """Have the worker try a failed message again. Raises Refused, NotFound or Conflict where it has not failed."""
    if message_state(actor, message_id) != "failed":
        raise Conflict("This message is no longer among the failed ones.")
    note("message_retried", subject="message", subject_id=message_id)
    defer(try_message_again, once=f"message {message_id}", message=str(message_id))


def _open(actor: Actor, failed_id: uuid.UUID) -> FailedJob:
    looks_after(actor)
    found = FailedJob.objects.select_for_update().filter(pk=failed_id).first()
    if found is None:
        raise NotFound
    if found.settled_at is not None:
        raise Conflict(DONE_ALREADY)
    return found


def _settle(job: FailedJob, *, actor: Actor, now: datetime, how: str) -> None:
    job.settled_at, job.settled_by_id, job.settled_how = now, actor.user_id, how
    job.save(update_fields=["settled_at", "settled_by_id", "settled_how"])
    note("job_settled", subject="failed_job", subject_id=job.pk, detail={"task": job.task, "how": how})
