"""One person under several ids. A merge moves nothing (docs/decisions/0031): whoever reads a person asks here for all ids that
are one with theirs, and the row policies leave out what they may not see of each.

PartyIdentity.objects.filter(OfOne("person_id", [person_id]))
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.expressions import Combinable

from sentinel.foundation.compiled import Among, compiled
from sentinel.people.models import Alias, SafeContact

_IDS = ArrayField(UUIDField())


class _Others(Func):
    """The ids that are one person with any of these."""

    template = "ARRAY(SELECT one_with.other_id FROM people_alias one_with WHERE one_with.person_id = ANY (%(expressions)s))"
    output_field = _IDS


class _All(Func):
    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = _IDS


class OfOne(Func):
    """Whether a field holds the id of one of these persons, or an id that is one person with them. `several` are ids, or an
    expression that gives an array of them."""

    template = "%(expressions)s"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def __init__(self, name: str, several: Sequence[uuid.UUID] | Combinable) -> None:
        ids = several if isinstance(several, Combinable) else Value(list(several), output_field=_IDS)
        super().__init__(F(name), _All(ids, _Others(ids)))


def safe_contacts_of(person: str) -> QuerySet[SafeContact]:
    """What was said of how the person of an outer query may be contacted, newest first, for annotating it: of their own id, and what
    was said of an id that is one with theirs since the two were merged. `person` is the outer query's path to the person's id."""
    one = Func(OuterRef(person), template="ARRAY[%(expressions)s]", output_field=_IDS)
    since = Alias.objects.filter(person_id=OuterRef(OuterRef(person))).values("since")[:1]
    own_or_since = Q(person_id=OuterRef(person)) | Q(asked_at__gt=Subquery(since))
    return SafeContact.objects.filter(OfOne("person_id", one), own_or_since).order_by("-asked_at", "-id")


@dataclass(frozen=True)
class Whole:
    """The ids that are one person, the asked one among them, and the moment of the newest merge (UTC) of which it is made."""

    ids: frozenset[uuid.UUID]
    since: datetime | None = None

    @property
    def leads(self) -> uuid.UUID:
        """The id that was known first: ids are made in the order of time."""
        return min(self.ids)


@compiled
def _aliases(people: list[uuid.UUID]) -> QuerySet[Any, Any]:
    return Alias.objects.filter(Among("person_id", people)).order_by("id")


def wholes(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Whole]:
    """What each of these ids is one person with; itself alone for nearly all. One query."""
    rows: dict[uuid.UUID, list[Alias]] = {}
    for row in _aliases(list(person_ids)):
        rows.setdefault(row.person_id, []).append(row)
    return {
        one: Whole(
            frozenset({one, *(row.other_id for row in rows.get(one, ()))}),
            rows[one][0].since if one in rows else None,
        )
        for one in person_ids
    }


def whole(person_id: uuid.UUID) -> Whole:
    """What an id is one person with. One query."""
    return wholes([person_id])[person_id]
