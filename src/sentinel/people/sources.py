"""What the person page tells that later rooms know: which record told a fact, and in which records somebody has a part.

A later room registers with `tells_sources` and `tells_parts`; this room may not import it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sentinel.foundation.actor import Actor


@dataclass(frozen=True)
class Source:
    """The record that told a fact: its words ("Report LLR-26-R00001-B") and its page, "" where it has none."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class PersonPart:
    """That a person has a part in a record: the roles in words, the record, since when, and how it stands."""

    roles: str
    source: Source
    since: datetime
    state: str


SourceTeller = Callable[[Actor, Collection[uuid.UUID]], dict[uuid.UUID, Source]]
PartTeller = Callable[[Actor, uuid.UUID], list[PersonPart]]
_sources: list[SourceTeller] = []
_parts: list[PartTeller] = []


def tells_sources(teller: SourceTeller) -> SourceTeller:
    """Decorator: this function knows the words for some records, by their ids."""
    if teller not in _sources:
        _sources.append(teller)
    return teller


def tells_parts(teller: PartTeller) -> PartTeller:
    """Decorator: this function knows in which records a person has a part."""
    if teller not in _parts:
        _parts.append(teller)
    return teller


def sources_of(actor: Actor, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Source]:
    """The words for each record that some room knows and the actor may see."""
    found: dict[uuid.UUID, Source] = {}
    for teller in _sources:
        found.update(teller(actor, record_ids))
    return found


def parts_of(actor: Actor, person_id: uuid.UUID) -> list[PersonPart]:
    """Every part of a person that some room knows and the actor may see, newest first."""
    found = [part for teller in _parts for part in teller(actor, person_id)]
    return sorted(found, key=lambda part: part.since, reverse=True)
