"""Outlines of districts, wards, partnerships, force areas and small areas, from GeoJSON in WGS84.

Read feature by feature, so that a file of any size needs the memory of its largest outline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from sentinel.accounts.models import Area
from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused, NotUTF8, Part, opened, parts_of, texts
from sentinel.interfaces.ons.columns import is_code, own_column
from sentinel.interfaces.placing import hold_imports, place_points_again
from sentinel.places.geometry import check_geometry
from sentinel.places.models import Boundary

LARGEST_FEATURE: Final = 64 * 1024**2
_FEATURES: Final = re.compile(r'"features"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")


def features(part: Part) -> Iterator[Any]:
    """The features of a GeoJSON FeatureCollection, one at a time. Raises FileRefused."""
    blocks = texts(part)
    buffer = ""
    while not (start := _FEATURES.search(buffer)):
        block = next(blocks, None)
        if block is None or len(buffer) > LARGEST_FEATURE:
            raise FileRefused(part.name, "this is no GeoJSON: it has no list of features.")
        buffer += block
    buffer = buffer[start.end() :]
    decoder = json.JSONDecoder()
    while True:
        at = _BETWEEN.match(buffer).end()  # type: ignore[union-attr]
        if buffer[at : at + 1] == "]":
            return
        try:
            found, end = decoder.raw_decode(buffer, at)
        except json.JSONDecodeError as error:
            # Twice as much before trying again: reading a large outline stays quick.
            wanted = max(2 * len(buffer), 1 << 18)
            before = len(buffer)
            while len(buffer) < wanted and (block := next(blocks, None)) is not None:
                buffer += block
            if len(buffer) == before:
                raise FileRefused(part.name, "it is cut off, or is no GeoJSON.") from error
            if len(buffer) > LARGEST_FEATURE:
                raise FileRefused(
                    part.name, "one of its outlines is larger than any that is published."
                ) from error
            continue
        yield found
        buffer = buffer[end:]


def import_boundaries(
    path: Path, *, source: str = "", actor: Actor = SYSTEM, seen: Callable[[int], None] = lambda done: None
) -> Figures:
    """Load a file of outlines; again, or a newer one, as often as one likes. Areas that are not known yet are made.

    Runs as the owner role, in one transaction. `source` is where the file comes from (its name by default). Raises
    FileRefused. Points of open data are then placed anew.
    """
    figures = Figures(more={"changed": True})
    with transaction.atomic():
        state_actor(actor)
        hold_imports()
        with opened(path, seen) as stream:
            for part in parts_of(path, stream, lambda name: name.lower().endswith((".geojson", ".json"))):
                try:
                    _load(part, figures, (source or path.name)[:120])
                except NotUTF8 as error:
                    raise FileRefused(part.name, "it is not written in UTF-8, as GeoJSON must be.") from error
        if not figures.read:
            raise FileRefused(path.name, "it holds no outline.")
        if figures.refused == figures.read:
            raise FileRefused(path.name, f"none of its outlines can be used: {figures.refusals[0][2]}.")
        figures.more["points_placed"] = place_points_again()
        note("import", subject="boundaries", detail={"read": figures.read, "created": figures.created})
    return figures


def _load(part: Part, figures: Figures, source: str) -> None:
    met: set[tuple[str, str]] = set()
    for number, feature in enumerate(features(part), 1):
        figures.read += 1
        try:
            kind, code, name, geometry = _outline(feature)
            if (kind, code) in met:
                raise FileRefused(
                    part.name, f"two of its outlines have the code {code}: it cannot be told which holds."
                )
            met.add((kind, code))
            outcome = _keep(kind, code, name, geometry, source)
        except ValueError as error:
            figures.refuse(part.name, number, str(error))
            continue
        setattr(figures, outcome, getattr(figures, outcome) + 1)


def _outline(feature: Any) -> tuple[str, str, str, dict[str, Any]]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise ValueError("it has no properties")
    column = own_column(list(properties))
    code = str(properties[column.code] or "").strip()
    if not is_code(code):
        raise ValueError(f"its {column.code} is no ONS code")
    name = str(properties.get(column.name) or code).strip()[:120]
    if "\x00" in name:
        raise ValueError("its name has a character that cannot be stored")
    check_geometry(feature.get("geometry"))
    return column.kind, code, name, feature["geometry"]


def _keep(kind: str, code: str, name: str, geometry: dict[str, Any], source: str) -> str:
    area = Area.objects.filter(kind=kind, code=code).order_by("-valid_from").first()
    if area is None:
        area = Area.objects.create(kind=kind, code=code, name=name, source=source)
    west, south, east, north = check_geometry(geometry)
    values = {
        "geometry": geometry,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "source": source,
    }
    known = Boundary.objects.filter(area=area).first()
    if known is None:
        Boundary.objects.create(area=area, **values)
        return "created"
    if known.geometry == geometry:
        return "present"
    Boundary.objects.filter(pk=known.pk).update(**values)
    return "changed"
