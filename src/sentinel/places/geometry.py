"""Points, outlines and H3 cells. Pure; coordinates are WGS84 degrees, and GeoJSON puts the longitude first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import h3

RESOLUTION: Final = 9
# The United Kingdom with its seas; anything outside is no place of ours but a slip or another grid.
WEST, SOUTH, EAST, NORTH = -9.0, 49.0, 2.5, 61.5

Ring = Sequence[Sequence[float]]


def in_united_kingdom(latitude: float, longitude: float) -> bool:
    """Say whether a point lies in the box around the United Kingdom."""
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def cell_of(latitude: float, longitude: float) -> str:
    """Return the H3 cell of resolution 9 (about 350 m across) in which a point lies."""
    cell: str = h3.latlng_to_cell(latitude, longitude, RESOLUTION)
    return cell


def cells_around(latitude: float, longitude: float, rings: int = 1) -> list[str]:
    """Return the cell of a point and those around it: one ring reaches about 400 to 500 m."""
    return sorted(h3.grid_disk(cell_of(latitude, longitude), rings))


def is_cell(code: str) -> bool:
    """Say whether `code` is an H3 cell that we use for areas (resolution 5 to 9)."""
    return bool(h3.is_valid_cell(code)) and 5 <= h3.get_resolution(code) <= RESOLUTION


def cell_outline(cell: str) -> list[list[float]]:
    """Return a cell's corners as [latitude, longitude], to about a metre."""
    return [[round(lat, 5), round(lon, 5)] for lat, lon in h3.cell_to_boundary(cell)]


def cell_centre(cell: str) -> tuple[float, float]:
    """Return a cell's centre as latitude, longitude."""
    latitude, longitude = h3.cell_to_latlng(cell)
    return latitude, longitude


def coarser(cells: dict[str, int], most: int) -> dict[str, int]:
    """Add counts up into larger cells until there are at most `most` of them (resolution 5 at the coarsest)."""
    resolution = RESOLUTION
    while len(cells) > most and resolution > 5:
        resolution -= 1
        larger: dict[str, int] = {}
        for cell, count in cells.items():
            parent = h3.cell_to_parent(cell, resolution)
            larger[parent] = larger.get(parent, 0) + count
        cells = larger
    return cells


def parts_of(cell: str) -> list[str]:
    """Return the cells of resolution 9 within a larger one; the cell itself where it is one."""
    if h3.get_resolution(cell) == RESOLUTION:
        return [cell]
    return sorted(h3.cell_to_children(cell, RESOLUTION))


def polygons(geometry: dict[str, Any]) -> Iterator[Sequence[Ring]]:
    """Yield the polygons of a GeoJSON Polygon or MultiPolygon, each as its outer ring and then its holes."""
    if geometry["type"] == "Polygon":
        yield geometry["coordinates"]
    else:
        yield from geometry["coordinates"]


def _crosses(ring: Ring, latitude: float, longitude: float) -> bool:
    inside = False
    previous = ring[-1]
    for point in ring:
        (x1, y1), (x2, y2) = previous[:2], point[:2]
        if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
            inside = not inside
        previous = point
    return inside


def contains(geometry: dict[str, Any], latitude: float, longitude: float) -> bool:
    """Say whether a point lies in a GeoJSON Polygon or MultiPolygon.

    By counting crossings, which also answers for outlines that cross themselves, as some are published.
    """
    for rings in polygons(geometry):
        if _crosses(rings[0], latitude, longitude):
            return not any(_crosses(hole, latitude, longitude) for hole in rings[1:])
    return False


def outlines(geometry: dict[str, Any], points: int = 120) -> list[list[list[float]]]:
    """Return the outer rings as [latitude, longitude], thinned to about `points` corners each, for a map on a page."""
    drawn = []
    for rings in polygons(geometry):
        step = max(1, len(rings[0]) // points)
        drawn.append([[round(y, 5), round(x, 5)] for x, y, *_ in rings[0][::step]])
    return drawn


def check_geometry(geometry: Any) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a GeoJSON Polygon or MultiPolygon in the United Kingdom.

    Raises ValueError with plain words for anything else.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValueError("it has no Polygon or MultiPolygon")
    try:
        rings = [ring for shape in polygons(geometry) for ring in shape]
        points = [(float(p[0]), float(p[1])) for ring in rings for p in ring]
        shortest = min((len(ring) for ring in rings), default=0)
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise ValueError("its coordinates cannot be read") from error
    if shortest < 4:
        raise ValueError("one of its outlines has fewer than four points")
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    if not all(math.isfinite(edge) for edge in (west, south, east, north)):
        raise ValueError("its coordinates are not all numbers")
    if not (in_united_kingdom(south, west) and in_united_kingdom(north, east)):
        raise ValueError(
            "it is not in degrees of longitude and latitude within the United Kingdom: download the file as WGS84"
            " (EPSG:4326), not as British National Grid"
        )
    return west, south, east, north


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance between two points near each other, in metres."""
    across = math.radians(other_longitude - longitude) * math.cos(math.radians(latitude))
    along = math.radians(other_latitude - latitude)
    return 6_371_000 * math.hypot(across, along)


def centre(points: Iterable[tuple[float, float]]) -> tuple[float, float] | None:
    """Return the mean of points (latitude, longitude), or None for none."""
    found = list(points)
    if not found:
        return None
    return sum(p[0] for p in found) / len(found), sum(p[1] for p in found) / len(found)
