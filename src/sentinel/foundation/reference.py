"""Reference data that every page asks for and that changes a few times a year is kept in memory, by edition.

The database gives question sets, local rules, agencies with their teams, and agreements another edition with every change of
one (questionnaires/functions.sql). A request, as a job, reads the edition in the statement that says who acts, so that what was
kept under an older one is never looked at: no time goes by in which a page follows a rule that holds no more. Outside these
nothing is kept (docs/decisions/0021).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

Given = ParamSpec("Given")
Value = TypeVar("Value")

# What is asked holds days and agencies that a request may name: more than this many are a fault or an attack.
MOST = 2000
_NOT_ASKED = object()
_EDITION: ContextVar[uuid.UUID | None] = ContextVar("edition", default=None)


@contextmanager
def of_edition(edition: uuid.UUID | None) -> Iterator[None]:
    """Within this, what is `kept_in_memory` may come from there; None where nothing may."""
    token = _EDITION.set(edition)
    try:
        yield
    finally:
        _EDITION.reset(token)


def changed_here() -> None:
    """Ask the database from now on: this very request has changed reference data, and may yet be undone."""
    _EDITION.set(None)


class Kept(Generic[Given, Value]):
    """A question to reference data: its rows, or what was made of them. It is shared by every page of the process: nobody may change it."""

    def __init__(self, ask: Callable[Given, Value]) -> None:
        self._ask = ask
        self._memory: dict[Any, Any] = {}
        wraps(ask)(self)

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Value:
        """The answer: from memory, or by asking. What was raised instead of an answer is not kept."""
        edition = _EDITION.get()
        if edition is None:
            return self._ask(*args, **kwargs)
        asked = (edition, *(tuple(one) if isinstance(one, list) else one for one in args))
        kept = _NOT_ASKED if kwargs else self._memory.get(asked, _NOT_ASKED)
        if kept is not _NOT_ASKED:
            return cast("Value", kept)
        found = self._ask(*args, **kwargs)
        if len(self._memory) >= MOST:
            self._memory.clear()
        if not kwargs:
            self._memory[asked] = found
        return found


def kept_in_memory(ask: Callable[Given, Value]) -> Kept[Given, Value]:
    """Keep what is read from reference data, or made of it, for as long as its edition stands. Asked by position: ids, days, words and
    lists of them."""
    return Kept(ask)
