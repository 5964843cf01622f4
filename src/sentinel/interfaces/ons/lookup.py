"""Lookups from small areas to the areas that they lie in, and from the LSOAs of 2011 to those of 2021."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from sentinel.audit.operations import note
from sentinel.foundation.actor import SYSTEM, Actor, state_actor
from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused, NotUTF8, Table, opened, parts_of
from sentinel.interfaces.ons.columns import AreaColumn, area_columns, is_code
from sentinel.interfaces.placing import hold_imports, place_points_again

Line = tuple[str, str, str, str]

# What the file says of a small area and kind replaces what was known of these: wards are redrawn.
_REPLACED = """
    DELETE FROM places_arealookup a
     USING (SELECT DISTINCT lsoa_code, kind FROM staged_lookup) s
     WHERE a.lsoa_code = s.lsoa_code AND a.kind = s.kind
       AND NOT EXISTS (SELECT 1 FROM staged_lookup x
                        WHERE x.lsoa_code = a.lsoa_code AND x.kind = a.kind AND x.code = a.code)
"""
_KEEP = """
    INSERT INTO places_arealookup (lsoa_code, kind, code, name, source)
    SELECT DISTINCT ON (lsoa_code, kind, code) lsoa_code, kind, code, name, %s FROM staged_lookup s
     WHERE NOT EXISTS (SELECT 1 FROM places_arealookup a
                        WHERE a.lsoa_code = s.lsoa_code AND a.kind = s.kind AND a.code = s.code)
     ORDER BY lsoa_code, kind, code
"""


def import_lookup(
    path: Path, *, source: str = "", actor: Actor = SYSTEM, seen: Callable[[int], None] = lambda done: None
) -> Figures:
    """Load a lookup (CSV); again, or a newer one, as often as one likes. Figures count the file's rows.

    `created` are rows that said something new. Runs as the owner role, in one transaction. Raises FileRefused. Points
    of open data are then placed anew.
    """
    figures = Figures()
    with transaction.atomic(), connection.cursor() as cursor:
        state_actor(actor)
        hold_imports()
        cursor.execute(
            "CREATE TEMPORARY TABLE staged_lookup (line integer, lsoa_code text, kind text, code text, name text)"
            " ON COMMIT DROP"
        )
        with opened(path, seen) as stream:
            for part in parts_of(path, stream, lambda name: name.lower().endswith(".csv")):
                try:
                    _load(cursor, Table(part), figures)
                except NotUTF8:
                    cursor.execute("TRUNCATE staged_lookup")
                    figures = Figures()
                    _load(cursor, Table(part, "latin-1"), figures)
        if not figures.read:
            raise FileRefused(path.name, "it holds no row.")
        cursor.execute(
            "SELECT count(DISTINCT line) FROM staged_lookup s WHERE NOT EXISTS (SELECT 1 FROM places_arealookup a"
            " WHERE a.lsoa_code = s.lsoa_code AND a.kind = s.kind AND a.code = s.code)"
        )
        figures.created = cursor.fetchone()[0]
        figures.present = figures.read - figures.refused - figures.created
        cursor.execute(_REPLACED)
        figures.more["replaced"] = cursor.rowcount
        cursor.execute(_KEEP, [(source or path.name)[:120]])
        figures.more["points_placed"] = place_points_again()
        note("import", subject="lookup", detail={"read": figures.read, "created": figures.created})
    return figures


def _load(cursor: CursorWrapper, table: Table, figures: Figures) -> None:
    columns = area_columns(list(table.columns))
    small = sorted((one for one in columns if one.kind == "lsoa"), key=lambda one: one.year)
    if not small or len(columns) < 2:
        raise FileRefused(
            table.name,
            "this is no lookup: it needs the code of an LSOA (like LSOA21CD) and of what it lies in.",
        )
    rows = _lines(table, figures, small, [one for one in columns if one.kind != "lsoa"])
    while block := list(islice(rows, 20_000)):
        with cursor.copy("COPY staged_lookup FROM STDIN") as copy:
            for line, found in block:
                copy.write_row((line, *found))


def _lines(
    table: Table, figures: Figures, small: list[AreaColumn], larger: list[AreaColumn]
) -> Iterator[tuple[int, Line]]:
    for fields in table.rows():
        figures.read += 1
        try:
            found = list(_of(fields, table, small, larger))
        except ValueError as error:
            figures.refuse(table.name, table.line, str(error))
            continue
        for one in found:
            yield table.line, one


def _of(fields: list[str], table: Table, small: list[AreaColumn], larger: list[AreaColumn]) -> Iterator[Line]:
    if len(fields) != table.width:
        raise ValueError(f"it has {len(fields)} fields where the heading has {table.width}")

    def code_of(column: AreaColumn) -> str:
        code = fields[table.columns[column.code.strip()]].strip()
        if not is_code(code):
            raise ValueError(f"its {column.code} is no ONS code")
        return code

    def name_of(column: AreaColumn) -> str:
        name = fields[table.columns[column.name.strip()]].strip()[:120] if column.name else ""
        if "\x00" in name:
            raise ValueError("a name in it has a character that cannot be stored")
        return name

    newest = small[-1]
    for column in small:
        lsoa = code_of(column)
        if column is not newest:
            yield lsoa, "lsoa", code_of(newest), name_of(newest)
        for other in larger:
            yield lsoa, other.kind, code_of(other), name_of(other)
