"""What follows here from what officers say of two persons, and how the timeline tells of merges."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.cases.timeline import Told, sentence, strong, told, user
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import follow
from sentinel.foundation.models import Event
from sentinel.matching.steward.operations import heard


@follow("said_same")
def propose(event: Event, actor: Actor, now: datetime) -> None:
    """An officer says that two are one: a data steward looks at them."""
    _heard(event, actor, now, same=True)


@follow("said_not_same")
def settle(event: Event, actor: Actor, now: datetime) -> None:
    """An officer says that two are not one: nobody is asked any more."""
    _heard(event, actor, now, same=False)


def _heard(event: Event, actor: Actor, now: datetime, *, same: bool) -> None:
    if event.subject_id is not None:
        heard(
            actor=actor, now=now, first=event.subject_id, second=uuid.UUID(event.payload["other"]), same=same
        )


@sentence("people_merged", group="people")
def merged(event: Event, row: None) -> Told:
    """'Two entries found to be one person, by Noor Aslam'."""
    return told(strong("Two entries found to be one person"), ", by ", user(event.user_id))


@sentence("people_taken_apart", group="people")
def taken_apart(event: Event, row: None) -> Told:
    """'Two entries found to be two people, by Noor Aslam'."""
    return told(strong("Two entries that were made one person taken apart"), ", by ", user(event.user_id))


@sentence("pair_waits_for_second", group="people", quiet=True)
def waits(event: Event, row: None) -> Told:
    """'Two entries said to be one person, by Noor Aslam; somebody else has to agree'."""
    return told("Two entries said to be one person, by ", user(event.user_id), "; somebody else has to agree")


@sentence("pair_left_for_later", group="people", quiet=True)
def left(event: Event, row: None) -> Told:
    """'Whether two entries are one person left for later, by Noor Aslam'."""
    return told("Whether two entries are one person left for later, by ", user(event.user_id))
