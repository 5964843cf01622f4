"""Who may be meant: the persons who share keys with what is said, compared with it, likeliest first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth, BirthPrecision
from sentinel.kernel.clock import london_date
from sentinel.matching.facts import FactRow, Facts, of_those_who_share
from sentinel.matching.rules import Given, Match, Seen, compare, pronoun_for, with_notes
from sentinel.matching.rules.keys import asked_for
from sentinel.people.rules import UNNAMED

MOST_CANDIDATES = 40
SHOWN = 5


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who may be meant, as it may be shown before anybody has confirmed it: name, age, why, what to ask.

    No band, no case and no contact stands here: those come after the answer.
    """

    person_id: uuid.UUID
    name: str
    age: str
    match: Match


def seen_of(facts: Facts) -> Seen:
    """What may be seen of a person as the plain values that are compared."""
    return Seen(
        person_id=facts.person_id,
        names=[name.a for name in facts.names],
        births=_births(facts),
        phones=frozenset(row.a for row in facts.phones),
        emails=frozenset(row.a for row in facts.emails),
        places={uuid.UUID(row.c): _home(row) for row in facts.homes if row.c},
        postcodes=frozenset(row.b for row in facts.homes if row.b),
        pronoun=pronoun_for(next((name.b for name in facts.names if name.b), "")),
    )


def _births(facts: Facts) -> list[Birth]:
    return [birth for row in facts.births if (birth := row.birth) is not None]


def _home(row: FactRow) -> str:
    return row.a if not row.b or row.b in row.a else f"{row.a}, {row.b}"


def _name(facts: Facts) -> str:
    current = [row for row in facts.names if row.c == "current" and not row.d]
    return next((row.a for row in (*current, *facts.names)), UNNAMED)


def _age(facts: Facts, today: date) -> str:
    exact = [one.value for one in BirthPrecision]
    birth = min(_births(facts), key=lambda one: exact.index(one.precision.value), default=None)
    if birth is None:
        return ""
    youngest, oldest = birth.ages(today)
    return str(youngest) if youngest == oldest else f"{youngest} to {oldest}"


def candidates(actor: Actor, given: Given, most: int = MOST_CANDIDATES) -> dict[uuid.UUID, Facts]:
    """What the actor may see of those who share the most keys with what is said. One query, none for nothing to look for."""
    actor.require("match_people", "Your roles do not include finding people.")
    asked = asked_for(given)
    if not asked:
        return {}
    return of_those_who_share(
        [one.key for one in asked], [one.weight for one in asked], [one.cap for one in asked], most
    )


def known_people(
    actor: Actor, given: Given, now: datetime, *, without: Collection[uuid.UUID] = (), most: int = SHOWN
) -> list[KnownPerson]:
    """Who may be meant, the likeliest first, each with its reasons and the question that settles it.

    `without` are persons who are someone else already. One query however many are found. Raises Refused without the right
    match_people.
    """
    found = candidates(actor, given, MOST_CANDIDATES + len(without))
    matches = ranked(given, {person: one for person, one in found.items() if person not in without}, most)
    today = london_date(now)
    return [
        KnownPerson(
            match.person_id, _name(found[match.person_id]), _age(found[match.person_id], today), match
        )
        for match in matches
    ]


def ranked(given: Given, found: Mapping[uuid.UUID, Facts], most: int) -> list[Match]:
    """Of these persons the ones that may be meant, the likeliest first, each with its reasons. No query."""
    seen = {person: seen_of(facts) for person, facts in found.items()}
    matches = [match for person in seen.values() if (match := compare(given, person))]
    likeliest = sorted(matches, key=lambda match: (-match.weight, str(match.person_id)))[:most]
    return with_notes(likeliest, seen)
