"""Keys by which a person or place is found again, and what people have said of two persons."""

from __future__ import annotations

from django.db import models

from sentinel.foundation.models import CaseRow
from sentinel.people.models import Person


class PersonKey(CaseRow):
    """A blocking key of a fact about a person, written in the fact's own transaction and guarded as it is."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    fact_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["key", "person"], name="person_key")]


class SameOrNot(CaseRow):
    """What somebody said of two persons: the same, or not the same. It outlives every re-run."""

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    same = models.BooleanField()
    how = models.CharField(max_length=200)
    said_by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
