"""Rules and moments for the tests of reminders."""

from __future__ import annotations

from typing import Any

from sentinel.kernel.working_time import Calendar
from sentinel.reminders.rules import Rule, Told

OFFICE = Calendar()


def a_rule(**changed: Any) -> Rule:
    """The rule of the founding document: 4, 7, 10 and 14 days, then weekly; the supervisor from the third."""
    values: dict[str, Any] = {
        "key": "unknown_answer", "label": "An answer is still unknown", "condition": "unknown_answer", "days": "calendar",
        "after": (4, 7, 10, 14), "then_every": 7, "to": (Told("lead"), Told("supervisor", 3)), "channel": "email",
        "urgent": False, "words": "Find it out.",
    }  # fmt: skip
    return Rule(**{**values, **changed})
