"""What the maps draw: parts of an area shaded by how much happened there, as GeoJSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from sentinel.foundation.actor import Actor
from sentinel.places import geometry
from sentinel.places.queries import AreaView, Part, outlines_of

BANDS = 4
CELL = "Incidents in this neighbourhood"


def band_of(count: int, most: int) -> int:
    """How darkly a count is shaded: 0 for none, then 1 to 4 by its share of the highest."""
    return 0 if not count else 1 + (BANDS * count) // (most + 1)


def _polygon(ring: list[list[float]], properties: dict[str, Any]) -> dict[str, Any]:
    corners = [[longitude, latitude] for latitude, longitude in ring]
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def shaded(actor: Actor, parts: Iterable[Part], here: str = "") -> list[dict[str, Any]]:
    """Polygons of the parts whose outline is known, each with its count, how dark it is, and its page. One query."""
    wanted = list(parts)
    most = max((part.count for part in wanted), default=0)
    kinds = {part.kind for part in wanted} - {"cell"}
    outlines: dict[str, list[list[list[float]]]] = {}
    for kind in kinds:
        outlines |= outlines_of(actor, kind, [part.code for part in wanted if part.kind == kind])
    found = []
    for part in wanted:
        rings = [geometry.cell_outline(part.code)] if part.kind == "cell" else outlines.get(part.code, [])
        said = {
            "name": part.name or CELL, "count": part.count, "band": band_of(part.count, most),
            "here": part.code == here, "href": reverse("area", kwargs={"code": part.code}),
        }  # fmt: skip
        found += [_polygon(ring, said) for ring in rings]
    return found


def outline(actor: Actor, area: AreaView) -> list[dict[str, Any]]:
    """The outline of an area itself, unshaded; nothing where none is loaded."""
    rings = outlines_of(actor, area.kind, [area.code]).get(area.code, [])
    return [_polygon(ring, {"name": area.name, "band": 0, "here": True, "href": None}) for ring in rings]


def point(latitude: float, longitude: float, name: str) -> dict[str, Any]:
    """Where one is."""
    return {
        "type": "Feature",
        "properties": {"name": name, "href": None},
        "geometry": {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]},
    }


def answer(features: list[dict[str, Any]]) -> HttpResponse:
    """Features as GeoJSON."""
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )


def with_map(response: HttpResponse) -> HttpResponse:
    """A page with a map: where a source of tiles is set, the policy lets their pictures in (web.middleware)."""
    response.sentinel_map = True  # type: ignore[attr-defined]
    return response


def tiles() -> str:
    """The address of tiles, "" for none."""
    return str(settings.MAP_TILES or "")
