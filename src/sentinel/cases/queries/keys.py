"""The keys by which lists are paged: a moment and an id, in one word that fits an address."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime

from sentinel.kernel.clock import read_moment
from sentinel.kernel.errors import Invalid


def write_key(moment: datetime, identifier: uuid.UUID) -> str:
    """The key of a row that is sorted by a moment (UTC) and its id."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{identifier}".encode()).decode().rstrip("=")


def read_key(key: str) -> tuple[datetime, uuid.UUID]:
    """What `write_key` wrote. Raises Invalid for anything else."""
    try:
        text = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
        moment, _, identifier = text.partition("|")
        return read_moment(moment), uuid.UUID(identifier)
    except ValueError as error:
        raise Invalid("This page of the list cannot be found. Begin at the top.") from error
