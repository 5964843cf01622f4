"""The since-token: what a consumer has seen, signed, so that a token which lies or is another's is refused and never believed.

What has been seen is a snapshot of the database ("which transactions were finished") and not a number: a change that was
numbered early and committed late is not in the snapshot, and comes with the next page (docs/decisions).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from django.core import signing

LONGEST = 3000
_SNAPSHOT = re.compile(r"\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?\Z")
NOT_OURS = (
    "This token was not given to this client, or was altered on the way. Use the last one that you were given, or ask without"
    " one and begin anew."
)


class TokenRefused(Exception):
    """A token that this client was not given. Carries plain words."""


@dataclass(frozen=True)
class Seen:
    """How far a consumer has come.

    `server` is the range of the database server's transaction numbers. `since` is the snapshot that it has seen all of, None
    where it begins. Within pages, `upto` is the snapshot that they are of and `after` the last key of the page before.
    """

    server: int
    since: str | None = None
    upto: str | None = None
    after: str | None = None


BEGINNING = Seen(server=-1)


def write(seen: Seen, client_id: uuid.UUID) -> str:
    """The token that says it, for one client alone."""
    said = [seen.server, seen.since, seen.upto, seen.after]
    return _signer(client_id).sign_object(said, compress=True)


def read(token: str, client_id: uuid.UUID) -> Seen:
    """What a token of this client says. Raises TokenRefused for any other."""
    if len(token) > LONGEST:
        raise TokenRefused(NOT_OURS)
    try:
        said = _signer(client_id).unsign_object(token)
        server, since, upto, after = said
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TokenRefused(NOT_OURS) from error
    if any(one is not None and not _SNAPSHOT.match(one) for one in (since, upto)):
        raise TokenRefused(NOT_OURS)
    return Seen(server, since, upto, after)


def _signer(client_id: uuid.UUID) -> signing.Signer:
    return signing.Signer(salt=f"sentinel.command_control.{client_id}")
