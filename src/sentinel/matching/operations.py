"""What people say of matches: that two persons are one, or are not. It outlives every re-run."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.matching.models import SameOrNot
from sentinel.people.provenance import provenance
from sentinel.people.queries import is_known_to


def _say(
    *,
    actor: Actor,
    now: datetime,
    record_id: uuid.UUID,
    first: uuid.UUID,
    second: uuid.UUID,
    how: str | None,
    same: bool,
    audience_id: uuid.UUID | None,
) -> SameOrNot:
    actor.require("match_people", "Your roles do not include saying who is who.")
    if first == second:
        raise Invalid.of("second", "These are one person already.")
    if how is not None and not how.strip():
        raise Invalid.of("how", "Say how you know: what was asked, and of whom.")
    if not is_known_to(actor, first) or not is_known_to(actor, second):
        raise NotFound()
    low, high = sorted((first, second), key=str)
    with transaction.atomic():
        row = SameOrNot.objects.create(
            **provenance(actor=actor, now=now, record_id=record_id, audience_id=audience_id),
            first_id=low,
            second_id=high,
            same=same,
            how=(how or "").strip()[:200],
            said_by_id=actor.user_id,
            at=now,
        )
        raise_event(
            kind="said_same" if same else "said_not_same", actor=actor, now=now, record_id=record_id,
            audience_id=audience_id, subject_id=first, payload={"other": str(second)},
        )  # fmt: skip
    return row


def say_same(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, first: uuid.UUID, second: uuid.UUID, how: str,
    audience_id: uuid.UUID | None = None,
) -> SameOrNot:  # fmt: skip
    """Say that two persons are one, with how it is known; `record_id` is the record in which it was learnt. `audience_id`, where
    given, is the only audience on it that may read this and hear of it: who reaches one of the two alone learns nothing of the other.

    Raises Refused without the right match_people, NotFound for a person the actor may not see, Invalid without `how`.
    """
    return _say(
        actor=actor, now=now, record_id=record_id, first=first, second=second, how=how, same=True, audience_id=audience_id
    )  # fmt: skip


def say_not_same(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, first: uuid.UUID, second: uuid.UUID, how: str | None,
    audience_id: uuid.UUID | None = None,
) -> SameOrNot:  # fmt: skip
    """Say that two persons are not one, so that nobody is asked again; `how` None: compared, and no reason given. Raises as `say_same`
    does."""
    return _say(
        actor=actor, now=now, record_id=record_id, first=first, second=second, how=how, same=False, audience_id=audience_id
    )  # fmt: skip
