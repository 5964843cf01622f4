"""Shapes every room builds on: the row of case data, the event, the clock, the outbox, the heart beat."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.kernel.ids import new_id


class Regime(models.TextChoices):
    """Under which law a row is processed (domain.md 6.3): tagged per row, never globally."""

    PART3 = "part3", "Law enforcement (DPA 2018 Part 3)"
    GDPR = "gdpr", "UK GDPR"


class Standing(models.TextChoices):
    """Fact or opinion (DPA 2018 s.38)."""

    FACT = "fact", "Fact"
    OPINION = "opinion", "Opinion"


class CaseRow(models.Model):
    """A row of case data. `record_id` is the case or report whose reach guards it; `audience_id`, where set, is a
    second record that the reader must reach as well, so that an audience is never wider than the case's.

    Row policies and history triggers are made for every subclass by the `migrate` command (foundation.policies).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField(db_index=True)
    audience_id = models.UUIDField(null=True, blank=True)
    origin_agency_id = models.UUIDField()
    regime = models.CharField(max_length=8, choices=Regime.choices, default=Regime.GDPR)
    purpose = models.CharField(max_length=40, default="asb_case_management")
    source = models.CharField(max_length=80, default="entered")
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.FACT)
    retention_class = models.CharField(max_length=24, default="asb_standard")
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


# Where a row comes from and how long it is kept: on every row, and on few pages. A list defers them.
PROVENANCE = (
    "origin_agency_id", "regime", "purpose", "source", "standing", "retention_class", "created_at", "created_by_id",
)  # fmt: skip


class Event(models.Model):
    """One thing that happened to a record: ids and codes only; the sentence is made when it is read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField()
    audience_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    payload_version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)
    subject_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    agency_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)

    # What whoever raised it had at hand (foundation.events); nothing of one that was read.
    holding: tuple[models.Model, ...] = ()

    class Meta:
        indexes = [models.Index(fields=["record_id", "-happened_at", "-id"], name="event_timeline")]


class Clock(models.Model):
    """The offset that moves time in a test or a demonstration; production refuses any but zero."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="clock_is_one")]


class Edition(models.Model):
    """Which edition of the reference data stands: another one after every change of a question set, a local rule,
    an agency, a team or an agreement."""

    open_to_app: ClassVar[str] = "SELECT"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    edition = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="edition_is_one")]


class HeartBeat(models.Model):
    """When a worker was last seen alive."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    worker = models.CharField(primary_key=True, max_length=80)
    beat_at = models.DateTimeField()


class FailedJob(models.Model):
    """A job that failed for good, kept until an administrator has dealt with it."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job_id = models.BigIntegerField(unique=True)
    task = models.CharField(max_length=120)
    attempts = models.PositiveIntegerField()
    error_kind = models.CharField(max_length=120)
    failed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    settled_how = models.CharField(
        max_length=8, blank=True, choices=[("again", "Queued again"), ("settled", "Settled")]
    )


class Message(CaseRow):
    """A message to somebody outside: decided exactly once, handed over with a stable reference."""

    STATES: ClassVar = [
        ("waiting", "Waiting to be sent"),
        ("handed_over", "Handed over"),
        ("held", "Held: no safe way was given"),
        ("failed", "Failed"),
        ("post", "To be posted"),
        ("withdrawn", "No longer wanted"),
    ]
    decided_key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=12)
    recipient_person_id = models.UUIDField(null=True)
    recipient = models.TextField(blank=True)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    state = models.CharField(max_length=12, choices=STATES, default="waiting")
    why_held = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True)
    error_kind = models.CharField(max_length=120, blank=True)
    service_id = models.CharField(
        max_length=60, blank=True, help_text="What the service that took it calls it"
    )

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="message_state"),
            models.Index(fields=["service_id"], name="message_service", condition=~models.Q(service_id="")),
        ]
