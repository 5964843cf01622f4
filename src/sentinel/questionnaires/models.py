"""Question sets as kept in the database: one row a version, never changed once released."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.kernel.ids import new_id


class QuestionSetVersion(models.Model):
    """One released version of a question set; answers name the version they were given under.

    Some come with Sentinel; others the partnership wrote and approved itself (`approved_by_id`), through the one function
    of the database that may write here (governance).
    """

    open_to_app: ClassVar[str] = "SELECT"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    subject = models.CharField(max_length=40)
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)
    released_from = models.DateField()
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["key", "-number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="question_set_version_once")]


class LocalRule(models.Model):
    """A local rule or a list of the field (categories, closing codes, contact standards), dated, with its source."""

    open_to_app: ClassVar[str] = "SELECT"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.SlugField(max_length=60)
    agency_id = models.UUIDField(null=True)
    content = models.JSONField()
    source = models.CharField(max_length=200)
    confirmed = models.BooleanField(default=False)
    effective_from = models.DateField()
    content_hash = models.CharField(max_length=64)
    approved_by_id = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "agency_id", "effective_from"], name="local_rule_once", nulls_distinct=False
            )
        ]
