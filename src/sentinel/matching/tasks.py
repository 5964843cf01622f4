"""Keeps everybody findable: keys of a new version, and those that the writer of a fact could not see enough to make."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import structlog

from sentinel.foundation.clock import now
from sentinel.foundation.jobs import defer_each, task
from sentinel.matching.building import build, build_all, forget_lost, is_built
from sentinel.matching.counting import count_names
from sentinel.people.facts import on_facts
from sentinel.people.models import PersonFact

logger = structlog.get_logger("sentinel.matching")


@task("matching.build", every="*/10 * * * *", lock="matching.build", in_steps=True, at_start=True)
def build_keys() -> None:
    """Make everybody's keys where the recipes are newer than they are."""
    if not is_built():
        persons = sum(build_all(now()))
        logger.info("keys made anew", persons=persons)


@task("matching.complete")
def complete_keys(person_id: str) -> None:
    """Make the keys that a person's facts in several records give together."""
    build([uuid.UUID(person_id)], now())


@task("matching.count", every="40 2 * * *", at_start=True)
def count() -> None:
    """Count how common names are, and sweep up the keys of those who are gone."""
    count_names()
    forget_lost()


@on_facts
def complete_later(facts: Sequence[PersonFact], *, stranger: bool) -> None:
    """Have the keys completed of somebody of whom the writer of a new fact may not see everything. One statement."""
    if not stranger:
        defer_each(complete_keys, [{"person_id": str(facts[0].person_id)}])
