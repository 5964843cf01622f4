"""What the worker does of runs: throws them away when asked, and does not let an extract lie."""

from __future__ import annotations

import uuid

import structlog
from django.conf import settings

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import task
from sentinel.matching.batch.folder import left_over
from sentinel.matching.batch.models import Run
from sentinel.matching.batch.operations import throw_away

logger = structlog.get_logger("sentinel.matching")


@task("batch.throw_away", in_steps=True)
def throw_away_run(run_id: str, by: str = "") -> None:
    """Withdraw what a run alone proposed and nobody has decided."""
    throw_away(now=now(), run_id=uuid.UUID(run_id), by=uuid.UUID(by) if by else None)


@task("batch.forget_extracts", every="40 3 * * *", lock="batch.forget_extracts", at_start=True)
def forget_extracts() -> None:
    """Delete what a stopped run left lying for more than a day."""
    forget()


def forget() -> None:
    """The same, for who is the worker already. Such a run can no longer be gone on with."""
    for run_id, folder in left_over(settings.HOME):
        Run.objects.filter(pk=run_id).exclude(state__in=("done", "thrown_away")).update(
            state="failed", fault="It was stopped and not gone on with within a day: its extract was deleted."
        )
        folder.delete()
        logger.info("extract deleted", run_id=str(run_id))
