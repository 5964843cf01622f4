"""What the columns of ONS files are called: LAD24CD, ltla24_code, WD22NM ... the same thing in every year's spelling.

Pure: no database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Finest first: a file of small areas that also names their districts is a file of small areas.
KINDS: Final = {
    "lsoa": "lsoa", "wd": "ward", "ward": "ward", "lad": "district", "ltla": "district", "csp": "csp", "pfa": "force",
}  # fmt: skip
FINEST: Final = ("lsoa", "ward", "district", "csp", "force")
_COLUMN: Final = re.compile(rf"({'|'.join(KINDS)})(\d\d)_?(cd|code|nm|name)", re.IGNORECASE)
_ANY_CODE: Final = re.compile(r"[a-z]+\d\d_?(cd|code)", re.IGNORECASE)
CODE: Final = re.compile(r"[EWSN]\d{8}")


@dataclass(frozen=True, slots=True)
class AreaColumn:
    """A column that holds an area's code: its heading, the heading of the name beside it ("" for none), what kind of
    area, and of which year (two digits)."""

    code: str
    name: str
    kind: str
    year: str


def area_columns(headings: list[str]) -> list[AreaColumn]:
    """The code columns among some headings, finest kind first, newest year first."""
    codes: dict[tuple[str, str], str] = {}
    names: dict[tuple[str, str], str] = {}
    for heading in headings:
        found = _COLUMN.fullmatch(heading.strip())
        if found:
            key = KINDS[found.group(1).lower()], found.group(2)
            (codes if found.group(3).lower() in {"cd", "code"} else names)[key] = heading
    columns = [AreaColumn(code, names.get(key, ""), *key) for key, code in codes.items()]
    return sorted(columns, key=lambda one: (FINEST.index(one.kind), -int(one.year)))


def own_column(headings: list[str]) -> AreaColumn:
    """The column of what an outline is of: the first code among its properties, as the ONS writes them.

    Raises ValueError where there is none, or where it is of a kind that is not used here (an MSOA, say, whatever
    district may be named after it).
    """
    first = next((heading for heading in headings if _ANY_CODE.fullmatch(heading.strip())), None)
    if first is None:
        raise ValueError("it has no code of a district, ward, partnership, force area or LSOA (like LAD24CD)")
    for column in area_columns(headings):
        if column.code == first:
            return column
    raise ValueError(f"{first} is no kind of area that is used here")


def is_code(text: str) -> bool:
    """Whether a text has the form of an ONS code, like E07000130."""
    return CODE.fullmatch(text) is not None
