"""What can be found: one entry for each row that holds words, names or numbers, kept by triggers as those rows change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class What(models.IntegerChoices):
    """What an entry leads to."""

    PERSON = 1, "People"
    CASE = 2, "Cases"
    REPORT = 3, "Reports"
    NOTE = 4, "Notes"
    PLAN = 5, "Plans"
    DOCUMENT = 6, "Files"
    REFERENCE = 7, "References"
    DESCRIPTION = 8, "Descriptions"


class Entry(models.Model):
    """An entry for the row with the same id, in the transaction that writes the row (search_functions.sql).

    `record_id` and `audience_id` are the row's. `subject_id` is the person of a name or number, the report of what was
    told, else the row. `at` is when it happened or was written (UTC). `words` is a name as it is compared. `prose` holds
    the words of a text in their English stems.

    `keys` are numbers that the one index intersects: who reaches the record, in which week it was, what it is, whether its case is open,
    and each way in which a name or number may be typed. They only make a search quick. Whether the reader may see the
    record is asked of access_reach each time, so that keys that were wrong could hide something and never show it.

    No role may read this table. The functions of search_functions.sql do, and give what the caller's rungs allow.
    """

    special_protection: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=What.choices)
    record_id = models.UUIDField()
    audience_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    words = models.CharField(max_length=400, blank=True)
    prose = SearchVectorField(null=True)
    keys = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [
            # Written at once: a list of what is pending would be read through by every search, and one report in twenty
            # would wait until it is worked off.
            GinIndex(fields=["prose", "keys"], name="search_entry_found", fastupdate=False),
            models.Index(fields=["record_id"], name="search_entry_record"),
            models.Index(
                fields=["audience_id"],
                name="search_entry_audience",
                condition=models.Q(audience_id__isnull=False),
            ),
        ]
