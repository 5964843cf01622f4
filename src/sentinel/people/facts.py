"""What is told of a person, as plain values, and who else must hear of a new fact in the same transaction.

`matching/` comes after this room and may not be imported here: it registers itself with `on_facts` and writes its keys
beside the facts, so that no person is ever there who cannot be found again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sentinel.kernel.births import Birth
from sentinel.kernel.phones import Phone
from sentinel.people.models import PersonFact


@dataclass(frozen=True, kw_only=True)
class NameGiven:
    """A name as typed, whole; the parts are a guess (kernel.names.split_name) unless they were typed apart."""

    full: str
    given: str = ""
    family: str = ""
    title: str = ""
    kind: str = "current"


@dataclass(frozen=True, kw_only=True)
class AddressGiven:
    """Where somebody lives, lived, frequents or owns: a place by id, or words alone.

    A safe address has words only and must be told under an audience.
    """

    place_id: uuid.UUID | None = None
    text: str = ""
    kind: str = "lives"
    landlord_id: uuid.UUID | None = None
    safe: bool = False


@dataclass(frozen=True, kw_only=True)
class SafeContactGiven:
    """How a person said they may be contacted (design.md, safe contact). None in a flag: not asked.

    `methods` are all the safe ways; where it is empty, `method` is the only one.
    """

    method: str
    methods: tuple[str, ...] = ()
    through: str = ""
    times: str = ""
    message_may_be_left: bool | None = None
    text_may_be_sent: bool | None = None
    post_may_be_sent: bool | None = None
    others_may_answer: str = ""
    do_not_visit: bool = False
    language: str = ""
    interpreter: bool = False
    format: str = ""
    adjustments: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that one telling says of one person. What is not said stays empty."""

    name: NameGiven | None = None
    birth: Birth | None = None
    phones: Sequence[Phone] = field(default_factory=tuple)
    emails: Sequence[str] = field(default_factory=tuple)
    addresses: Sequence[AddressGiven] = field(default_factory=tuple)
    identifiers: Sequence[tuple[str, str]] = field(default_factory=tuple)
    safe_contact: SafeContactGiven | None = None


class Listener(Protocol):
    """Hears of new facts of one person; `stranger` says that nothing was known of them before."""

    def __call__(self, facts: Sequence[PersonFact], *, stranger: bool) -> None: ...


_listeners: list[Listener] = []


def on_facts(listener: Listener) -> Listener:
    """Decorator: call this with every batch of new facts, in their own transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(facts: Sequence[PersonFact], *, stranger: bool) -> None:
    """Let every listener know of new facts of one person. Raises what a listener raises: then none of it stands."""
    if facts:
        for listener in _listeners:
            listener(facts, stranger=stranger)
