"""What becomes of a run: begun, further, over, thrown away. The command and the worker write it; a steward asks for it on a page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.errors import Conflict, NotFound
from sentinel.matching.batch.models import Run
from sentinel.people.merging import NOT_YOURS, RIGHT

SUBJECT = "match_run"
GONE = "This run was thrown away meanwhile."
GOES_ON = (
    "A run is under way, or was stopped in its middle: {}. Go on with it (--resume), or throw it away first."
)


def begin(*, now: datetime, backend: str, begun_by: str, manifest: dict[str, Any]) -> Run:
    """A new run, as the worker. Raises Conflict where another is not over."""
    with transaction.atomic():
        state_actor(SYSTEM.because(begun_by))
        with connection.cursor() as cursor:
            # One at a time, also where two are begun at the same moment.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('sentinel.match_run', 0))")
        other = unfinished()
        if other is not None:
            raise Conflict(GOES_ON.format(other.pk))
        run = Run.objects.create(begun_at=now, backend=backend, begun_by=begun_by[:120], manifest=manifest)
        note("match_run_begun", subject=SUBJECT, subject_id=run.pk, detail={"backend": backend})
    return run


def unfinished() -> Run | None:
    """The run that is under way or was stopped in its middle."""
    return Run.objects.exclude(state__in=("done", "thrown_away")).order_by("-begun_at").first()


def go_on(run: Run, state: str, **changes: Any) -> None:
    """Write down how far a run has come, as the worker. Raises Conflict for one that was thrown away meanwhile."""
    with transaction.atomic():
        state_actor(SYSTEM)
        still_wanted(run)
        run.state = state
        for name, value in changes.items():
            setattr(run, name, value)
        run.save(update_fields=["state", *changes])


def still_wanted(run: Run) -> None:
    """Hold a run within the present transaction. Raises Conflict where it was thrown away."""
    if Run.objects.select_for_update().get(pk=run.pk).state == "thrown_away":
        raise Conflict(GONE)


def end(run: Run, *, now: datetime, counts: dict[str, Any]) -> None:
    """A run is over, as the worker. Raises Conflict for one that was thrown away meanwhile."""
    with transaction.atomic():
        state_actor(SYSTEM.because(run.begun_by))
        still_wanted(run)
        run.state, run.ended_at, run.counts, run.fault = "done", now, counts, ""
        run.save(update_fields=["state", "ended_at", "counts", "fault"])
        note("match_run_done", subject=SUBJECT, subject_id=run.pk, detail={"open": counts.get("open", 0)})


def ask_to_throw_away(*, actor: Actor, now: datetime, run_id: uuid.UUID) -> None:
    """Have the worker throw a run away, with everything of it that nobody has decided and no other run proposes. Raises Refused without the right, NotFound for
    no run, Conflict for one that is thrown away already."""
    actor.require(RIGHT, NOT_YOURS)
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound()
    if run.state == "thrown_away":
        raise Conflict("This run has been thrown away already.")
    # Late: tasks import the operations.
    from sentinel.matching.batch.tasks import throw_away_run

    with transaction.atomic():
        note("match_run_unwanted", subject=SUBJECT, subject_id=run.pk)
        defer(
            throw_away_run, run_id=str(run.pk), by=str(actor.user_id or ""), once=f"batch.throw_away {run.pk}"
        )


def throw_away(*, now: datetime, run_id: uuid.UUID, by: uuid.UUID | None, why: str = "") -> int:
    """Throw a run away, as the worker: what it proposed, no other run does and nobody has decided is withdrawn, its folder deleted. Returns how
    many were withdrawn. Decisions stay, for people made them. Raises NotFound for no run."""
    from django.conf import settings

    from sentinel.matching.batch.folder import Folder
    from sentinel.matching.steward.operations import throw_away as withdraw

    with transaction.atomic():
        state_actor(SYSTEM.because(why))
        run = Run.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise NotFound()
        withdrawn = withdraw(run_id=run_id)
        if run.state != "thrown_away":
            run.state, run.thrown_away_at, run.thrown_away_by_id = "thrown_away", now, by
            run.counts = {**run.counts, "withdrawn": withdrawn}
            run.save(update_fields=["state", "thrown_away_at", "thrown_away_by_id", "counts"])
            note("match_run_thrown_away", subject=SUBJECT, subject_id=run.pk, detail={"withdrawn": withdrawn})
    Folder(settings.HOME, run_id).delete()
    return withdrawn
