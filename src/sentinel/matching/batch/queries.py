"""Runs as a data steward sees them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.matching.batch.models import Run
from sentinel.people.merging import NOT_YOURS, RIGHT

SHOWN = 20


@dataclass(frozen=True)
class Outcome:
    """What became of the pairs that a run proposed, whichever other proposed them too, over the whole partnership: figures alone."""

    waiting: int
    later: int
    same: int
    not_same: int
    withdrawn: int

    @property
    def proposed(self) -> int:
        """How many there are."""
        return self.waiting + self.later + self.decided + self.withdrawn

    @property
    def decided(self) -> int:
        """How many people have decided."""
        return self.same + self.not_same

    @property
    def right(self) -> int | None:
        """Of 100 decided how many were one person; None where too few are decided to say."""
        return round(100 * self.same / self.decided) if self.decided >= 20 else None


def runs(actor: Actor) -> list[Run]:
    """The newest runs. One query. Raises Refused without the right."""
    actor.require(RIGHT, NOT_YOURS)
    return list(Run.objects.defer("weights", "manifest").order_by("-begun_at")[:SHOWN])


def run_of(actor: Actor, run_id: uuid.UUID) -> Run:
    """One run. Raises Refused without the right, NotFound for none."""
    actor.require(RIGHT, NOT_YOURS)
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound()
    return run


def outcome(run_id: uuid.UUID) -> Outcome:
    """What became of a run's pairs. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, many FROM batch_outcome(%s)", [run_id])
        found = dict(cursor.fetchall())
    return Outcome(
        waiting=sum(found.get(state, 0) for state in ("open", "second")),
        later=found.get("later", 0),
        same=found.get("same", 0),
        not_same=found.get("not_same", 0) + found.get("doubted", 0),
        withdrawn=found.get("withdrawn", 0),
    )
