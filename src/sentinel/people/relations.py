"""Everything that hangs on a person, by the column that says whose it is: what a merge brings together, with how it is told.

A later room says what it adds with `hangs_on_a_person`; tests/people/test_every_relation_is_covered.py walks the models and
fails for a column that nobody declared. Nothing of it is rewritten by a merge: whoever asks for one id finds it under the
other too, and where it is not so, `stays` says why.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import F, IntegerField, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast

from sentinel.foundation.actor import Actor


@dataclass(frozen=True)
class Relation:
    """A path from a model to a person: `model` ("cases.PartyRole"), `path` ("party__identity__person").

    `one` and `many` are its words on the preview; "" for what is not shown there. `stays` is "" where readers find it under every
    id of the whole, else the reason why it stays with its own.
    """

    model: str
    path: str
    one: str = ""
    many: str = ""
    stays: str = ""

    @property
    def columns(self) -> type[Model]:
        """The model itself."""
        return apps.get_model(self.model)


_relations: dict[tuple[str, str], Relation] = {}


def hangs_on_a_person(model: str, path: str, *, one: str = "", many: str = "", stays: str = "") -> None:
    """Say that rows of a model hang on a person by this path. `stays` says why they are not read with the whole person."""
    _relations[model, path] = Relation(model, path, one, many, stays)


def relations() -> list[Relation]:
    """All that has been declared, in that order."""
    return list(_relations.values())


@dataclass(frozen=True)
class Brought:
    """What one person brings of one kind: how many rows that the reader sees, a digest of them and their versions, and why it is not
    read with the whole person ("" where it is)."""

    one: str
    many: str
    count: int
    digest: str
    stays: str = ""

    @property
    def words(self) -> str:
        """The kind, in words for that many."""
        return self.one if self.count == 1 else self.many


def brought_by(actor: Actor, *sides: Collection[uuid.UUID]) -> list[tuple[Brought, ...]]:
    """What hangs on the ids of each side that the actor may see, by kind; kinds of which there is nothing too. One query."""
    shown = [relation for relation in relations() if relation.one]
    ids = {one for side in sides for one in side}
    first, *others = (_rows(place, relation, ids) for place, relation in enumerate(shown))
    rows: dict[int, set[tuple[uuid.UUID, str, int]]] = {}
    for place, person_id, row, version in first.union(*others, all=True):
        rows.setdefault(place, set()).add((person_id, row, version))
    return [
        tuple(
            _brought(relation, {one[1:] for one in rows.get(place, ()) if one[0] in side})
            for place, relation in enumerate(shown)
        )
        for side in sides
    ]


def _rows(place: int, relation: Relation, ids: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The rows of one kind, each with whose it is and which version."""
    model = relation.columns
    versioned = any(field.name == "version" for field in model._meta.concrete_fields)
    rows: QuerySet[Any, Any] = (
        model._default_manager.filter(**{f"{relation.path}__in": list(ids)})
        .order_by()
        .annotate(
            at_place=Value(place, output_field=IntegerField()),
            whose=F(relation.path),
            row=Cast("pk", TextField()),
            which=Cast(F("version") if versioned else Value(1), IntegerField()),
        )
        .values_list("at_place", "whose", "row", "which")
    )
    return rows


def _brought(relation: Relation, rows: Collection[tuple[str, int]]) -> Brought:
    digest = hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:12]
    return Brought(relation.one, relation.many, len(rows), digest, relation.stays)


hangs_on_a_person("people.PersonName", "person", one="name", many="names")
hangs_on_a_person("people.PersonBirth", "person", one="date of birth or age", many="dates of birth or ages")
hangs_on_a_person(
    "people.ContactPoint",
    "person",
    one="telephone number or email address",
    many="telephone numbers or email addresses",
)
hangs_on_a_person("people.AddressLink", "person", one="address", many="addresses")
hangs_on_a_person(
    "people.Identifier", "person", one="reference in another system", many="references in other systems"
)
hangs_on_a_person(
    "people.SafeContact", "person", one="answer to how they may safely be contacted",
    many="answers to how they may safely be contacted",
)  # fmt: skip
LEDGER = "The ledger says which two ids were compared: that is never rewritten."
for _column in ("first", "second"):
    hangs_on_a_person("people.Merge", _column, stays=LEDGER)
for _column in ("person", "other"):
    hangs_on_a_person("people.Alias", _column, stays="It is what says which ids are one person.")
hangs_on_a_person(
    "foundation.Message", "recipient_person_id", one="message sent or held", many="messages sent or held",
    stays="A message was for whom its record names; it is read on that record.",
)  # fmt: skip
hangs_on_a_person(
    "access.Disclosure", "to_person_id",
    stays="A line of a record's ledger says to whom something went that day, and is read on that record.",
)  # fmt: skip
hangs_on_a_person(
    "foundation.Event",
    "subject_id",
    stays="An event is told on its record, whoever it is about; both ids lead to the person.",
)
