"""A cache that every process shares: counts of attempts to sign in, and codes that have been used.

Django's local-memory cache is one for each process: five tries would be five for each worker, and a used code could be
used again at the next. Django's own database cache pickles what it keeps, so whoever can write that table runs code;
this one keeps JSON. It works within the request's transaction: two attempts at the same account wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

# The machine's time and not the one clock: moving time for a test must not forgive anybody's wrong passwords.
ADD = """
    INSERT INTO accounts_keptvalue AS kept (key, value, expires_at)
    VALUES (%(key)s, %(value)s, statement_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at
     WHERE kept.expires_at <= statement_timestamp()
    RETURNING key"""
GET = """
    SELECT value FROM accounts_keptvalue
     WHERE key = %(key)s AND (expires_at IS NULL OR expires_at > statement_timestamp())"""
SET = """
    INSERT INTO accounts_keptvalue (key, value, expires_at)
    VALUES (%(key)s, %(value)s, statement_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at"""
TOUCH = """
    UPDATE accounts_keptvalue SET expires_at = statement_timestamp() + make_interval(secs => %(seconds)s)
     WHERE key = %(key)s AND (expires_at IS NULL OR expires_at > statement_timestamp())
    RETURNING key"""
DELETE = "DELETE FROM accounts_keptvalue WHERE key = %(key)s RETURNING key"
CLEAR = "DELETE FROM accounts_keptvalue"
FORGET = "DELETE FROM accounts_keptvalue WHERE expires_at <= statement_timestamp()"


class SharedCache(BaseCache):
    """Django's cache interface over the table of `accounts.KeptValue`; values are what JSON can say."""

    def __init__(self, location: str, params: Mapping[str, Any]) -> None:
        super().__init__(dict(params))

    def _seconds(self, timeout: Any) -> float | None:
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return None if timeout is None else max(float(timeout), 0.0)

    def _run(self, sql: str, **values: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def _key(self, key: Any, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless one is kept. Returns whether it was."""
        seconds = self._seconds(timeout)
        return bool(self._run(ADD, key=self._key(key, version), value=json.dumps(value), seconds=seconds))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value kept, or `default`."""
        found = self._run(GET, key=self._key(key, version))
        if not found:
            return default
        value = found[0][0]
        return json.loads(value) if isinstance(value, str) else value

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value, whatever was kept before."""
        seconds = self._seconds(timeout)
        self._run(SET, key=self._key(key, version), value=json.dumps(value), seconds=seconds)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Put the end of a value off. Returns whether there was one."""
        return bool(self._run(TOUCH, key=self._key(key, version), seconds=self._seconds(timeout)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value. Returns whether there was one."""
        return bool(self._run(DELETE, key=self._key(key, version)))

    def clear(self) -> None:
        """Forget everything."""
        self._run(CLEAR)


def forget_what_ended() -> int:
    """Delete the values whose time is over. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)
