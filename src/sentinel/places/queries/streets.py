"""Streets of open data by their name: which of those that bear it is meant, misspelt ones, and where two of them meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Max, QuerySet
from django.db.models.aggregates import Avg

from sentinel.accounts.models import Area
from sentinel.foundation.compiled import compiled
from sentinel.foundation.limited import answered_within
from sentinel.places import geometry
from sentinel.places.models import AreaLookup, HistoricPoint, Postcode
from sentinel.places.queries.candidates import Candidate, Origin
from sentinel.places.queries.postcodes import DEMONSTRATION
from sentinel.places.rules import Address, plain, what_of

SHOWN: Final = 20
MEET_METRES: Final = 400
LIKE_MILLISECONDS: Final = 30
_LIKE: Final = """
    SELECT street_key FROM places_historicpoint
     WHERE street_key %% %s AND NOT outside_area
     GROUP BY street_key HAVING similarity(street_key, %s) >= 0.5
     ORDER BY similarity(street_key, %s) DESC, street_key LIMIT 3
"""


@compiled
def _streets_called(street: str) -> QuerySet[Any, Any]:
    return (
        HistoricPoint.objects.filter(street_key=street, outside_area=False)
        .values("lsoa_code")
        .annotate(
            name=Max("street"), lsoa_name=Max("lsoa_name"), district_code=Max("district_code"),
            lat=Avg("latitude"), lon=Avg("longitude"), points=Count("id"),
        )
        .order_by("lsoa_code")
    )  # fmt: skip


def streets_of(
    address: Address, *, origin: Origin | None = None, at: Postcode | None = None
) -> tuple[list[Candidate], int]:
    """The streets of that name, those of the town or postcode that was typed first, then those near the origin; of an address its
    house in each. At most 20, and how many there are."""
    rows = list(_streets_called(address.street)) if address.street else []
    if not rows:
        return [], 0
    near = None
    if at is not None and at.latitude is not None and at.longitude is not None:
        near = (at.latitude, at.longitude)
    elif address.outward or address.postcode:
        near = _outward_centre(address.outward or address.postcode.partition(" ")[0])
    if near is None and origin is not None:
        near = (origin.latitude, origin.longitude)
    wards = wards_of([row["lsoa_code"] for row in rows])
    districts = dict(
        Area.objects.filter(kind="district", code__in={row["district_code"] for row in rows}).values_list(
            "code", "name"
        )
    )
    typed = set(address.rest.split())
    found = []
    for row in rows:
        ward = wards.get(row["lsoa_code"], "")
        district = districts.get(row["district_code"]) or row["lsoa_name"].rpartition(" ")[0]
        fits = len(typed & set(plain(f"{ward} {district}").split()))
        away = geometry.metres(*near, row["lat"], row["lon"]) if near and row["lat"] is not None else 0.0
        found.append((-fits, away, district, ward, row))
    found.sort(key=lambda one: one[:4])
    best = found[:SHOWN]
    near_words = sectors([(row["lat"], row["lon"]) for *_, row in best])
    what = what_of(replace(address, rest="", street="", crossing="")) if address.number else ""
    named = [
        _candidate(address, what, row, ", ".join(part for part in (sector_words, ward, district) if part))
        for (_, _, district, ward, row), sector_words in zip(best, near_words, strict=True)
    ]
    return named, len(found)


def _candidate(address: Address, what: str, row: dict[str, Any], where: str) -> Candidate:
    """The street itself, or the house in it where one was said (`what`: "flat 2 14")."""
    choice = f"{row['lsoa_code']}:{address.street}"
    if not what:
        return Candidate(f"street:{choice}", "street", row["name"], where, row["lat"], row["lon"])
    words = f"{house_words(address)} {row['name']}"
    return Candidate(f"house:{choice}:{what}", "house", words, where, row["lat"], row["lon"])


def house_words(address: Address) -> str:
    """What stands before the street on an envelope: "Flat 2, 14", "14A"."""
    number = address.number.upper()
    return ", ".join(part for part in (address.unit.capitalize(), address.name.title(), number) if part)


def streets_like(address: Address) -> list[str]:
    """The names of streets that are spelt most like one that nobody knows. Five statements; none where it takes long."""
    if not (4 < len(address.street) <= 60) or not connection.in_atomic_block:
        return []
    street = address.street
    return [str(key) for (key,) in answered_within(LIKE_MILLISECONDS, _LIKE, [street, street, street])]


def corners_of(address: Address) -> list[Candidate]:
    """Where the two streets of a corner come within 400 m of each other, as far as open data has points of them. Two queries."""
    points: QuerySet[Any, Any] = HistoricPoint.objects.filter(
        street_key__in=[address.street, address.crossing], outside_area=False, latitude__isnull=False
    ).values("street_key", "street", "latitude", "longitude", "lsoa_code")
    sides: dict[str, list[dict[str, Any]]] = {address.street: [], address.crossing: []}
    for point in points[:2_000]:
        sides[point["street_key"]].append(point)
    meets: dict[str, tuple[float, dict[str, Any], dict[str, Any]]] = {}
    for one in sides[address.street]:
        for two in sides[address.crossing]:
            if (
                abs(one["latitude"] - two["latitude"]) > 0.006
                or abs(one["longitude"] - two["longitude"]) > 0.009
            ):
                continue
            apart = geometry.metres(one["latitude"], one["longitude"], two["latitude"], two["longitude"])
            best = meets.get(one["lsoa_code"])
            if apart <= MEET_METRES and (best is None or apart < best[0]):
                meets[one["lsoa_code"]] = (apart, one, two)
    found = sorted(meets.values(), key=lambda one: one[0])[:6]
    middles = [
        ((one["latitude"] + two["latitude"]) / 2, (one["longitude"] + two["longitude"]) / 2)
        for _, one, two in found
    ]
    return [
        Candidate(
            f"corner:{one['lsoa_code']}:{address.street}:{address.crossing}", "corner",
            f"Corner of {one['street']} and {two['street']}", where, *middle,
        )
        for (_, one, two), middle, where in zip(found, middles, sectors(middles), strict=True)
    ]  # fmt: skip


def wards_of(lsoa_codes: list[str]) -> dict[str, str]:
    newer = dict(
        AreaLookup.objects.filter(kind="lsoa", lsoa_code__in=lsoa_codes).values_list("lsoa_code", "code")
    )
    wanted = {newer.get(code, code) for code in lsoa_codes}
    names = dict(
        AreaLookup.objects.filter(kind="ward", lsoa_code__in=wanted).values_list("lsoa_code", "name")
    )
    return {code: names.get(newer.get(code, code), "") for code in lsoa_codes}


def _outward_centre(outward: str) -> tuple[float, float] | None:
    if not outward:
        return None
    rows = Postcode.objects.filter(
        postcode__gte=f"{outward} ", postcode__lt=f"{outward}!", latitude__isnull=False
    ).aggregate(lat=Avg("latitude"), lon=Avg("longitude"))
    return (rows["lat"], rows["lon"]) if rows["lat"] is not None else None


# The box of about a kilometre is read by the index; within it the nearest is exact enough on a flat earth.
_NEAREST = """
    SELECT w.number, n.postcode
      FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS w(latitude, longitude, number)
      CROSS JOIN LATERAL (
          SELECT p.postcode FROM places_postcode p
           WHERE p.latitude BETWEEN w.latitude - 0.009 AND w.latitude + 0.009
             AND p.longitude BETWEEN w.longitude - 0.015 AND w.longitude + 0.015
             AND p.source NOT LIKE %s
           ORDER BY (p.latitude - w.latitude) ^ 2 + ((p.longitude - w.longitude) * cos(radians(w.latitude))) ^ 2, p.postcode
           LIMIT 1) AS n
"""


def sectors(points: Sequence[tuple[float | None, float | None]]) -> list[str]:
    """ "near LE16 9" for each point: the sector of the nearest postcode within about a kilometre, or nothing. One query."""
    known = [(at, lat, lon) for at, (lat, lon) in enumerate(points) if lat is not None and lon is not None]
    found = [""] * len(points)
    if not known:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, [[one[1] for one in known], [one[2] for one in known], f"{DEMONSTRATION}%"])
        for number, postcode in cursor.fetchall():
            found[known[number - 1][0]] = f"near {postcode[:-2]}"
    return found


def sector(latitude: float | None, longitude: float | None) -> str:
    """The sector of the nearest postcode of one point, or nothing."""
    return sectors([(latitude, longitude)])[0]
