"""Short ways to people who may be one, for tests of merging."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sentinel.cases.models import Case
from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import Facts, NameGiven
from sentinel.people.merging import merge, preview, take_apart
from sentinel.people.models import (
    AddressLink,
    ContactPoint,
    Identifier,
    Merge,
    Person,
    PersonBirth,
    PersonName,
    SafeContact,
)
from sentinel.people.operations import add_person
from sentinel.people.relations import relations
from tests.support import NOW, PRIYA, acting

NOOR = "noor.aslam@charnwood.example"
FACTS = (PersonName, PersonBirth, ContactPoint, AddressLink, Identifier, SafeContact)
TODAY = date(2026, 11, 20)
PHONES = ("07700 900101", "07700 900102", "07700 900103", "07700 900104")


def somebody(
    name: str, case: Case, *, phone: str = PHONES[0], born: str = "3/4/1955", email: str = PRIYA, **given: Any
) -> Person:
    """A person with a name, a birth and a telephone number, told by a case."""
    facts = Facts(
        name=NameGiven(full=name), birth=birth_date(born, TODAY), phones=[parse_phone(phone)], **given
    )
    return add_person(actor=acting(email), now=NOW, record_id=case.id, facts=facts)


def joined(first: Person, second: Person, *, email: str = NOOR, **given: Any) -> Merge:
    """The two made one by the steward, who looked first."""
    steward: Actor = acting(email)
    given.setdefault("seen", preview(steward, first.pk, second.pk).seen)
    return merge(
        actor=steward,
        now=given.pop("now", NOW),
        first=first.pk,
        second=second.pk,
        why="The same number",
        **given,
    )


def parted(row: Merge, *, email: str = NOOR) -> Merge:
    """A merge ended by the steward."""
    return take_apart(actor=acting(email), now=NOW, merge_id=row.pk, why="A mother and her daughter")


# What says that two are one, or were said to be: it changes with every merge, and is no part of either. The entries of
# the search are made from the other rows, and no role may read them.
NOT_COMPARED = {
    "people.Merge",
    "people.Alias",
    "steward.Suggestion",
    "matching.SameOrNot",
    "foundation.Event",
    "search.Entry",
}


def all_rows_of(people: list[uuid.UUID]) -> set[tuple[object, ...]]:
    """Every row of every kind that hangs on these ids (people/relations.py) and that the stated actor sees, whole."""
    return {
        (one.model, *(str(value) for value in row))
        for one in relations()
        if one.model not in NOT_COMPARED
        for row in one.columns._default_manager.filter(**{f"{one.path}__in": people}).values_list()
    }


def rows_of(people: list[uuid.UUID]) -> set[tuple[object, ...]]:
    """Every fact of these ids that the stated actor sees, whole: all columns of all rows."""
    return {
        (model.__name__, *(str(value) for value in row))
        for model in FACTS
        for row in model._default_manager.filter(person_id__in=people).values_list()
    }
