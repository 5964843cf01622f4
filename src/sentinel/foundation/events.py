"""One event for each thing a person does to a record; the timeline and the procedures read them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model

from sentinel.foundation.actor import Actor
from sentinel.foundation.models import Event
from sentinel.foundation.rows import put

Follower = Callable[[Event, Actor, datetime], None]
_followers: dict[str, list[Follower]] = {}


def raise_event(
    *,
    kind: str,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    payload: dict[str, Any] | None = None,
    subject_id: uuid.UUID | None = None,
    audience_id: uuid.UUID | None = None,
    happened_at: datetime | None = None,
    holding: Sequence[Model] = (),
) -> Event:
    """Write an event into the record's timeline, and let what follows from it follow, in the same transaction.

    `payload` holds ids, codes and dates, never names or free text. `happened_at` (UTC) is when it happened where that
    differs from now. `holding`: rows that the operation has at hand as they stand, so that who follows need not read
    them again. Raises what a follower raises: then nothing of the operation stands.
    """
    event = put(
        Event(
            kind=kind,
            record_id=record_id,
            audience_id=audience_id,
            payload=payload or {},
            subject_id=subject_id,
            happened_at=happened_at or now,
            recorded_at=now,
            agency_id=actor.agency_id,
            user_id=actor.user_id,
        )
    )
    event.holding = tuple(holding)
    for follower in _followers.get(kind, []):
        follower(event, actor, now)
    return event


def follow(kind: str) -> Callable[[Follower], Follower]:
    """Decorator: what a procedure does when an event of this kind is raised (`procedures/` registers them)."""

    def register(function: Follower) -> Follower:
        _followers.setdefault(kind, []).append(function)
        return function

    return register
