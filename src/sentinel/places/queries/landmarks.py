"""What published lists know: parks, stations and shops by the names that people call them, and addresses by their UPRN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from sentinel.foundation.limited import answered_within
from sentinel.places.queries.candidates import Candidate
from sentinel.places.rules import Address, landmark_key, landmark_keys, place_key

SHORTEST: Final = 4
MOST: Final = 12
LIKE_MILLISECONDS: Final = 30
_ROW: Final = "e.id, e.kind, e.name, e.what, e.locality, e.postcode, e.latitude, e.longitude, coalesce(a.name, ''), e.key"
_DISTRICT: Final = (
    " LEFT JOIN LATERAL (SELECT d.name FROM accounts_area d WHERE d.kind = 'district' AND d.code = e.district_code"
    " AND e.district_code <> '' ORDER BY d.valid_from DESC NULLS LAST LIMIT 1) a ON true"
)
_FOUND: Final = f"""
    SELECT {_ROW}, 'key' FROM places_gazetteerentry e {_DISTRICT} WHERE e.key = ANY (%(keys)s::text[]) AND e.key <> ''
     UNION ALL
    SELECT {_ROW}, 'uprn' FROM places_gazetteerentry e {_DISTRICT} WHERE e.uprn = %(uprn)s AND e.uprn <> ''
     UNION ALL
    SELECT {_ROW}, n.how FROM (
        SELECT x.entry_id, min(x.how) AS how FROM (
            (SELECT g.entry_id, 'name' AS how FROM places_gazetteername g WHERE g.name_key = ANY (%(names)s::text[]) LIMIT 40)
             UNION ALL
            (SELECT g.entry_id, 'part' FROM places_gazetteername g
              WHERE g.name_key >= %(begins)s AND g.name_key < %(ends)s ORDER BY g.name_key LIMIT 12)) x
         GROUP BY x.entry_id) n
      JOIN places_gazetteerentry e ON e.id = n.entry_id {_DISTRICT}
"""  # noqa: S608  nothing in it but the columns above
_LIKE: Final = f"""
    SELECT {_ROW}, 'like' FROM (
        SELECT g.entry_id, max(similarity(g.name_key, %s)) AS alike FROM places_gazetteername g
         WHERE g.name_key %% %s GROUP BY g.entry_id HAVING max(similarity(g.name_key, %s)) >= 0.45
         ORDER BY alike DESC LIMIT 5) n
      JOIN places_gazetteerentry e ON e.id = n.entry_id {_DISTRICT} ORDER BY n.alike DESC
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list as a candidate, how it was found (key, uprn, name, part, like) and the key of its address."""

    candidate: Candidate
    how: str
    key: str
    locality: str


def listed(address: Address, text: str) -> list[Listed]:
    """The entries that the words mean, or begin to name, likeliest first. One statement."""
    names = [] if address.uprn else landmark_keys(text, address)
    whole = landmark_key(text)
    begins = whole if len(whole) >= SHORTEST and not address.number and not address.uprn else ""
    key = (
        ""
        if address.uprn or not (address.number or address.name or address.unit)
        else place_key("address", address)
    )
    if not (names or key or address.uprn):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FOUND,
            {
                "keys": [key],
                "uprn": address.uprn,
                "names": names or [""],
                "begins": begins or "~",
                "ends": f"{begins}~",
            },
        )
        rows = cursor.fetchall()
    order = {"uprn": 0, "key": 1, "name": 2, "part": 3}
    said = set(address.rest.split())
    found: dict[str, Listed] = {}
    for row in rows:
        one = _listed(row)
        if one.how == "key" and address.uprn:
            continue
        found.setdefault(one.candidate.choice, one)
    return sorted(
        found.values(),
        key=lambda one: (order[one.how], -len(said & set(landmark_key(f"{one.locality} {one.candidate.where}").split())), one.candidate.words),
    )[:MOST]  # fmt: skip


def listed_like(text: str) -> list[Listed]:
    """The landmarks whose names are spelt most like the words, where nothing else was found. Five statements; nothing where it takes long."""
    name = landmark_key(text)
    if not (SHORTEST < len(name) <= 60) or not connection.in_atomic_block:
        return []
    return [_listed(row) for row in answered_within(LIKE_MILLISECONDS, _LIKE, [name, name, name])]


def _listed(row: Sequence[object]) -> Listed:
    id_, kind, name, what, locality, postcode, latitude, longitude, district, key, how = row
    where = [str(part) for part in (what, locality, postcode, district) if part and part != name]
    candidate = Candidate(
        f"listed:{id_}", "landmark" if kind == "landmark" else "house", str(name), ", ".join(dict.fromkeys(where)),
        latitude, longitude,  # type: ignore[arg-type]
    )  # fmt: skip
    return Listed(candidate, str(how), str(key), str(locality))
