"""Of whom it takes two people to say that they are one person: whose identity is protected, who is at high risk.

A later room says whom it knows of with `flags`; this room may not import it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from sentinel.foundation.actor import Actor

Flag = Callable[[Actor, Collection[uuid.UUID]], str]
_flags: list[Flag] = []


def flags(flag: Flag) -> Flag:
    """Decorator: this function says in words why it takes two people, of these ids as the actor sees them; "" where it does not."""
    if flag not in _flags:
        _flags.append(flag)
    return flag


def why_two(actor: Actor, person_ids: Collection[uuid.UUID]) -> str:
    """Why two people have to agree, as far as the actor may see: the first reason; "" for none. What the actor may not see stays
    under its audience whatever is decided. A query a room at most."""
    return next((why for flag in _flags if (why := flag(actor, person_ids))), "")
