"""What is said of two persons while something else is done: a report taken, somebody added to a case. Where only who reaches both may
read it, as with what a data steward decides."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import NotFound
from sentinel.matching.operations import say_not_same, say_same
from sentinel.matching.steward.operations import heard
from sentinel.people.merging import guards_of
from sentinel.people.queries import facts_of


def say_in_hand(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, first: uuid.UUID, second: uuid.UUID, how: str, same: bool
) -> None:  # fmt: skip
    """Say that two persons are one, or are not, in the record in hand: whoever reads that record and reaches one of them alone
    learns nothing of the other. Where no one audience keeps it from them the pair in the queue keeps it, and the record does not.

    Raises Refused without the right match_people, NotFound for a person the actor may not see, Invalid without `how`.
    """
    actor.require("match_people", "Your roles do not include saying who is who.")
    facts = facts_of(actor, [first, second])
    if first not in facts or second not in facts:
        raise NotFound()
    guards = guards_of(actor, record_id, facts[first], first) | guards_of(
        actor, record_id, facts[second], second
    )
    if len(guards) > 1:
        heard(actor=actor, now=now, first=first, second=second, same=same)
        return
    say = say_same if same else say_not_same
    say(
        actor=actor, now=now, record_id=record_id, audience_id=next(iter(guards), None), first=first, second=second, how=how
    )  # fmt: skip
