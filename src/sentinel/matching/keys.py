"""Writes the keys of new facts in the facts' own transaction. Registered with people.facts when the room is ready."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import connection

from sentinel.foundation.rows import put_all
from sentinel.matching import facts as known_facts
from sentinel.matching.models import KeyRing
from sentinel.matching.rules.rings import Guard, Told, rings_of
from sentinel.people.facts import on_facts
from sentinel.people.models import AddressLink, ContactPoint, Identifier, PersonBirth, PersonFact, PersonName
from sentinel.people.queries import address_words, birth_of
from sentinel.places.models import Place

# Rows of a ring that are the same for each: where its facts come from, in one word.
SOURCE = "matching"
_PUT = "INSERT INTO matching_key (key, ring_id) SELECT * FROM unnest(%s::bigint[], %s::uuid[])"
_PUT_AGAIN = f"{_PUT} ON CONFLICT DO NOTHING"


def told_by(fact: PersonFact) -> Told | None:
    """A fact as its keys need it; None for a kind that nobody is found by, and for a safe address."""
    guard = Guard(fact.record_id, fact.audience_id)
    if isinstance(fact, PersonName):
        return Told(kind="name", guard=guard, text=fact.full)
    if isinstance(fact, PersonBirth):
        birth = birth_of(fact)
        return Told(kind="birth", guard=guard, birth=birth) if birth else None
    if isinstance(fact, ContactPoint):
        return Told(kind="phone" if fact.kind == "phone" else "email", guard=guard, text=fact.normal)
    if isinstance(fact, Identifier):
        return Told(kind="identifier", guard=guard, text=fact.value)
    if isinstance(fact, AddressLink) and not fact.safe_address:
        words = address_words(fact)
        return known_facts.home(guard, words, fact.place.postcode if fact.place else "", fact.place_id)
    return None


def _fetch_places(facts: Iterable[PersonFact]) -> None:
    """Put the places of new addresses beside them: their postcodes are in the keys. One query where one is not there yet."""
    links = [
        fact
        for fact in facts
        if isinstance(fact, AddressLink) and fact.place_id and not AddressLink.place.is_cached(fact)
    ]
    if links:
        places = Place.objects.in_bulk({link.place_id for link in links})
        for link in links:
            link.place = places.get(link.place_id)


def rings_for(
    person_id: uuid.UUID, fresh: Sequence[PersonFact], known: Sequence[Told] = ()
) -> list[tuple[KeyRing, frozenset[int]]]:
    """The rings, unsaved, of new facts of one person beside what is known already, each with its keys."""
    told = [one for fact in reversed(fresh) if (one := told_by(fact)) is not None]
    origin = fresh[0]
    return [
        (
            KeyRing(
                person_id=person_id,
                record_id=guard.record_id,
                audience_id=guard.audience_id,
                with_record_id=other.record_id if other else None,
                with_audience_id=other.audience_id if other else None,
                origin_agency_id=origin.origin_agency_id,
                regime=origin.regime,
                source=SOURCE,
                retention_class=origin.retention_class,
                created_at=origin.created_at,
                created_by_id=origin.created_by_id,
            ),
            keys,
        )
        for (guard, other), keys in rings_of([*told, *known]).items()
    ]


def put_keys(rings: Iterable[tuple[KeyRing, frozenset[int]]], *, again: bool = False) -> None:
    """Keep the keys of rings that are there. One statement. `again`: some may be there already (the worker alone may ask)."""
    rows = [(key, ring.id) for ring, keys in rings for key in sorted(keys)]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                _PUT_AGAIN if again else _PUT,
                [[key for key, _ in rows], [ring for _, ring in rows]],
            )


@on_facts
def write_keys(facts: Sequence[PersonFact], *, stranger: bool) -> None:
    """Keep the keys of new facts of one person. Two statements, three for somebody who was known already (what the writer may
    see of them makes keys with the new facts) and one for an address."""
    person_id = facts[0].person_id
    known: list[Told] = []
    if not stranger:
        new = {fact.id for fact in facts}
        known = [one for row in known_facts.of_person(person_id) if row.id not in new and (one := row.told())]
    _fetch_places(facts)
    rings = rings_for(person_id, facts, known)
    if rings:
        put_all([ring for ring, _ in rings])
        put_keys(rings)
