"""Identifiers, made by the application and never by the database."""

from __future__ import annotations

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """Return a new UUIDv7 as the standard library's `UUID`.

    Version 7 begins with the time in milliseconds (UTC), so new rows land at the end of an index; it is no
    secret and no measure of when something was done (that is its own column).
    """
    return compat.uuid7()
