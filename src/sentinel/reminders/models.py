"""Rules of reminders with their dates, what was decided by them, and what a rule would have sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.foundation.models import CaseRow
from sentinel.kernel.ids import new_id


class ReminderRule(models.Model):
    """One version of a rule. A released one is never changed: another wording is another version from another day.

    `content` is what reading.as_data gives. `effective_from` is the first day in London on which it holds; empty
    while it is a draft. `active` False: from that day the rule sends nothing.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40)
    content = models.JSONField()
    source = models.CharField(max_length=300)
    confirmed = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    effective_from = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by_id = models.UUIDField(null=True)
    discarded_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_from"], condition=models.Q(effective_from__isnull=False),
                name="reminder_rule_once",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(effective_from__isnull=True, discarded_at__isnull=True),
                name="reminder_rule_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_from__isnull=True) | models.Q(released_at__isnull=False),
                name="reminder_rule_released_is_dated",
            ),
        ]  # fmt: skip


class Decision(CaseRow):
    """That somebody is to be reminded of a matter for the so-manieth time: decided exactly once.

    A matter is `subject_id` (a party, a message), `detail` (the key of a question; empty where there is none) and the
    moment it started. `recipient_id` is a user, or an agency for its desk. `live` while the matter stands,
    the recipient is still the one to be told and no later step was decided for them; what is not live is not handed over.
    Written by the sweep alone. The row is itself the record of what was decided, so that no history is kept beside it.
    """

    keeps_history: ClassVar[bool] = False
    WHY: ClassVar = [
        ("", "Stands"),
        ("over", "Done, closed or passed to somebody else"),
        ("followed", "A later one took its place"),
        ("rule", "The rule has ended"),
    ]
    # Without an index of its own: it would be taken for those that begin with it, and a rule has very many decisions.
    rule = models.ForeignKey(ReminderRule, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_id = models.UUIDField()
    detail = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField()
    recipient_id = models.UUIDField()
    who = models.CharField(max_length=16)
    channel = models.CharField(max_length=8)
    urgent = models.BooleanField(default=False)
    live = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=8, choices=WHY, blank=True)
    message_id = models.UUIDField(null=True)
    gathered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_id", "detail", "started_at", "step", "recipient_id"],
                name="reminder_decided_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["rule", "subject_id", "detail", "recipient_id"], condition=models.Q(live=True), name="reminder_live"
            ),
            models.Index(
                fields=["recipient_id"], condition=models.Q(live=True, message_id__isnull=True), name="reminder_to_go"
            ),
            models.Index(fields=["recipient_id"], condition=models.Q(live=True), name="reminder_of"),
            models.Index(fields=["message_id"], condition=models.Q(message_id__isnull=False), name="reminder_message"),
        ]  # fmt: skip


class Simulation(models.Model):
    """What a version of a rule would have sent in a year, in numbers: by role, team and agency, never by person."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rule = models.ForeignKey(ReminderRule, on_delete=models.PROTECT, related_name="+")
    rule_version = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    matters = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
