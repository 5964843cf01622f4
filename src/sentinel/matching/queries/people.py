"""Who may be meant: the persons who share keys with what is said, compared with it, likeliest first."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from sentinel.foundation.actor import Actor
from sentinel.kernel.births import Birth
from sentinel.kernel.clock import london_date
from sentinel.kernel.names import normalise_name, without_unit
from sentinel.kernel.postcodes import find_in
from sentinel.matching.facts import FactRow, Facts, HowCommon, of_those_near, of_those_who_share
from sentinel.matching.rules import VERY_LIKELY, Given, Match, Seen, pronoun_for, with_notes
from sentinel.matching.rules.comparing import Weighed, match_of, side_given, weighed
from sentinel.matching.rules.keys import asked_for, near_keys
from sentinel.matching.rules.online import Rarity, no_rarity
from sentinel.people.rules import age_on, called_by, most_exact, on_one_line
from sentinel.people.whole import whole

MOST_CANDIDATES = 12
# So many rings are asked for whether the reader reaches them: of a name alone more, for nothing puts the right one before the others.
RINGS = 48
RINGS_OF_A_NAME = 400
NEAR_EACH = 150
NEAR_MOST = 15
SHOWN = 5


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who may be meant, as it may be shown before anybody has confirmed it: name, age, why, what to ask.

    No band, no case and no contact stands here: those come after the answer. `said_one`: somebody has said already that they are one
    with the person who was confirmed.
    """

    person_id: uuid.UUID
    name: str
    age: str
    match: Match
    said_one: bool = False


def seen_of(facts: Facts) -> Seen:
    """What may be seen of a person as the plain values that are compared."""
    return Seen(
        person_id=facts.person_id,
        names=[name.a for name in facts.names],
        births=_births(facts),
        phones=frozenset(row.a for row in facts.phones),
        emails=frozenset(row.a for row in facts.emails),
        places={uuid.UUID(row.c): on_one_line(row.a, row.b) for row in facts.homes if row.c},
        homes=[row.a for row in facts.homes if not row.c],
        postcodes=frozenset(code for row in facts.homes for code in _postcodes(row)),
        identifiers=frozenset(row.a for row in facts.identifiers),
        pronoun=pronoun_for(next((name.b for name in facts.names if name.b), "")),
    )


def _births(facts: Facts) -> list[Birth]:
    return [birth for row in facts.births if (birth := row.birth) is not None]


def _postcodes(row: FactRow) -> list[str]:
    return [row.b] if row.b else [str(one) for one in find_in(row.a)]


def lives_at(facts: Facts) -> str:
    """Where a person lives, as told last, on one line; "" where nobody said, or only a safe address."""
    return next((on_one_line(row.a, row.b) for row in facts.homes if row.d == "lives"), "")


def name_in(facts: Facts) -> str:
    """The name a person is called by: the newest current one, else any, else that it is not known."""
    return called_by((row.a, row.c == "current" and not row.d) for row in facts.names)


def age_in(facts: Facts, today: date) -> str:
    """ "71", "65 to 75" or "" where no birth is known, on a day in London."""
    return age_on(most_exact(_births(facts), lambda one: one.precision.value), today)


def candidates(
    actor: Actor, given: Given, most: int = MOST_CANDIDATES
) -> tuple[dict[uuid.UUID, Facts], HowCommon]:
    """What the actor may see of those who share the most keys with what is said, and how common the words of the name are. One
    query, none for nothing to look for."""
    actor.require("match_people", "Your roles do not include finding people.")
    asked = asked_for(given)
    if not asked:
        return {}, HowCommon()
    return of_those_who_share(
        asked,
        RINGS_OF_A_NAME if given.is_name_alone else RINGS,
        most,
        normalise_name(without_unit(given.name)).split()[:8],
    )


def known_people(
    actor: Actor,
    given: Given,
    now: datetime,
    *,
    without: Collection[uuid.UUID] = (),
    most: int = SHOWN,
    about: uuid.UUID | None = None,
    confirmed: uuid.UUID | None = None,
) -> list[KnownPerson]:
    """Who may be meant, the likeliest first, each with its reasons and the question that settles it.

    `without` are persons who are someone else already; `about` is the person who is spoken of, where one is there: who was said
    not to be them is left out. Two who were said to be one are shown once. Once somebody is `confirmed`, the others who are very likely
    stay, also those who were said to be one with them: what is known of one entry is not told of the other.

    One statement however many are found, and five more where nobody is very likely and a postcode was said. Raises Refused without
    the right match_people.
    """
    found, common = candidates(actor, given, MOST_CANDIDATES + len(without))
    _leave_out(found, without, about)
    them = whole(confirmed).ids if confirmed is not None else frozenset()
    # Whoever is confirmed is ranked with the others, for the question to tell them apart, and is no one of them afterwards.
    most += bool(them)
    matches = ranked(given, found, most, common, once=not them)
    if not any(match.band == VERY_LIKELY for match in matches):
        near = {person: facts for person, facts in near_by(actor, given).items() if person not in found}
        _leave_out(near, without, about)
        if near:
            found |= near
            matches = ranked(given, found, most, common, once=not them)
    today = london_date(now)
    told = [(match, found[match.person_id], _said(found[match.person_id], them)) for match in matches]
    if them:
        told = [
            (match, facts, said)
            for match, facts, said in told
            if match.band == VERY_LIKELY and said != "not" and not facts.ids & them
        ]
    return [
        KnownPerson(match.person_id, name_in(facts), age_in(facts, today), match, said == "same")
        for match, facts, said in told
    ]


def near_by(actor: Actor, given: Given) -> dict[uuid.UUID, Facts]:
    """What the actor may see of those in the district that was said whose name is spelt most like it, for names that no key
    leads to. Nothing where it would take long."""
    actor.require("match_people", "Your roles do not include finding people.")
    keys = near_keys(given)
    if not keys or not connection.in_atomic_block:
        return {}
    return of_those_near(keys, normalise_name(without_unit(given.name))[:120], each=NEAR_EACH, most=NEAR_MOST)


def _leave_out(
    found: dict[uuid.UUID, Facts], without: Collection[uuid.UUID], about: uuid.UUID | None
) -> None:
    """Take out who is ruled out, now or by what somebody said of them and of `about`: under whatever id that is one with theirs."""
    mine = whole(about).ids if about is not None else frozenset()
    out = mine.union(without)
    for person, facts in list(found.items()):
        if facts.ids & out or _said(facts, mine) == "not":
            del found[person]


def _said(facts: Facts, them: Collection[uuid.UUID]) -> str:
    """What was said last of a person and of one who has these ids: "same", "not" or nothing."""
    return next((row.b for row in facts.said if uuid.UUID(row.a) in them), "")


def ranked(
    given: Given,
    found: Mapping[uuid.UUID, Facts],
    most: int,
    rarity: Rarity = no_rarity,
    *,
    once: bool = True,
) -> list[Match]:
    """Of these persons the ones that may be meant, the likeliest first, each with its reasons; `once` gives two who were said to be one
    once. No query."""
    said = side_given(given)
    weighings = [
        one for facts in found.values() if (one := weighed(said, seen_of(facts), rarity)) is not None
    ]
    likeliest: list[Weighed] = []
    for one in sorted(weighings, key=lambda one: one.order):
        if len(likeliest) == most:
            break
        facts = found[one.seen.person_id]
        same = {row.a for row in facts.said if once and row.b == "same" and _said_last(facts, row)}
        if not any(str(one_id) in same for other in likeliest for one_id in found[other.seen.person_id].ids):
            likeliest.append(one)
    return with_notes(
        given,
        [match_of(given, one) for one in likeliest],
        {one.seen.person_id: one.seen for one in likeliest},
    )


def _said_last(facts: Facts, row: FactRow) -> bool:
    return next(one for one in facts.said if one.a == row.a) is row
