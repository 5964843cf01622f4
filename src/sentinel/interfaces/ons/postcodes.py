"""The postcode directory, as the ONS publishes it (ONSPD, NSPL) or with columns named alike.

A postcode that has ended is left out, and taken out where it was known: who gives it is told that it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused, NotUTF8, Table, opened, parts_of
from sentinel.interfaces.ons.columns import is_code
from sentinel.interfaces.placing import hold_imports, locate_places
from sentinel.kernel.errors import Invalid
from sentinel.kernel.postcodes import normalise_postcode
from sentinel.places.geometry import in_united_kingdom
from sentinel.places.queries.postcodes import DEMONSTRATION

# What each fact is called, in the order in which it is looked for.
NAMES: Final = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd", "pcd2", "postcode"),
    "latitude": ("lat", "latitude"),
    "longitude": ("long", "lon", "longitude"),
    "district": ("oslaua", "laua", "lad_code", *(f"lad{year}cd" for year in range(30, 18, -1))),
    "lsoa": ("lsoa21", "lsoa21cd", "lsoa21_pip", "lsoa11", "lsoa11cd", "lsoa11_pip"),
    "ward": ("osward", "ward", "ward24_bestfit", *(f"wd{year}cd" for year in range(30, 18, -1))),
    "ended": ("doterm",),
}
# The directory's own way of saying that a postcode has no place.
NO_LATITUDE: Final = 99.0
Row = tuple[str, float | None, float | None, str, str, str]

_KEEP = f"""
    WITH best AS (
        SELECT DISTINCT ON (postcode) postcode, latitude, longitude, district, lsoa, ward FROM staged_postcode
    ), kept AS (
        INSERT INTO places_postcode AS p (postcode, latitude, longitude, district_code, lsoa_code, ward_code, source)
        SELECT postcode, latitude, longitude, district, lsoa, ward, %s FROM best
        ON CONFLICT (postcode) DO UPDATE
           SET latitude = EXCLUDED.latitude, longitude = EXCLUDED.longitude, district_code = EXCLUDED.district_code,
               lsoa_code = EXCLUDED.lsoa_code, ward_code = EXCLUDED.ward_code, source = EXCLUDED.source
         WHERE (p.latitude, p.longitude, p.district_code, p.lsoa_code, p.ward_code)
               IS DISTINCT FROM (EXCLUDED.latitude, EXCLUDED.longitude, EXCLUDED.district_code, EXCLUDED.lsoa_code,
                                 EXCLUDED.ward_code) OR p.source LIKE '{DEMONSTRATION}%%'
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM kept
"""  # noqa: S608  the only thing put in is a constant of ours


def import_postcodes(
    path: Path,
    *,
    areas: Iterable[str] = (),
    source: str = "",
    actor: Actor = SYSTEM,
    seen: Callable[[int], None] = lambda done: None,
) -> Figures:
    """Load a postcode directory; again, or a newer one, as often as one likes.

    `areas` keeps only postcodes that begin so ("LE", "DE11"). Runs as the owner role, in one transaction. Raises
    FileRefused. Places that were named before their postcode was known are then located.
    """
    wanted = tuple(area.strip().upper() for area in areas if area.strip())
    figures = Figures(more={"changed": True, "ended": 0})
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(actor)
        hold_imports()
        cursor.execute(
            "CREATE TEMPORARY TABLE staged_postcode (postcode text, latitude double precision, longitude double"
            " precision, district text, lsoa text, ward text) ON COMMIT DROP;"
            "CREATE TEMPORARY TABLE ended_postcode (postcode text) ON COMMIT DROP"
        )
        with opened(path, seen) as stream:
            for part in parts_of(path, stream, lambda name: name.lower().endswith(".csv")):
                try:
                    _load(cursor, Table(part), figures, wanted)
                except NotUTF8 as error:
                    raise FileRefused(
                        part.name, "it is not written in UTF-8, as the directory is."
                    ) from error
        if not figures.read:
            raise FileRefused(path.name, "it holds no postcode that is wanted.")
        cursor.execute(_KEEP, [(source or path.name)[:80]])
        figures.created, figures.changed = cursor.fetchone()
        figures.present = figures.read - figures.refused - figures.created - figures.changed
        cursor.execute("DELETE FROM places_postcode p USING ended_postcode e WHERE p.postcode = e.postcode")
        figures.more["ended"] = cursor.rowcount
        figures.more["places_located"] = locate_places()
        note("import", subject="postcodes", detail={"read": figures.read, "created": figures.created})
    return figures


def _columns(table: Table) -> dict[str, int]:
    here = {name.lower(): at for name, at in table.columns.items()}
    found = {
        what: next(here[name] for name in names if name in here)
        for what, names in NAMES.items()
        if any(name in here for name in names)
    }
    if "postcode" not in found or not ({"latitude", "longitude"} <= set(found) or "district" in found):
        raise FileRefused(
            table.name,
            "this is no postcode directory: it needs a postcode (pcds) and lat and long, or a district.",
        )
    return found


def _load(cursor: CursorWrapper, table: Table, figures: Figures, wanted: tuple[str, ...]) -> None:
    ended: list[str] = []
    rows = _rows(table, figures, wanted, ended)
    more = True
    while more:
        # The rows of a block are read before COPY begins: what is raised within it would end the transaction.
        block = list(islice(rows, 20_000))
        more = bool(block)
        with cursor.copy("COPY staged_postcode FROM STDIN") as copy:
            for row in block:
                copy.write_row(row)
        with cursor.copy("COPY ended_postcode FROM STDIN") as copy:
            for postcode in ended:
                copy.write_row((postcode,))
        ended.clear()


def _rows(table: Table, figures: Figures, wanted: tuple[str, ...], ended: list[str]) -> Iterator[Row]:
    columns = _columns(table)
    for fields in table.rows():
        if len(fields) != table.width:
            figures.read += 1
            figures.refuse(
                table.name, table.line, f"it has {len(fields)} fields where the heading has {table.width}"
            )
            continue
        if wanted and not fields[columns["postcode"]].lstrip().upper().startswith(wanted):
            continue
        try:
            row = _row(fields, columns)
        except ValueError as error:
            figures.read += 1
            figures.refuse(table.name, table.line, str(error))
            continue
        if "ended" in columns and fields[columns["ended"]].strip():
            ended.append(row[0])
            continue
        figures.read += 1
        yield row


def _row(fields: list[str], columns: dict[str, int]) -> Row:
    try:
        postcode = normalise_postcode(fields[columns["postcode"]])
    except Invalid as error:
        raise ValueError("it has no whole postcode") from error
    codes = []
    for what in ("district", "lsoa", "ward"):
        code = fields[columns[what]].strip() if what in columns else ""
        if code and not is_code(code):
            if what == "district":
                raise ValueError("its district is no ONS code")
            code = ""  # the directory marks what lies elsewhere in ways of its own
        codes.append(code)
    latitude = longitude = None
    if "latitude" in columns and "longitude" in columns:
        latitude, longitude = _point(fields[columns["latitude"]], fields[columns["longitude"]])
    return (postcode, latitude, longitude, codes[0], codes[1], codes[2])


def _point(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    if not latitude.strip() and not longitude.strip():
        return None, None
    try:
        lat, lon = float(latitude), float(longitude)
    except ValueError as error:
        raise ValueError("its latitude or longitude is not a number") from error
    if lat >= NO_LATITUDE:
        return None, None
    if not in_united_kingdom(lat, lon):
        raise ValueError("its point is not in the United Kingdom")
    return lat, lon
