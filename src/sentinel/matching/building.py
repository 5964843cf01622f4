"""Makes the keys of persons who are there already: after a new version of the recipes, and of one whose facts stand in records
that whoever wrote the newest does not reach. Runs as the worker, which sees every fact; each ring keeps the guards of its own."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from sentinel.accounts.models import Agency
from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.rows import put_all
from sentinel.matching.facts import Facts, of_people
from sentinel.matching.keys import SOURCE, put_keys
from sentinel.matching.models import Built, KeyRing
from sentinel.matching.rules.keys import VERSION
from sentinel.matching.rules.rings import Guard, Told, rings_of
from sentinel.people.models import Person

CHUNK = 500


def is_built() -> bool:
    """Whether everybody's keys are of the recipes' present version. One query."""
    return Built.objects.filter(version=VERSION).exists()


def _told(facts: Facts) -> list[Told]:
    rows = (*facts.names, *facts.births, *facts.phones, *facts.emails, *facts.homes, *facts.identifiers)
    return [replace(told, fresh=True) for row in rows if (told := row.told()) is not None]


def build(person_ids: Sequence[uuid.UUID], now: datetime) -> int:
    """Make what is missing of the keys of these persons; what is there stays. Returns how many keys they have in all.

    Must be called as the worker, inside a transaction. Five queries.
    """
    found = of_people(person_ids)
    origins = {one.id: one.origin_agency_id for one in Person.objects.filter(id__in=list(found))}
    regimes = dict(Agency.objects.filter(id__in=set(origins.values())).values_list("id", "regime"))
    there: dict[uuid.UUID, dict[tuple[Guard, Guard | None], KeyRing]] = defaultdict(dict)
    for one in KeyRing.objects.filter(person_id__in=list(found)).order_by("-id"):
        beside = Guard(one.with_record_id, one.with_audience_id) if one.with_record_id else None
        there[one.person_id][Guard(one.record_id, one.audience_id), beside] = one
    rings: list[tuple[KeyRing, frozenset[int]]] = []
    new: list[KeyRing] = []
    for person_id, facts in found.items():
        for (guard, other), keys in rings_of(_told(facts)).items():
            mine = there[person_id]
            ring = mine.get((guard, other)) or (mine.get((other, guard)) if other else None)
            if ring is None:
                ring = KeyRing(
                    person_id=person_id, record_id=guard.record_id, audience_id=guard.audience_id,
                    with_record_id=other.record_id if other else None, with_audience_id=other.audience_id if other else None,
                    origin_agency_id=origins[person_id], regime=regimes.get(origins[person_id], "gdpr"), source=SOURCE,
                    created_at=now,
                )  # fmt: skip
                new.append(ring)
            rings.append((ring, keys))
    put_all(new)
    put_keys(rings, again=True)
    return sum(len(keys) for _, keys in rings)


def build_all(now: datetime) -> Iterator[int]:
    """Make everybody's keys, five hundred persons to a transaction of its own; yields how many persons after each.

    When all are done it is kept that they are of this version. Begun again, it begins again: what is there stays.
    """
    last = uuid.UUID(int=0)
    while True:
        with transaction.atomic():
            state_actor(SYSTEM)
            ids = list(Person.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK])
            build(ids, now)
            if not ids:
                Built.objects.update_or_create(version=VERSION, defaults={"built_at": now})
                return
        last = ids[-1]
        yield len(ids)


def forget_lost() -> int:
    """Delete the keys whose ring is gone with its person. Returns how many. As the worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_key k WHERE NOT EXISTS (SELECT 1 FROM matching_keyring r WHERE r.id = k.ring_id)"
        )
        return int(cursor.rowcount)
