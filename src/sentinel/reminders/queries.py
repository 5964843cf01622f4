"""What pages about reminders read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from sentinel.foundation.actor import Actor
from sentinel.reminders.conditions import CONDITIONS
from sentinel.reminders.models import ReminderRule
from sentinel.reminders.reading import read_rule
from sentinel.reminders.rules import Rule
from sentinel.reminders.wording import about_case, page_of

MOST = 200


@dataclass(frozen=True)
class Mine:
    """One matter that somebody is reminded of: what is wanted, where, since when (UTC), and the so-manieth time.

    `many` answers, say, of the same person stand together.
    """

    label: str
    words: str
    reference: str
    title: str
    href: str
    since: datetime
    step: int
    deputising: bool
    urgent: bool
    many: int


def rules_by_id() -> dict[uuid.UUID, Rule]:
    """Every version of every rule that can be read. One query."""
    found = {}
    for row in ReminderRule.objects.only("content"):
        rule, _ = read_rule(row.content, CONDITIONS)
        if rule is not None:
            found[row.pk] = rule
    return found


def reminders_of(actor: Actor) -> list[Mine]:
    """What the actor is reminded of now: urgent first, then the longest. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rule_id, reference, title, subject_id, started_at, step, deputising, urgent FROM reminders_mine(%s)",
            [MOST],
        )
        rows = cursor.fetchall()
    rules = rules_by_id() if rows else {}
    found: dict[tuple[uuid.UUID, uuid.UUID], Mine] = {}
    for rule_id, reference, title, subject, since, step, deputising, urgent in rows:
        rule = rules.get(rule_id)
        if rule is None:
            continue
        before = found.get((rule_id, subject))
        of_case = about_case(rule.condition)
        found[rule_id, subject] = Mine(
            label=rule.label,
            words=rule.words,
            reference=(reference or "") if of_case else "",
            title=(title or "") if of_case else "",
            href=page_of(rule.condition, reference, subject),
            since=before.since if before else since,
            step=max(step, before.step if before else 0),
            deputising=bool(deputising),
            urgent=urgent,
            many=before.many + 1 if before else 1,
        )
    return list(found.values())
