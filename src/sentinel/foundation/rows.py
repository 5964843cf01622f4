"""New rows, written by a statement that is put together once for a model (docs/decisions/0027).

For the rows of a report or an assessment, of which there are dozens: elsewhere `objects.create` is plainer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)


def put(row: Row) -> Row:
    """Write a new row and return it, as `save(force_insert=True)` would. One statement. See `put_all`."""
    return put_all([row])[0]


def put_all(rows: Sequence[Row]) -> list[Row]:
    """Write new rows of one model in one statement, and return them; nothing for none.

    Every value is the row's own: a model whose database makes values for it (a serial number, a default of the database)
    or that stands in two tables raises TypeError. What the database refuses it raises as `save` would.
    """
    if not rows:
        return []
    connection = connections[DEFAULT_DB_ALIAS]
    head, places, fields = _statement(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(head + ", ".join([places] * len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return list(rows)


@cache
def _statement(model: type[Model]) -> tuple[str, str, tuple[Field[object, object], ...]]:
    """The statement up to its values, the places of one row, and the fields that go there."""
    meta, quoted = model._meta, connections[DEFAULT_DB_ALIAS].ops.quote_name
    if meta.parents or meta.db_returning_fields:
        raise TypeError(f"The database makes values of {meta.label} by itself: save it.")
    fields = tuple(meta.concrete_fields)
    columns = ", ".join(quoted(str(one.column)) for one in fields)
    head = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES "  # noqa: S608  names of the model alone
    return head, f"({', '.join(['%s'] * len(fields))})", fields
