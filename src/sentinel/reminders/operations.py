"""Rules of reminders: loaded from files, drafted, tried out, released from a date, switched off."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.jobs import defer
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, NotFound
from sentinel.questionnaires.content_files import read_rules
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import ReminderRule, Simulation
from sentinel.reminders.reading import as_data, read_rule
from sentinel.reminders.simulation import YEAR
from sentinel.reminders.tasks import simulate

CONTENT: Final = Path(__file__).with_name("content")
NOT_YOURS = "Only a governance officer changes what people are reminded of."
CHANGED = (
    "Somebody else changed this draft meanwhile. What stands now is shown; look again before you save yours."
)


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


@transaction.atomic
def draft_rule(
    *,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any],
    source: str,
    confirmed: bool,
    active: bool,
    version: int | None = None,
) -> ReminderRule:
    """Begin a draft of a rule, or change the one that there is. Nothing comes into force by it.

    `data` as reading.read_rule takes it. Raises Refused without the right to govern, Invalid with the fields' names,
    Conflict where the draft is no longer of that `version`.
    """
    actor.require("govern", NOT_YOURS)
    rule, wrong = read_rule(data, CONDITIONS)
    if not source.strip():
        wrong["source"] = ["Say where the rule comes from."]
    if rule is None or wrong:
        raise Invalid(wrong)
    row = _draft(rule.key)
    if row is None:
        row = ReminderRule(key=rule.key, made_at=now, made_by_id=actor.user_id, version=0)
    elif row.version != version:
        raise Conflict(CHANGED)
    row.content, row.source, row.confirmed, row.active = as_data(rule), source.strip(), confirmed, active
    row.version += 1
    row.save()
    note("reminder_drafted", subject="reminder_rule", subject_id=row.pk, detail={"rule": rule.key})
    return row


@transaction.atomic
def discard_draft(*, actor: Actor, now: datetime, key: str) -> None:
    """Throw the draft of a rule away. Raises Refused, NotFound."""
    actor.require("govern", NOT_YOURS)
    row = _needed(key)
    row.discarded_at = now
    row.save(update_fields=["discarded_at"])
    note("reminder_discarded", subject="reminder_rule", subject_id=row.pk, detail={"rule": key})


@transaction.atomic
def release_rule(
    *, actor: Actor, now: datetime, key: str, version: int, effective_from: date
) -> ReminderRule:
    """Let the draft of a rule hold from a day (London). Raises Refused, NotFound, Conflict (another version, or a version of
    that day), Invalid (effective_from) for a past day or where nobody has tried this version out."""
    actor.require("govern", NOT_YOURS)
    row = _needed(key)
    if row.version != version:
        raise Conflict(CHANGED)
    if effective_from < london_date(now):
        raise Invalid.of("effective_from", "A rule cannot begin in the past. Choose today or later.")
    if effective_from > london_date(now) + YEAR:
        raise Invalid.of(
            "effective_from", "Choose a day within a year: no later version could begin before it."
        )
    if ReminderRule.objects.filter(key=key, effective_from__gte=effective_from).exists():
        raise Invalid.of(
            "effective_from", "A version begins on that day or after it already. Choose a later day."
        )
    tried = Simulation.objects.filter(rule=row, rule_version=version, finished_at__isnull=False)
    if row.active and not tried.exists():
        raise Invalid.of(
            "effective_from", "Try it out first: see how many it would have sent in the past year."
        )
    row.effective_from, row.released_at, row.released_by_id = effective_from, now, actor.user_id
    row.save(update_fields=["effective_from", "released_at", "released_by_id"])
    note("reminder_released", subject="reminder_rule", subject_id=row.pk,
         detail={"rule": key, "from": effective_from.isoformat()})  # fmt: skip
    return row


@transaction.atomic
def try_out(*, actor: Actor, now: datetime, rule_id: uuid.UUID) -> Simulation:
    """Have the worker work out what a version of a rule would have sent in the past year. Raises Refused, NotFound.

    Where it is being worked out already, that one.
    """
    actor.require("govern", NOT_YOURS)
    row = ReminderRule.objects.select_for_update().filter(pk=rule_id, discarded_at__isnull=True).first()
    if row is None:
        raise NotFound
    going = Simulation.objects.filter(rule=row, rule_version=row.version, finished_at__isnull=True).first()
    if going is None:
        going = Simulation.objects.create(
            rule=row,
            rule_version=row.version,
            asked_at=now,
            asked_by_id=actor.user_id,
            since=now - YEAR,
            until=now,
        )
        note("reminder_tried_out", subject="reminder_rule", subject_id=row.pk, detail={"rule": row.key})
    defer(simulate, once=f"simulation {going.pk}", simulation=str(going.pk))
    return going


def _draft(key: str) -> ReminderRule | None:
    return (
        ReminderRule.objects.select_for_update()
        .filter(key=key, effective_from__isnull=True, discarded_at__isnull=True)
        .first()
    )


def _needed(key: str) -> ReminderRule:
    row = _draft(key)
    if row is None:
        raise NotFound
    return row
