"""What is told of records that somebody may only know of: a desk to ring, or nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from sentinel.access.queries import Desk
from sentinel.foundation.actor import Actor
from sentinel.matching.rules import Given
from sentinel.matching.rules.keys import name_keys_of, sure_keys_of


@dataclass(frozen=True)
class Elsewhere:
    """That another agency is to be rung first. `desk` is the partnership's where the agency's name would tell something; `hit`
    stands for the record where access is asked for, and says nothing of it; `may_ask` whether the reader's role asks."""

    hit: uuid.UUID
    desk: str
    phone: str
    about: str
    may_ask: bool


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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.hit_id, e.about, a.desk_name, a.desk_phone, a.names_give_away, coalesce(p.phone, '')"
            "  FROM hits_tell(%s::bigint[], %s::bigint[], %s::uuid[], %s, %s) WITH ORDINALITY e(hit_id, owner_id, about, place)"
            "  JOIN accounts_agency a ON a.id = e.owner_id LEFT JOIN accounts_partnershipdesk p ON true"
            " ORDER BY e.place",
            [[*own, *forms], sure if own else [], places, in_hand, why],
        )
        rows = cursor.fetchall()
    desks: dict[tuple[str, str], Elsewhere] = {}
    for hit, about, name, phone, gives_away, partnership in rows:
        desk = Desk.told(name, phone, gives_away=gives_away, partnership=partnership)
        desks.setdefault(
            (desk.name, about), Elsewhere(hit, desk.name, desk.phone, about, actor.may("ask_access"))
        )
    return [desks[key] for key in sorted(desks)]
