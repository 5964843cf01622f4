"""The database's cursor, which turns a statement that never changes into the driver's form once.

psycopg looks for the places of values in every statement that it sends, and remembers where they were only in short ones
(4,096 characters, 50 values), because it takes long ones for lists that Django has put together. The longest statements of
the pages opened most are always the same (foundation.compiled): looking through them took longer than some of them take to answer.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import _queries


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
