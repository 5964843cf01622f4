"""Two persons who may be one, which runs found so, and what a data steward decided of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.kernel.ids import new_id
from sentinel.people.models import Merge, Person
from sentinel.people.rules import reason_words


class Suggestion(models.Model):
    """That two ids may be one person: who or what says so, why, and what was decided. One row for a pair for ever.

    `fields` are pairs of a field and how it agrees, codes alone: a page shows the values that its reader may see. `bits` are the weight
    of the match. What has been decided is never opened by a run (operations.fill); only a person opens it again.
    """

    special_protection: ClassVar[str] = "SELECT, INSERT, UPDATE"
    SOURCES: ClassVar = [
        ("batch", "A comparison of all records"),
        ("said", "Somebody who said that they are one"),
        ("hand", "A data steward, by hand"),
    ]
    BANDS: ClassVar = [("very_likely", "Very likely"), ("may_be", "May be")]
    STATES: ClassVar = [
        ("open", "To be decided"),
        ("later", "Left for later"),
        ("second", "Said to be one person: somebody else has to agree"),
        ("same", "One person"),
        ("doubted", "One person, and doubted since"),
        ("not_same", "Two people"),
        ("withdrawn", "Withdrawn with its run"),
    ]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=True)
    source = models.CharField(max_length=5, choices=SOURCES)
    band = models.CharField(max_length=11, choices=BANDS)
    bits = models.FloatField(default=0)
    fields = models.JSONField(default=list)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=STATES, default="open")
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)
    why = models.CharField(max_length=300, blank=True)
    merge = models.ForeignKey(Merge, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-bits", "id"], name="suggestion_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="suggested_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="suggestion_in_order"
            ),
        ]

    @property
    def reason(self) -> str:
        """Why it was decided so, to be shown."""
        return reason_words(self.why)


class Proposal(models.Model):
    """That a run over all records put a pair before the stewards, with its weight and band as that run weighed them. It outlives what is
    decided of the pair; `stands` until the run is thrown away.

    Seen by who sees the pair.
    """

    special_protection: ClassVar[str] = "SELECT, INSERT, UPDATE"

    pk = models.CompositePrimaryKey("run_id", "pair_id")
    run_id = models.UUIDField()
    pair = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="proposals")
    bits = models.FloatField()
    band = models.CharField(max_length=11, choices=Suggestion.BANDS)
    stands = models.BooleanField(default=True)
