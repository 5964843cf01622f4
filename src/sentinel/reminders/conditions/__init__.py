"""What a rule can ask for: conditions by name, each registered by who knows the data.

A condition is a statement that finds the matters which are open now. It must begin at what is open (cases that are not
closed, messages that failed), so that its cost grows with these and not with what is long done. It yields, one row for
each matter: record_id, audience_id (null where the record's own), subject_id, detail, started_at, agency_id, team_id,
lead_id (null where there is none). Parameters are named: `now`, and those whose values `parameters` gives when the sweep
asks.

    register(Condition("marker_due", "A marker is due for review", "its review date", "it is reviewed", SQL, page, past))

A later room registers its own in the same way; a rule then names it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Spans = tuple[tuple[datetime, datetime | None], ...]


@dataclass(frozen=True)
class Past:
    """A matter of the past, for simulations: whose it was, from when its days are counted, and the spans in which the sweep would
    have found it, the earliest first (UTC; to None: it is there still)."""

    agency_id: uuid.UUID
    team_id: uuid.UUID | None
    started_at: datetime
    spans: Spans

    @property
    def ended_at(self) -> datetime | None:
        """When it was over; None while it is there."""
        return self.spans[-1][1]


def nothing(now: datetime) -> Mapping[str, Any]:
    """No parameters."""
    return {}


@dataclass(frozen=True)
class Condition:
    """A condition: its key, what it says, from what the days are counted, what ends it, and how it is found.

    `page` gives the name of the page on which a matter (subject_id, detail) is put right and what its address needs beside
    the reference of the case; `of_case` says that the record is a case.
    `parameters` are those of a moment (UTC). `past` yields the matters of a span (UTC), for simulations: at each moment of it those that
    the statement would have found then. Teams and local rules are those of its end. `with_` is what the statement's WITH begins with, if anything.
    """

    key: str
    label: str
    counted_from: str
    until: str
    sql: str
    page: Callable[[uuid.UUID, str], tuple[str, dict[str, object]]]
    past: Callable[[datetime, datetime], Iterator[Past]]
    of_case: bool = True
    parameters: Callable[[datetime], Mapping[str, Any]] = nothing
    with_: str = ""


CONDITIONS: dict[str, Condition] = {}


def register(condition: Condition) -> Condition:
    """Let rules name a condition. Raises ValueError where another has its key."""
    if CONDITIONS.setdefault(condition.key, condition) is not condition:
        raise ValueError(f"There is a condition {condition.key} already.")
    return condition
