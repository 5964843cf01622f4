"""Which version of each rule holds on a day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import ReminderRule
from sentinel.reminders.reading import read_rule
from sentinel.reminders.rules import Rule


@dataclass(frozen=True)
class InForce:
    """A version of a rule that holds."""

    id: uuid.UUID
    rule: Rule


def rules_in_force(on: date) -> list[InForce]:
    """The newest version of each rule that was released for that day or before, without those that are switched off.

    One whose condition no room knows any more is left out.
    """
    newest = (
        ReminderRule.objects.filter(effective_from__lte=on).order_by("key", "-effective_from").distinct("key")
    )
    found = []
    for row in newest:
        if row.active:
            rule, _ = read_rule(row.content, CONDITIONS)
            if rule is not None:
                found.append(InForce(row.id, rule))
    return found
