"""What somebody holds that others must know of before they move or go. A room that comes later registers its own.

@holding
def cases_led(actor: Actor, user: User) -> str: ...   # "4 open cases", or "" for none
"""

from __future__ import annotations

from collections.abc import Callable

from sentinel.accounts.models import User
from sentinel.foundation.actor import Actor

Holding = Callable[[Actor, User], str]
_holdings: list[Holding] = []


def holding(function: Holding) -> Holding:
    """Decorator: add a kind of work. The function says how much of it a user holds, in words and without a name of any
    record, or nothing; it is asked by their local administrator, who by that role reads no case.
    """
    if function not in _holdings:
        _holdings.append(function)
    return function


def held_by(actor: Actor, user: User) -> list[str]:
    """Everything that a user holds, in the order of the rooms that say so."""
    return [words for words in (ask(actor, user) for ask in _holdings) if words]
