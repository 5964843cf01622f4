"""What of the database's driver is quicker done otherwise: a cursor that turns a statement that never changes into the driver's form
once, and moments that Python reads itself.

psycopg looks for the places of values in every statement that it sends, and remembers where they were only in short ones
(4,096 characters, 50 values), because it takes long ones for lists that Django has put together. The longest statements of
the pages opened most are always the same (foundation.compiled): looking through them took longer than some of them take to answer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import _queries
from psycopg.types.datetime import TimestamptzLoader


class Kept(str):
    """A statement that is the same each time that it is sent."""

    __slots__ = ()


# As many as are put together for a process, and no other kind of statement: it cannot grow.
_converted = lru_cache(maxsize=None)(_queries._query2pg_nocache)
_encoded = lru_cache(maxsize=None)(str.encode)


class _Query(_queries.PostgresQuery):
    """As psycopg's, with the form of a kept statement from memory."""

    __slots__ = ()

    def convert(self, query: Any, vars: Any) -> None:
        if not isinstance(query, Kept) or vars is None:
            super().convert(query, vars)
            return
        encoding = self._tx.encoding
        self.query, self._want_formats, self._order, self._parts = _converted(
            _encoded(query, encoding), encoding
        )
        self.dump(vars)


class Cursor(ServerBindingCursor):
    """Django's cursor with values bound by the server, for the connections of every process."""

    _query_cls = _Query


class Moments(TimestamptzLoader):
    """Reads a moment in UTC by Python's own function, which takes an eighth of the driver's expression; any other as the driver does.

    `timezone` tells Django that it need not put its own reader in the place of this one.
    """

    timezone = UTC

    def load(self, data: Any) -> datetime:
        text = str(data, "ascii")
        if text.endswith("+00"):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass  # a year of five digits, which the driver refuses in its own words
        return super().load(data).astimezone(UTC)


def read_moments(connection: Any, **_: Any) -> None:
    """Let a new connection of Django's read moments so (the signal connection_created)."""
    connection.connection.adapters.register_loader("timestamptz", Moments)
