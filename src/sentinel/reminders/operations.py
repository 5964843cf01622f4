"""Rules of reminders: loaded from files, drafted, tried out, released from a date, switched off."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from sentinel.kernel.clock import london_date
from sentinel.questionnaires.content_files import read_rules
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import ReminderRule
from sentinel.reminders.reading import as_data, read_rule

CONTENT: Final = Path(__file__).with_name("content")


def load_rules(*, now: datetime) -> int:
    """Put the rules of the files into the database, once each; runs as the owner. Returns how many versions stand there.

    Raises ValueError where a file says nothing sound, or changed without a new date: a released version never changes.
    """
    for found in read_rules(CONTENT):
        rule, wrong = read_rule({**found.content, "key": found.name}, CONDITIONS)
        if rule is None:
            raise ValueError(f"{found.name}.yaml: {wrong}")
        row, _ = ReminderRule.objects.get_or_create(
            key=found.name,
            effective_from=found.effective_from,
            defaults={
                "content": as_data(rule),
                "source": found.source,
                "confirmed": found.confirmed,
                "made_at": now,
                "released_at": now,
                "content_hash": found.content_hash,
            },
        )
        if row.content_hash != found.content_hash:
            raise ValueError(
                f"The reminder {found.name} holds since {found.effective_from}: give it a new date."
            )
    return ReminderRule.objects.filter(effective_from__lte=london_date(now)).count()
