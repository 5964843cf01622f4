"""How the timeline tells each kind of event. A room registers its sentences here; names are looked up for a whole page.

    @sentence("note_added", group="notes", loads=Note)
    def note_added(event: Event, note: Note | None) -> Told:
        return told(strong("Note"), ": ", note.text if note else "")

The event holds ids; the sentence is made when it is read. `loads` is a model whose rows are fetched, once for all the
page's events of that kind, by `event.subject_id`; the function gets the row, or None where the reader may not see it.
An entry that only keeps the books (who was added, in which role) is registered with `quiet=True`: pages fold a run of
them into one line, so that a reader sees what happened to people. One with a mark is never quiet.

Names are left as parts (`party(id)`, `user(id)`, `agency(id)`, `place(id)`) that the page resolves, one query a sort.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model

from sentinel.foundation.models import Event

GROUPS = {
    "reports": "Reports and incidents",
    "notes": "Notes",
    "actions": "Actions",
    "people": "People",
    "risk": "Risk",
    "contacts": "Contacts with victims",
    "sharing": "Sharing and handing over",
    "files": "Files",
    "decisions": "Decisions",
}


@dataclass(frozen=True)
class Part:
    """A piece of a sentence. `sort` is text, strong, way, party, user, agency, place or moment; `value` what it needs."""

    sort: str
    value: Any = ""
    url_name: str = ""
    url_args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A sentence: its parts, its mark on the line ("", "harm" or "decided") and longer words below it."""

    parts: tuple[Part, ...]
    mark: str = ""
    more: str = ""


def strong(words: str) -> Part:
    """The words that begin a sentence, loud."""
    return Part("strong", words)


def party(party_id: uuid.UUID | str | None) -> Part:
    """The name of a party, or the label of a protected one."""
    return Part("party", _id(party_id))


def user(user_id: uuid.UUID | str | None) -> Part:
    """The name of somebody who signs in."""
    return Part("user", _id(user_id))


def agency(agency_id: uuid.UUID | str | None) -> Part:
    """The short name of an agency."""
    return Part("agency", _id(agency_id))


def place(place_id: uuid.UUID | str | None) -> Part:
    """The line of a place."""
    return Part("place", _id(place_id))


def moment(when: datetime | date | str | None) -> Part:
    """A day or a day and time, as pages show it. A string is ISO 8601, as payloads hold it."""
    if isinstance(when, str):
        when = datetime.fromisoformat(when) if "T" in when else date.fromisoformat(when)
    return Part("moment", when)


def link(words: str, url_name: str, **url_args: object) -> Part:
    """Words that lead to a page of this case; `reference` is added to `url_args` when it is shown."""
    return Part("text", words, url_name, {name: str(value) for name, value in url_args.items()})


def way(words: str, url_name: str, **url_args: object) -> Part:
    """The same where the words only say what one may do there, and tell nothing: paper does not have them."""
    return replace(link(words, url_name, **url_args), sort="way")


def told(*parts: Part | str, mark: str = "", more: str = "") -> Told:
    """A sentence of parts; plain strings are text."""
    return Told(tuple(Part("text", one) if isinstance(one, str) else one for one in parts), mark, more)


def _id(value: uuid.UUID | str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if isinstance(value, str) and value else value or None


Teller = Callable[[Event, Any], Told]
Registered = TypeVar("Registered", bound=Teller)


@dataclass(frozen=True)
class Sentence:
    """What is registered for a kind of event."""

    kind: str
    group: str
    loads: type[Model] | None
    tell: Teller
    quiet: bool = False


_sentences: dict[str, Sentence] = {}


def sentence(
    kind: str, *, group: str, loads: type[Model] | None = None, quiet: bool = False
) -> Callable[[Registered], Registered]:
    """Decorator: how events of `kind` are told, in which group of the filter, with which row beside them.

    `quiet` marks what only keeps the books.

    Raises ValueError for a group that the filter does not have.
    """
    if group not in GROUPS:
        raise ValueError(f"{group} is not a group of the timeline")

    def register(function: Registered) -> Registered:
        _sentences[kind] = Sentence(kind, group, loads, function, quiet)
        return function

    return register


def sentence_for(kind: str) -> Sentence | None:
    """What is registered for a kind; None where no room tells it (a test asks that there is none such)."""
    return _sentences.get(kind)


def kinds_of(group: str) -> list[str]:
    """The kinds of event in a group of the filter."""
    return sorted(one.kind for one in _sentences.values() if one.group == group)


def kinds() -> list[str]:
    """Every kind that a room tells."""
    return sorted(_sentences)
