"""What is open now, kept as it changes; and the figures of past weeks, written once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sentinel.kernel.ids import new_id


class MatterKind(models.IntegerChoices):
    """What a matter is."""

    UNASSESSED = 1, "A victim, or a case that has none, without an assessment"
    UNKNOWN = 2, "An answer of the assessment that holds is not known"
    HELD = 3, "An assessment that holds until the days of its band are over"
    HIGH_RISK = 4, "High risk of which somebody was told and which nobody in that part has acknowledged"


class Matter(models.Model):
    """One open matter of one open case, derived from the rows of the case and never entered.

    Kept by triggers in the transaction that changes those rows (search_functions.sql), so that a figure is never behind
    what it counts; whoever is connected as anything but the role of these functions can only read. `record_id` is the case and `audience_id` that of the person
    or assessment it is about. `subject_id` is a party, the case, or a high risk; `detail` the key of a
    question or the part in which somebody was told. `since` (UTC) is when it began: when named as victim,
    when first answered as unknown, when assessed, until when it was to be acknowledged. `until` is the end of the
    newest deferral; `band` that of an assessment that holds. Agency, team and lead are those of the case.
    """

    special_protection: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    record_id = models.UUIDField()
    audience_id = models.UUIDField(null=True)
    kind = models.PositiveSmallIntegerField(choices=MatterKind.choices)
    subject = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    detail = models.CharField(max_length=80, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    band = models.PositiveSmallIntegerField(null=True)
    agency_id = models.UUIDField()
    team_id = models.UUIDField(null=True)
    lead_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency_id", "kind", "since"],
                include=["record_id", "until", "band", "team_id", "lead_id", "audience_id"],
                name="matter_agency",
            ),
            models.Index(fields=["lead_id"], condition=models.Q(lead_id__isnull=False), name="matter_lead"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "kind", "subject_id", "subject", "detail"], name="matter_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__range=(1, 4)), name="matter_kind"),
        ]


class Asked(models.Model):
    """Which answers to a question of a released set mean "not known": the database cannot read a set itself."""

    open_to_app: ClassVar[str] = "SELECT, INSERT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    question_set_id = models.UUIDField()
    key = models.CharField(max_length=80)
    unknown = ArrayField(models.TextField())
    required = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question_set_id", "key"], name="asked_once")]


class Check(models.Model):
    """That everything kept was compared with the cases themselves: when (UTC), how many cases, and how much differed."""

    open_to_app: ClassVar[str] = "SELECT, INSERT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checked_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    differed = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["-checked_at"], name="check_newest")]


class WeekFigures(models.Model):
    """The figures at the end of a week, for the cases of one agency and team: written once, never changed.

    `week` is its Monday in London; the figures are those of the following Monday at midnight. Under `agency_id` None
    stands the whole partnership, under `team_id` None cases of no team. `taken_at` (UTC) is when they were worked out, from the
    dates in the records; `taken_late` says that this was more than a day after the week ended.
    """

    special_protection: ClassVar[str] = "SELECT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    week = models.DateField()
    agency_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    open_cases = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    put_off = models.PositiveIntegerField()
    unknown = ArrayField(models.PositiveIntegerField())
    reviews = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_late = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "agency_id", "team_id"], name="week_figures_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["agency_id", "-week"], name="week_figures_agency")]


class SharedFigures(models.Model):
    """The figures of other agencies' cases that a holder reaches, where these are many: counted by the worker every few minutes.

    A holder who reaches few has no row: theirs are counted as they ask. One row for each agency and team of the cases,
    and one without an agency that says that there are rows, also where there is nothing to put right. `counted_at` is UTC.
    """

    special_protection: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    holder_id = models.UUIDField()
    agency_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    cases = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    put_off = models.PositiveIntegerField()
    unknown = ArrayField(models.PositiveIntegerField())
    reviews = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "agency_id", "team_id"], name="shared_figures_once", nulls_distinct=False
            )
        ]
