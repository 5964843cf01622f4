"""Keys by which a person is found again, and what people have said of two persons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.cases.models import Incident
from sentinel.foundation.models import CaseRow
from sentinel.people.models import Person


class KeyRing(CaseRow):
    """What guards some keys of a person: the record (and audience) of the fact that they come from, and where they come from two
    facts together, those of the other fact as well (`with_record_id`, `with_audience_id`). Who reaches all of them is answered.

    Worked out from the facts, whose history is kept, and written in their own transaction: it has no history of its own.
    """

    keeps_history: ClassVar[bool] = False

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    with_record_id = models.UUIDField(null=True)
    with_audience_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="ring_person")]


class Key(models.Model):
    """One key on a ring: 64 bits of a hash of what a fact says (rules/keys.py). Nobody reads these but the search's own functions.

    There are about eighteen for each person, so a row holds nothing else.
    """

    special_protection: ClassVar[str] = "INSERT"

    pk = models.CompositePrimaryKey("key", "ring_id")
    key = models.BigIntegerField()
    ring_id = models.UUIDField()


class Built(models.Model):
    """In which version of the recipes (rules.keys.VERSION) everybody's keys have been made, and when."""

    open_to_app: ClassVar[str] = "SELECT"

    version = models.PositiveSmallIntegerField(primary_key=True)
    built_at = models.DateTimeField()


class Commonness(models.Model):
    """Which share of all people known have a word among their given or family names: a name shared by thousands says less. Counted
    each night (counting.py); one that fewer than `counting.FEWEST` have is not listed. The row of no part and no value says
    what share that is.
    """

    open_to_app: ClassVar[str] = "SELECT"

    pk = models.CompositePrimaryKey("value", "part")
    value = models.CharField(max_length=80)
    part = models.CharField(max_length=8)
    share = models.FloatField()


class SameOccurrence(CaseRow):
    """What somebody said of two incidents: that they are one occurrence told twice, or are not. It outlives every proposal; what was
    said last counts. `record_id` is that of the incident in hand (`incident`). Which incidents are counted as one follows from the
    pairs said to be the same that have not ended; `ended_at` (UTC) is when somebody said otherwise."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    other_id = models.UUIDField()
    same = models.BooleanField()
    how = models.CharField(max_length=200)
    said_by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["incident"], name="same_occurrence_incident"),
            models.Index(fields=["other_id"], name="same_occurrence_other"),
        ]


class SameOrNot(CaseRow):
    """What somebody said of two persons: the same, or not the same. It outlives every re-run."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    same = models.BooleanField()
    how = models.CharField(max_length=200)
    said_by_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["first"], name="same_or_not_first"),
            models.Index(fields=["second"], name="same_or_not_second"),
        ]
