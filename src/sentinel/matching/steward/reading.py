"""Whether a pair was on the screen long enough to be read before it was decided. The next pair comes at once and is decided by the same
keys: a key pressed twice would decide one that nobody saw. The moment goes with the page, signed, and comes back with the decision."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core import signing

from sentinel.kernel.errors import Invalid

TO_READ = timedelta(seconds=1)
NOT_WHOLE = "This page was not sent whole. Look at the two again."


def page_made(now: datetime, pair: uuid.UUID, reader: uuid.UUID | None) -> str:
    """What is sent with the page of a pair, made for one reader now."""
    return _signer(pair, reader).sign(now.isoformat())


def is_read(made: str, now: datetime, pair: uuid.UUID, reader: uuid.UUID | None) -> bool:
    """Whether it can have been read since: a second has gone by. Raises Invalid for what no page of this pair and reader sent."""
    try:
        moment = datetime.fromisoformat(_signer(pair, reader).unsign(made))
    except (signing.BadSignature, ValueError) as error:
        raise Invalid(NOT_WHOLE) from error
    return now - moment >= TO_READ


def _signer(pair: uuid.UUID, reader: uuid.UUID | None) -> signing.Signer:
    return signing.Signer(salt=f"sentinel.put_right.{pair}.{reader}")
