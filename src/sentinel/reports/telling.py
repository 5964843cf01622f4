"""One telling as plain values: what the page has read and checked, and the operations write down."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sentinel.kernel.births import Birth
from sentinel.kernel.phones import Phone
from sentinel.people.facts import SafeContactGiven


@dataclass(frozen=True, kw_only=True)
class CallerGiven:
    """Who is calling. `wish` is may_be_used, not_disclosed (known to us, told to nobody outside) or anonymous.

    `person_id` is somebody already known whom an answer has confirmed, with `confirmed_how`; `not_persons` are those who
    turned out to be someone else.
    """

    wish: str = "may_be_used"
    name: str = ""
    phone: Phone | None = None
    email: str = ""
    birth: Birth | None = None
    lives_at: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    confirmed_how: str = ""
    not_persons: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OtherGiven:
    """Somebody complained of, or harmed, besides the caller: a name where there is one, else a description."""

    name: str = ""
    birth: Birth | None = None
    description: str = ""
    under_ten: str = ""


@dataclass(frozen=True, kw_only=True)
class HateGiven:
    """That somebody perceives it as hate: strands, perceived by whom, and why data on the other party is kept."""

    strands: tuple[str, ...]
    perceived_by: str
    crime: str = "unknown"
    data_kept_because: str = ""
    rule: str = ""


@dataclass(frozen=True, kw_only=True)
class WhenGiven:
    """When it happened (UTC), as exactly as it is known; a series where it is one telling of many times."""

    start: datetime | None = None
    end: datetime | None = None
    precision: str = "unknown"
    series: bool = False


@dataclass(frozen=True, kw_only=True)
class DangerGiven:
    """Whether anyone is in danger now: yes, no, absent (the caller is not there) or not_asked (of a call that was cut
    off or handed on: never read as no); who rang 999, when, which log."""

    now: str
    who_rang: str = ""
    rang_at: datetime | None = None
    log: str = ""


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Everything that one telling says. `submission` was made with the form: sent twice, it is one report."""

    submission: uuid.UUID
    channel: str
    told_at: datetime
    danger: DangerGiven
    caller: CallerGiven
    happened_to: str = "unknown"
    victim: OtherGiven | None = None
    place_id: uuid.UUID | None = None
    place_words: str = ""
    words: str = ""
    when: WhenGiven = field(default_factory=WhenGiven)
    category: str = "personal"
    national_type: str = ""
    local_type: str = ""
    other: OtherGiven | None = None
    at_risk: str = "not_asked"
    at_risk_words: str = ""
    safe: SafeContactGiven | None = None
    may_approach: str = "not_asked"
    crime: str = "unknown"
    crime_number: str = ""
    crime_decision: str = ""
    hate: HateGiven | None = None
    victor: Mapping[str, str] = field(default_factory=dict)
    victor_sources: Mapping[str, str] = field(default_factory=dict)
    references: tuple[tuple[str, str], ...] = ()
    script_id: uuid.UUID | None = None
    script_answers: Mapping[str, Any] = field(default_factory=dict)
    looked_for_known: bool = False
    dropped_call: bool = False
    team_id: uuid.UUID | None = None

    @property
    def happened_to_caller(self) -> str:
        """yes, no or unknown."""
        return {"caller": "yes", "caller_and_others": "yes", "somebody_else": "no", "nobody": "no"}.get(
            self.happened_to, "unknown"
        )
