"""Writing the rows of a person, without an event: for the operations of this room and of those that come after it.

Whoever calls this is inside an operation of their own, which raises the event.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sentinel.foundation.actor import Actor
from sentinel.foundation.rows import put, put_all
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import clean_name, sort_name, split_name
from sentinel.kernel.phones import Phone
from sentinel.people.facts import AddressGiven, Facts, NameGiven, SafeContactGiven, tell
from sentinel.people.models import (
    AddressLink,
    ContactPoint,
    Identifier,
    Person,
    PersonBirth,
    PersonFact,
    PersonName,
    SafeContact,
)
from sentinel.people.provenance import provenance
from sentinel.people.queries import Known, known_by


def write_person(*, actor: Actor, now: datetime, given: Mapping[str, Any], facts: Facts) -> Person:
    """A new person with these facts. `given` is `provenance(...)`: record, audience, origin."""
    return _write_person(actor, now, given, facts)[0]


def write_stranger(*, actor: Actor, now: datetime, given: Mapping[str, Any], facts: Facts) -> Known:
    """As `write_person`, with what is known of whom nobody knew until now: these facts, and no query for them."""
    person, rows = _write_person(actor, now, given, facts)
    return known_by(person.id, rows)


def _write_person(
    actor: Actor, now: datetime, given: Mapping[str, Any], facts: Facts
) -> tuple[Person, list[PersonFact]]:
    person = put(Person(created_at=now, origin_agency_id=given["origin_agency_id"]))
    return person, write_facts(
        actor=actor, now=now, given=given, person_id=person.id, facts=facts, stranger=True
    )


def write_facts(
    *,
    actor: Actor,
    now: datetime,
    given: Mapping[str, Any],
    person_id: uuid.UUID,
    facts: Facts,
    stranger: bool = False,
) -> list[PersonFact]:
    """The rows of these facts about a person, one query a kind, and whatever listens to facts. Returns the rows.

    `stranger` says that nothing was known of them before.

    Raises Invalid for a safe address without an audience, and (field "name") for a name that cannot be kept.
    """
    common = {**given, "person_id": person_id}
    made: list[PersonFact] = []
    if facts.name is not None and facts.name.full:
        made.append(_name(common, facts.name))
    if facts.birth is not None:
        made.append(_birth(common, facts.birth, london_date(now)))
    if facts.phones or facts.emails:
        made += put_all(_contact_points(common, facts.phones, facts.emails))
    if facts.addresses:
        made += put_all([_address(common, one) for one in facts.addresses])
    if facts.identifiers:
        made += put_all(
            [Identifier(**common, system=system, value=value) for system, value in facts.identifiers]
        )
    if facts.safe_contact is not None:
        made.append(_safe_contact(common, facts.safe_contact, actor, now))
    tell(made, stranger=stranger)
    return made


def _name(common: Mapping[str, Any], name: NameGiven) -> PersonName:
    try:
        full = clean_name(name.full)
    except Invalid as error:
        raise error.under("name") from error
    if not full:
        raise Invalid.of("name", "Enter a name.")
    guessed = split_name(full)
    given, family = (
        (name.given, name.family) if name.given or name.family else (guessed.given, guessed.family)
    )
    return put(
        PersonName(
            **common,
            full=full,
            given=given,
            family=family,
            title=name.title or guessed.title[:40],
            kind=name.kind,
            sort_name=sort_name(family, given)[:400],
        )
    )


def _birth(common: Mapping[str, Any], birth: Birth, today: date) -> PersonBirth:
    youngest, oldest = birth.ages(today)
    said_as_age = birth.precision in {BirthPrecision.AGE, BirthPrecision.ABOUT}
    return put(
        PersonBirth(
            **common,
            born_on=birth.earliest,
            born_latest=birth.latest,
            precision=birth.precision.value,
            stated_age=(youngest + oldest) // 2 if said_as_age else None,
            stated_on=today if said_as_age else None,
        )
    )


def _contact_points(
    common: Mapping[str, Any], phones: Sequence[Phone], emails: Sequence[str]
) -> list[ContactPoint]:
    found = {phone.e164: phone for phone in phones}
    rows = [
        ContactPoint(
            **common,
            kind="phone",
            value=phone.display + (f" ext. {phone.extension}" if phone.extension else ""),
            normal=phone.e164,
        )
        for phone in found.values()
    ]
    return rows + [
        ContactPoint(**common, kind="email", value=email, normal=email.lower())
        for email in dict.fromkeys(emails)
    ]


def _address(common: Mapping[str, Any], address: AddressGiven) -> AddressLink:
    if address.safe and (common.get("audience_id") is None or address.place_id is not None):
        raise Invalid.of(
            "safe_address", "A safe address needs a narrower audience, and is kept in words alone."
        )
    return AddressLink(
        **common,
        place_id=address.place_id,
        text=address.text[:300],
        kind=address.kind,
        landlord_id=address.landlord_id,
        safe_address=address.safe,
    )


def _safe_contact(
    common: Mapping[str, Any], given: SafeContactGiven, actor: Actor, now: datetime
) -> SafeContact:
    return put(
        SafeContact(
            **common,
            method=given.method,
            methods=list(given.methods or (given.method,)),
            through=given.through[:300],
            times=given.times[:160],
            message_may_be_left=given.message_may_be_left,
            text_may_be_sent=given.text_may_be_sent,
            post_may_be_sent=given.post_may_be_sent,
            others_may_answer=given.others_may_answer[:200],
            do_not_visit=given.do_not_visit,
            language=given.language[:40],
            interpreter=given.interpreter,
            format=given.format[:80],
            adjustments=given.adjustments[:300],
            asked_by_id=actor.user_id,
            asked_at=now,
        )
    )


__all__ = ["provenance", "write_facts", "write_person", "write_stranger"]
