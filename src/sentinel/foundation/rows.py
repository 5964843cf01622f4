"""New rows, written by a statement that is put together once for a model (docs/decisions/0027).

For the rows of a report or an assessment, of which there are dozens: elsewhere `objects.create` is plainer.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache
from types import NoneType
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Field, ForeignKey, Model

# What these very fields make of a value of these types, before the driver has it, is the value. Most values of a report are such.
_PLAIN: dict[type, tuple[type, ...]] = {
    models.UUIDField: (uuid.UUID, NoneType),
    models.CharField: (str, NoneType),
    models.TextField: (str, NoneType),
    models.BooleanField: (bool, NoneType),
}
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
        value
        if type(value := getattr(row, name)) in plain
        else field.get_db_prep_save(field.pre_save(row, True), connection)
        for row in rows
        for field, name, plain in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(head + ", ".join([places] * len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return list(rows)


@cache
def _statement(model: type[Model]) -> tuple[str, str, list[tuple[Field[Any, Any], str, tuple[type, ...]]]]:
    """The statement up to its values, the places of one row, and the fields that go there, each with the name of its value and
    the types of value that it hands to the driver as they are."""
    meta, quoted = model._meta, connections[DEFAULT_DB_ALIAS].ops.quote_name
    if meta.parents or meta.db_returning_fields:
        raise TypeError(f"The database makes values of {meta.label} by itself: save it.")
    fields = [(one, str(one.attname), _PLAIN.get(type(_target(one)), ())) for one in meta.concrete_fields]
    columns = ", ".join(quoted(str(one.column)) for one, _, _ in fields)
    head = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES "  # noqa: S608  names of the model alone
    return head, f"({', '.join(['%s'] * len(fields))})", fields


def _target(field: Field[Any, Any]) -> Field[Any, Any]:
    """The field whose value a relation's column holds; any other field itself."""
    return _target(field.target_field) if isinstance(field, ForeignKey) else field
