"""Addresses on file that what was typed may mean although it is written otherwise: a letter wrong in the street, another postcode.

What is on file is told to nobody who did not name it: a guess has the very number, unit and name of what was typed, and
either its postcode, which finds it without any street, or a street that is at most two letters off.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import connection

from sentinel.foundation.limited import answered_within
from sentinel.places import geometry
from sentinel.places.models import Postcode
from sentinel.places.rules import Address, letters_apart, plain, street_letters_apart, what_of

MOST: Final = 3
LIKE_MILLISECONDS: Final = 30
# As far as one street goes.
NEAR_METRES: Final = 1_200
# Characters of a postcode that somebody may have misheard.
MISHEARD: Final = 2
# All that have the number, by the index of it (place_what), are compared if they are about as long; the likeliest are looked at
# letter by letter.
_LIKE: Final = """
    SELECT p.id, split_part(p.key, ':', 3), p.street_key, p.postcode, lower(p.town), p.latitude, p.longitude
      FROM places_place p
     WHERE (split_part(p.key, ':', 3) COLLATE "C") >= %(begins)s AND (split_part(p.key, ':', 3) COLLATE "C") < %(ends)s
       AND p.kind = 'address' AND p.same_as_id IS NULL
       AND (p.postcode = %(postcode)s AND p.postcode <> ''
            OR length(p.street_key) BETWEEN length(%(street)s) - 3 AND length(%(street)s) + 3
               AND (p.street_key = %(street)s OR NOT %(listed)s) AND similarity(p.street_key, %(street)s) >= 0.3)
     ORDER BY p.postcode = %(postcode)s DESC, split_part(p.postcode, ' ', 1) = %(outward)s DESC,
              lower(p.town) = %(town)s DESC, similarity(p.street_key, %(street)s) DESC, p.key
     LIMIT 60
"""


def written_nearly(address: Address, row: Postcode | None, *, listed: bool) -> list[uuid.UUID]:
    """The addresses on file of exactly this number and unit that may be meant, at most three, likeliest first.

    `row` is the postcode that was typed, where the directory has it. `listed`: open data knows a street of this very
    name, which is not taken for another one then. Five statements; none without a number and a street, nor for a listed street
    without a postcode, of which look_up knows every such number. Nothing where it takes long.
    """
    if not (address.number and address.street) or address.crossing or not connection.in_atomic_block:
        return []
    if (
        (listed and not address.postcode)
        or address.street.replace(" ", "").isdigit()
        or len(address.street) > 60
    ):
        return []
    what = what_of(Address(line="", unit=address.unit, number=address.number, name=address.name))
    rows = answered_within(
        LIKE_MILLISECONDS,
        _LIKE,
        {
            "begins": f"{what} ", "ends": f"{what}!", "postcode": address.postcode, "street": address.street,
            "outward": _outward(address), "town": address.rest, "listed": listed,
        },
    )  # fmt: skip
    ranked = []
    for at, (id_, its_what, street, postcode, town, latitude, longitude) in enumerate(rows):
        if address.postcode and postcode == address.postcode:
            ranked.append((0, 0, 0, at, id_))
            continue
        letters = street_letters_apart(address.street, street) if its_what == f"{what} {street}" else None
        if letters is None or not _may_be_there(address, row, postcode, latitude, longitude):
            continue
        off = letters_apart(address.postcode, postcode) if address.postcode else 0
        elsewhere = bool(address.rest) and plain(town) != address.rest
        ranked.append((1, int(elsewhere), letters + off, at, id_))
    if any(address.rest and not elsewhere for by_street, elsewhere, *_ in ranked if by_street):
        # In the town that was typed there is one: the same number of other towns was not asked for.
        ranked = [one for one in ranked if not one[1]]
    return [id_ for *_, id_ in sorted(ranked)[:MOST]]


def _outward(address: Address) -> str:
    return address.outward or address.postcode.partition(" ")[0]


def _may_be_there(
    address: Address, row: Postcode | None, postcode: str, latitude: float | None, longitude: float | None
) -> bool:
    """Whether an address may be the one in spite of its postcode. Half a postcode is not doubted; a whole one is, where two
    characters make it the other, or the two have their first half in common or lie near each other."""
    if address.outward:
        return not postcode or postcode.startswith(f"{address.outward} ")
    if not address.postcode:
        return True
    if postcode and (
        postcode.startswith(f"{_outward(address)} ") or letters_apart(address.postcode, postcode) <= MISHEARD
    ):
        return True
    if latitude is None or longitude is None or row is None or row.latitude is None or row.longitude is None:
        return not postcode
    return geometry.metres(row.latitude, row.longitude, latitude, longitude) <= NEAR_METRES
