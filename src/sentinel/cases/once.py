"""What several rooms ask of one case for one page is fetched once.

A page that only reads says `remember(case)`; from then on `once` keeps what was fetched, on that very object. An
operation works with an object of its own or asks anew: what is checked before a change is never remembered. But what follows
from one operation that holds its case (operations/holding.py) reads its people once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from sentinel.cases.models import Case

Kept = TypeVar("Kept")
_NAME = "_remembered"


def remember(case: Case, **known: object) -> None:
    """Let `once` keep what is fetched of this case object, for the assembly of one page; `known` is there already."""
    case.__dict__[_NAME] = dict(known)


def forget(case: Case) -> None:
    """Ask anew from now on."""
    case.__dict__.pop(_NAME, None)


def once(case: Case, key: str, load: Callable[[], Kept]) -> Kept:
    """What `load` gives; kept under `key` where the page said that the case is to be remembered."""
    kept: dict[str, object] | None = case.__dict__.get(_NAME)
    if kept is None:
        return load()
    if key not in kept:
        kept[key] = load()
    return cast("Kept", kept[key])
