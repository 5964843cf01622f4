"""Every change to what is known of a person. Each runs in one transaction and raises one event on the record that
told the fact."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.births import Birth
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.kernel.phones import parse_phone
from sentinel.people import writing
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven
from sentinel.people.models import (
    AddressLink,
    ContactPoint,
    Person,
    PersonBirth,
    PersonFact,
    PersonName,
    SafeContact,
)
from sentinel.people.provenance import provenance
from sentinel.people.queries import is_known_to
from sentinel.people.rules import read_email

Row = TypeVar("Row", bound=PersonFact)


def add_person(
    *, actor: Actor, now: datetime, record_id: uuid.UUID, facts: Facts, audience_id: uuid.UUID | None = None
) -> Person:
    """A new person, with the facts that this record tells of them.

    The record must be open and the actor write it (the row policies refuse otherwise). Raises Refused for an actor of no
    agency, Invalid for a safe address without an audience or a name that cannot be kept.
    """
    with transaction.atomic():
        given = provenance(actor=actor, now=now, record_id=record_id, audience_id=audience_id)
        person = writing.write_person(actor=actor, now=now, given=given, facts=facts)
        raise_event(
            kind="person_added", actor=actor, now=now, record_id=record_id, audience_id=audience_id,
            subject_id=person.id,
        )  # fmt: skip
    return person


def _add(
    *,
    actor: Actor,
    now: datetime,
    person_id: uuid.UUID,
    record_id: uuid.UUID,
    audience_id: uuid.UUID | None,
    facts: Facts,
    kind: str,
) -> list[PersonFact]:
    # A person of whom the actor may see nothing is not there: facts could else be hung on an id found by guessing.
    if not is_known_to(actor, person_id):
        raise NotFound()
    with transaction.atomic():
        given = provenance(actor=actor, now=now, record_id=record_id, audience_id=audience_id)
        rows = writing.write_facts(actor=actor, now=now, given=given, person_id=person_id, facts=facts)
        raise_event(
            kind=kind,
            actor=actor,
            now=now,
            record_id=record_id,
            audience_id=audience_id,
            subject_id=person_id,
        )
    return rows


def add_facts(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, facts: Facts,
    audience_id: uuid.UUID | None = None,
) -> list[PersonFact]:  # fmt: skip
    """What a record tells of somebody who is known already, all at once.

    Raises NotFound for a person the actor may not see, Invalid for a safe address without an audience.
    """
    return _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id, facts=facts,
                kind="person_facts_added")  # fmt: skip


def add_name(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, full: str, kind: str = "current",
    audience_id: uuid.UUID | None = None,
) -> PersonName:  # fmt: skip
    """Another name of a person, as typed. Raises Invalid (field "name"), NotFound for a person the actor may not see."""
    if not full:
        raise Invalid.of("name", "Enter a name.")
    facts = Facts(name=NameGiven(full=full, kind=kind))
    rows = _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id, facts=facts,
                kind="person_name_added")  # fmt: skip
    return _first(rows, PersonName)


def add_birth(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, birth: Birth,
    audience_id: uuid.UUID | None = None,
) -> PersonBirth:  # fmt: skip
    """When a person was born, as far as this record tells. Raises NotFound for a person the actor may not see."""
    rows = _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id,
                facts=Facts(birth=birth), kind="person_birth_added")  # fmt: skip
    return _first(rows, PersonBirth)


def add_contact_point(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, kind: str, value: str,
    audience_id: uuid.UUID | None = None,
) -> ContactPoint:  # fmt: skip
    """A telephone number or email address of a person. Raises Invalid (field "value"), NotFound as `add_name`."""
    try:
        facts = Facts(phones=[parse_phone(value)]) if kind == "phone" else Facts(emails=[read_email(value)])
    except Invalid as error:
        raise error.under("value") from error
    rows = _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id, facts=facts,
                kind="person_contact_point_added")  # fmt: skip
    return _first(rows, ContactPoint)


def add_address(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, address: AddressGiven,
    audience_id: uuid.UUID | None = None,
) -> AddressLink:  # fmt: skip
    """Where a person lives, lived, frequents or owns. Raises Invalid for a safe address without an audience."""
    rows = _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id,
                facts=Facts(addresses=[address]), kind="person_address_added")  # fmt: skip
    return _first(rows, AddressLink)


def set_safe_contact(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, record_id: uuid.UUID, safe: SafeContactGiven,
    audience_id: uuid.UUID | None = None,
) -> SafeContact:  # fmt: skip
    """How a person may be contacted from now on; what was said before stays as it was asked.

    Raises Invalid (field "method") for a method that there is not, (field "do_not_visit") for a visit that is both safe and
    not wanted, NotFound for a person the actor may not see.
    """
    if not {safe.method, *safe.methods} <= set(dict(SafeContact.METHODS)):
        raise Invalid.of("method", "Choose how this person may be contacted.")
    if safe.do_not_visit and "visit" in {safe.method, *safe.methods}:
        raise Invalid.of("do_not_visit", "A visit is said to be safe as well. Choose one or the other.")
    rows = _add(actor=actor, now=now, person_id=person_id, record_id=record_id, audience_id=audience_id,
                facts=Facts(safe_contact=safe), kind="safe_contact_set")  # fmt: skip
    return _first(rows, SafeContact)


def _first(rows: list[PersonFact], kind: type[Row]) -> Row:
    return next(row for row in rows if isinstance(row, kind))
