"""What open data knows beside a point that somebody showed on a map. It holds of nobody's home: streets and postcodes only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Avg

from sentinel.foundation.actor import Actor
from sentinel.places import geometry
from sentinel.places.models import Boundary, HistoricPoint
from sentinel.places.queries.postcodes import DEMONSTRATION

EACH = 3
# As in look_up: the box of about a kilometre is read by the index, and within it a flat earth is exact enough.
_POSTCODES = """
    SELECT postcode, latitude, longitude FROM places_postcode
     WHERE latitude BETWEEN %(lat)s - 0.009 AND %(lat)s + 0.009
       AND longitude BETWEEN %(lon)s - 0.015 AND %(lon)s + 0.015 AND source NOT LIKE %(invented)s
     ORDER BY (latitude - %(lat)s) ^ 2 + ((longitude - %(lon)s) * cos(radians(%(lat)s))) ^ 2, postcode
     LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Near:
    """A street or postcode by a point: the words that name it as one would type them, and how far off it is in metres."""

    words: str
    metres: int


def near_point(actor: Actor, latitude: float, longitude: float) -> list[Near]:
    """The nearest streets (each with the nearest postcode, to tell it from its namesakes) and postcodes, nearest first.

    WGS84 degrees; empty outside the United Kingdom and where nothing is known within about a kilometre. Two queries.
    """
    if not geometry.in_united_kingdom(latitude, longitude):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _POSTCODES, {"lat": latitude, "lon": longitude, "invented": f"{DEMONSTRATION}%", "most": EACH}
        )
        postcodes = cursor.fetchall()
    found = [Near(code, _metres(latitude, longitude, lat, lon)) for code, lat, lon in postcodes]
    points = HistoricPoint.objects.filter(
        cell__in=geometry.cells_around(latitude, longitude), outside_area=False, latitude__isnull=False
    ).exclude(street_key="")
    streets: dict[str, int] = {}
    for street, lat, lon in points.values_list("street", "latitude", "longitude"):
        away = _metres(latitude, longitude, lat, lon)
        streets[street] = min(away, streets.get(street, away))
    by = f", {postcodes[0][0]}" if postcodes else ""
    nearest = sorted(streets.items(), key=lambda one: (one[1], one[0]))[:EACH]
    found += [Near(f"{street}{by}", away) for street, away in nearest]
    return sorted(found, key=lambda one: (one.metres, one.words))


def streets_within(
    actor: Actor, south: float, west: float, north: float, east: float, most: int = 150
) -> list[tuple[str, float, float]]:
    """The streets that open data knows in a box of WGS84 degrees: name, latitude, longitude of the middle of its points.

    By name, at most `most`; none for a box of more than about 15 km, where they would say nothing. One query.
    """
    if not (0 < north - south < 0.15 and 0 < east - west < 0.25):
        return []
    rows = (
        HistoricPoint.objects.filter(
            latitude__range=(south, north), longitude__range=(west, east), outside_area=False
        )
        .exclude(street_key="")
        .values("street", "lsoa_code")
        .annotate(lat=Avg("latitude"), lon=Avg("longitude"))
        .order_by("street", "lsoa_code")
    )
    return [(row["street"], row["lat"], row["lon"]) for row in rows[:most]]


def _metres(latitude: float, longitude: float, lat: float | None, lon: float | None) -> int:
    return round(geometry.metres(latitude, longitude, lat or 0.0, lon or 0.0))


def has_outlines(actor: Actor) -> bool:
    """Whether a map without tiles would show anything to find one's way by."""
    return Boundary.objects.filter(area__kind="district").exists()
