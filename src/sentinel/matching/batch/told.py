"""Reads what a run may use of every person, some thousands at a time, as the worker, which sees every fact.

Left out, and why: facts under an audience of their own and those of records that are silent by default (MARAC, intelligence, treatment,
youth justice), since the pair would tell of them; safe addresses; persons whose identity is protected in any record, altogether; homes where somebody only goes or what they own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.matching.batch.faces import Told

AT_ONCE: Final = 5_000
_NEXT: Final = """
SELECT p.id, EXISTS (
         SELECT 1 FROM cases_partyidentity i JOIN cases_party y ON y.id = i.party_id
          WHERE i.person_id = p.id AND (i.audience_id IS NOT NULL OR y.identity_protected))
  FROM people_person p WHERE p.id > %s ORDER BY p.id LIMIT %s"""
_FACTS: Final = """
WITH silent AS MATERIALIZED (
    SELECT s.record_id FROM hits_silence s WHERE s.ended_at IS NULL
    UNION
    SELECT r.record_id FROM access_reach r JOIN accounts_agency g ON g.id = r.holder_id
     WHERE r.rung = 4 AND g.kind IN ('youth_justice', 'treatment'))
SELECT f.person_id, f.kind, f.a, f.b, f.c FROM (
    SELECT n.person_id, n.record_id, 'name' AS kind, n.given AS a, n.family AS b, n.full AS c, n.created_at, n.id
      FROM people_personname n WHERE n.person_id > %(after)s AND n.person_id <= %(last)s AND n.audience_id IS NULL
    UNION ALL
    SELECT b.person_id, b.record_id, 'birth',
           CASE WHEN b.precision = 'day' THEN to_char(b.born_on, 'YYYY-MM-DD') ELSE to_char(b.born_on, 'YYYY') END, '', '', b.created_at, b.id
      FROM people_personbirth b WHERE b.person_id > %(after)s AND b.person_id <= %(last)s AND b.audience_id IS NULL
       AND b.born_on IS NOT NULL AND b.precision IN ('day', 'month', 'year')
    UNION ALL
    SELECT c.person_id, c.record_id, c.kind, c.normal, '', '', c.created_at, c.id
      FROM people_contactpoint c WHERE c.person_id > %(after)s AND c.person_id <= %(last)s AND c.audience_id IS NULL
    UNION ALL
    SELECT l.person_id, l.record_id, 'home', coalesce(p.line, l.text), coalesce(p.postcode, ''), '', l.created_at, l.id
      FROM people_addresslink l LEFT JOIN places_place p ON p.id = l.place_id
     WHERE l.person_id > %(after)s AND l.person_id <= %(last)s AND l.audience_id IS NULL AND NOT l.safe_address
       AND l.kind IN ('lives', 'lived')
) f WHERE NOT EXISTS (SELECT 1 FROM silent s WHERE s.record_id = f.record_id)
ORDER BY f.person_id, f.created_at DESC, f.id DESC"""


def everybody() -> Iterator[list[tuple[uuid.UUID, Told | None]]]:
    """Every person in the order of their ids, in lists; None for one whose identity is protected. Two queries a list, each list in a
    transaction of its own."""
    after = uuid.UUID(int=0)
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            state_actor(SYSTEM)
            cursor.execute(_NEXT, [after, AT_ONCE])
            people: dict[uuid.UUID, Told | None] = {
                one: None if protected else Told() for one, protected in cursor.fetchall()
            }
            if not people:
                return
            last = max(people)
            cursor.execute(_FACTS, {"after": after, "last": last})
            for person_id, kind, a, b, c in cursor.fetchall():
                told = people.get(person_id)
                if told is not None:
                    _add(told, kind, a, b, c)
        yield list(people.items())
        after = last


def how_many() -> int:
    """About how many persons there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        return int(cursor.fetchone()[0])


def _add(told: Told, kind: str, a: str, b: str, c: str) -> None:
    if kind == "name":
        told.names.append((a, b, c))
    elif kind == "birth":
        told.births.append(a)
    elif kind == "home":
        told.homes.append((a, b))
    elif kind == "phone":
        told.phones.append(a)
    else:
        told.emails.append(a)
