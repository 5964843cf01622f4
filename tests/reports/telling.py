"""Short ways to a telling, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sentinel.kernel.ids import new_id
from sentinel.kernel.phones import parse_phone
from sentinel.people.facts import SafeContactGiven
from sentinel.reports.rules import HAD, LETTERS, NOT_ASKED
from sentinel.reports.telling import CallerGiven, DangerGiven, Telling
from tests.support import NOW

MARGARET = CallerGiven(name="Margaret Ellis", phone=parse_phone("01632 960142"))
BY_EMAIL = SafeContactGiven(method="email", methods=("email",))


def letters(**given: str) -> dict[str, str]:
    """VICTOR-E's answers, not asked unless given."""
    return {**dict.fromkeys((HAD, *LETTERS), NOT_ASKED), **given}


def telling(**given: Any) -> Telling:
    """A whole telling by Margaret Ellis of noise that frightens her, an hour ago."""
    whole = Telling(
        submission=new_id(),
        channel="telephone",
        told_at=NOW - timedelta(minutes=6),
        danger=DangerGiven(now="no"),
        caller=MARGARET,
        happened_to="caller",
        place_words="14 Sparrow Lane",
        words="He is banging on our door again.",
        category="personal",
        national_type="noise",
        victor=letters(),
    )
    return replace(whole, **given)
