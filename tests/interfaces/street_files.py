"""Street-level files as data.police.uk publishes them, with invented rows."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

HEADING = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
ASB = "Anti-social behaviour"


def row(
    street: str = "On or near Sparrow Lane",
    month: str = "2021-06",
    lon: str = "-1.2000",
    lat: str = "52.7700",
    lsoa: str = "E01025700",
    name: str = "Charnwood 002D",
    kind: str = ASB,
    force: str = "Leicestershire Police",
    crime_id: str = "",
) -> str:
    """One row; an ASB row unless said otherwise."""
    return ",".join([crime_id, month, force, force, lon, lat, street, lsoa, name, kind, "", ""])


def text(*rows: str, heading: str = HEADING) -> str:
    """A whole file."""
    return "\n".join([heading, *rows]) + "\n"


def plain(path: Path, *rows: str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    path.write_bytes(text(*rows, heading=heading).encode(encoding))
    return path


def packed(path: Path, *rows: str) -> Path:
    """The same, gzipped."""
    path.write_bytes(gzip.compress(text(*rows).encode()))
    return path


def published(path: Path, members: dict[str, str]) -> Path:
    """A zip as one downloads it: a folder for each month, a file for each force and kind."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
