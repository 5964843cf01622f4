"""What happens next in a case: each room registers what it knows to be due.

@provider
def contacts_due(actor: Actor, case: Case, now: datetime) -> list[Due]: ...
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.cases.gates import open_actions_of
from sentinel.cases.models import Case
from sentinel.cases.once import once
from sentinel.foundation.actor import Actor


@dataclass(frozen=True)
class Due:
    """One thing to do: the words before the link, the link, the words after it, by when (UTC; None is now).

    `party_id` names whom it is about: the page writes the party's name where `words` holds "{party}". `harm` puts it
    first among what is due at the same time. `url_args` gets the case's `reference` added.
    """

    words: str
    due: datetime | None
    url_name: str = ""
    rest: str = ""
    url_args: Mapping[str, str] = field(default_factory=dict)
    party_id: uuid.UUID | None = None
    harm: bool = False


Provider = Callable[[Actor, Case, datetime], list[Due]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Decorator: add what a room knows to be due in a case."""
    if function not in _providers:
        _providers.append(function)
    return function


def what_is_next(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """Everything due in a case, worst first: what is late or due now and about harm, then what is late (longest), then
    what is to be done now, then by date."""
    if case.status == "closed":
        return []
    found = [one for ask in _providers for one in ask(actor, case, now)]
    return sorted(found, key=lambda one: (_place(one, now), one.due or now))


def _place(one: Due, now: datetime) -> int:
    if one.due is not None and one.due >= now:
        return 3
    if one.harm:
        return 0
    return 2 if one.due is None else 1


@provider
def actions_due(actor: Actor, case: Case, now: datetime) -> list[Due]:
    """The open actions of the plan."""
    rows = once(case, "actions", lambda: open_actions_of(case))
    return [
        Due(
            words=row.what,
            rest=f"for {row.user.name if row.user else row.agency.short_name}",
            due=row.due,
            url_name="case_action",
            url_args={"action": str(row.id)},
        )
        for row in rows
    ]
