"""What a party is called on a page: a protected one by its label, everybody else by the name that the reader may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sentinel.cases.models import Party
from sentinel.foundation.actor import Actor
from sentinel.people.queries import names_of
from sentinel.people.rules import UNNAMED


@dataclass(frozen=True)
class Named:
    """A party's name or label; `person_id` is None where it is protected or nobody is known."""

    name: str
    protected: bool
    person_id: uuid.UUID | None


def party_names(actor: Actor, party_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """What each party is called. Two queries, however many there are.

    A protected identity is "Witness A" also to who knows it: pages are printed and read over shoulders.
    """
    rows = list(Party.objects.filter(pk__in=set(party_ids)).select_related("identity"))
    persons = {
        row.id: row.identity.person_id
        for row in rows
        if not row.identity_protected and hasattr(row, "identity")
    }
    names = names_of(actor, persons.values()) if persons else {}
    return {row.id: _named(row, persons.get(row.id), names) for row in rows}


def _named(row: Party, person_id: uuid.UUID | None, names: dict[uuid.UUID, str]) -> Named:
    name = names.get(person_id) if person_id else None
    words = name or row.label or row.description[:60] or UNNAMED
    return Named(words, row.identity_protected, None if row.identity_protected else person_id)
