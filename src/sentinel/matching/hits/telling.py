"""What is told of records that somebody may only know of: a desk to ring, or nothing."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from sentinel.access.queries import Desk
from sentinel.foundation.actor import Actor
from sentinel.matching.hits.asking import keyed
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import name_keys_of, sure_keys_of


@dataclass(frozen=True)
class Elsewhere:
    """That another agency is to be rung first. `desk` is the partnership's where the agency's name would tell something; `hit`
    stands for the record where access is asked for, and says nothing of it; `may_ask` whether the reader's role asks. `hours` are
    the desk's, in words, and `opens` when it opens next where it is closed now (UTC), `now` being the moment when it was told.
    `may_open` whether an agreement of its agency lets the reader's role open a record in an emergency: of which kind is not told."""

    hit: uuid.UUID
    desk: str
    phone: str
    about: str
    may_ask: bool
    hours: str
    opens: datetime | None
    now: datetime = field(compare=False)
    may_open: bool


def tell_elsewhere(
    actor: Actor, given: Given, *, in_hand: uuid.UUID | None, why: str = "a report was being taken"
) -> list[Elsewhere]:
    """Desks to be rung first, one for each desk: records of which an agreement in force lets this agency know for the report
    or case `in_hand` (a record that the actor works on, or a report that is being taken), and that are not silent.

    Asked only with more than a name: a name alone would let anybody find out of whom something is held. What was told stands in
    the owners' ledgers, and what a search met and did not tell is told to the owners alone. One statement, none for nothing to ask.
    """
    own, forms = name_keys_of(given.name)
    sure = sure_keys_of(given)
    places = [*given.places, *given.buildings]
    if not places and not (own and sure):
        return []
    own_keys, hand = [*own, *forms], str(in_hand)
    person, place = (
        uuid.UUID(keyed("hit", str(actor.user_id), hand, *map(str, said)))
        for said in ([*sorted(own_keys), "", *sorted(sure)], sorted(places))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.hit_id, e.about, a.desk_name, a.desk_phone, a.names_give_away, coalesce(p.phone, ''), a.hours,"
            "   sentinel_now(), EXISTS (SELECT 1 FROM access_agreement g WHERE g.owner_id = e.owner_id AND g.other_id = %s"
            "     AND g.effective_from <= (sentinel_now() AT TIME ZONE 'Europe/London')::date"
            "     AND (g.effective_until IS NULL OR g.effective_until >= (sentinel_now() AT TIME ZONE 'Europe/London')::date)"
            "     AND g.break_glass_roles ?| %s::text[])"
            "  FROM hits_tell(%s::bigint[], %s::bigint[], %s::uuid[], %s, %s, %s, %s) WITH ORDINALITY e(hit_id, owner_id, about, place)"
            "  JOIN accounts_agency a ON a.id = e.owner_id LEFT JOIN accounts_partnershipdesk p ON true"
            " ORDER BY e.place",
            [
                actor.agency_id,
                sorted(actor.roles),
                own_keys,
                sure if own else [],
                places,
                in_hand,
                why,
                person,
                place,
            ],
        )
        rows = cursor.fetchall()
    desks: dict[tuple[str, str], Elsewhere] = {}
    for hit, about, name, phone, gives_away, partnership, hours, now, agreed in rows:
        desk = Desk.told(name, phone, gives_away=gives_away, partnership=partnership, hours=json.loads(hours))
        opening = desk.opening(now)
        told = Elsewhere(
            hit=hit, desk=desk.name, phone=desk.phone, about=about, may_ask=actor.may("ask_access"),
            hours=opening.words, opens=opening.opens, now=now, may_open=agreed and actor.may("break_glass"),
        )  # fmt: skip
        desks.setdefault((desk.name, about), told)
    return [desks[key] for key in sorted(desks)]
