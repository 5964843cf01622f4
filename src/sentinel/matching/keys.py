"""Writes the keys of new facts in the facts' own transaction. Registered with people.facts when the room is ready."""

from __future__ import annotations

from collections.abc import Sequence

from sentinel.foundation.rows import put_all
from sentinel.matching import rules
from sentinel.matching.models import PersonKey
from sentinel.people.facts import on_facts
from sentinel.people.models import AddressLink, ContactPoint, PersonBirth, PersonFact, PersonName
from sentinel.people.queries import birth_of


def keys_of(fact: PersonFact) -> frozenset[str]:
    """The keys of one fact; none for a kind of fact that nobody is found by, and none for a safe address."""
    if isinstance(fact, PersonName):
        return rules.name_keys(fact.full)
    if isinstance(fact, ContactPoint):
        return frozenset(
            {rules.phone_key(fact.normal) if fact.kind == "phone" else rules.email_key(fact.normal)}
        )
    if isinstance(fact, AddressLink):
        return frozenset({rules.place_key(fact.place_id)}) if fact.place_id else frozenset()
    if isinstance(fact, PersonBirth):
        birth = birth_of(fact)
        key = rules.birth_key(birth) if birth else None
        return frozenset({key} if key else ())
    return frozenset()


def rows_for(facts: Sequence[PersonFact]) -> list[PersonKey]:
    """The key rows of these facts, unsaved: each guarded as its fact is, with the fact's provenance."""
    return [
        PersonKey(
            person_id=fact.person_id,
            key=key,
            fact_id=fact.id,
            record_id=fact.record_id,
            audience_id=fact.audience_id,
            origin_agency_id=fact.origin_agency_id,
            regime=fact.regime,
            source="matching",
            retention_class=fact.retention_class,
            created_at=fact.created_at,
            created_by_id=fact.created_by_id,
        )
        for fact in facts
        for key in sorted(keys_of(fact))
    ]


@on_facts
def write_keys(facts: Sequence[PersonFact]) -> None:
    """Keep the keys of new facts. One query."""
    rows = rows_for(facts)
    if rows:
        put_all(rows)
