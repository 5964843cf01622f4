"""Who may reach what: one table, written only through access.operations."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Agency
from sentinel.foundation.models import CaseRow
from sentinel.kernel.ids import new_id


class Rung(models.IntegerChoices):
    """The ladder. NONE has no row."""

    NONE = 0, "Nothing"
    SUMMARY = 1, "May know that something is known"
    READ = 2, "Reads"
    WRITE = 3, "Writes"
    OWNER = 4, "Owner"


class Kind(models.IntegerChoices):
    """What a reach is of."""

    CASE = 1, "Case"
    REPORT = 2, "Report"
    AUDIENCE = 3, "Audience"
    DRAFT = 4, "Draft"
    HIGH_RISK = 5, "High risk"
    REFERRAL = 6, "Referral"


class Reach(models.Model):
    """That a holder (agency or person) reaches a record on a rung, until a moment or for good.

    `sort_key` orders lists: they begin here and join outwards (design.md, visibility). `shelf` is a number that the
    record's own room works out from what its lists are filtered by (cases: status, band, category), so that a list
    with these filters walks only what it shows, however much the holder reaches; 0 where a room has none.
    """

    special_protection: ClassVar[str] = "SELECT"

    pk = models.CompositePrimaryKey("holder_id", "record_id")
    holder_id = models.UUIDField()
    record_id = models.UUIDField()
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    rung = models.PositiveSmallIntegerField(choices=Rung.choices)
    until = models.DateTimeField(null=True)
    sort_key = models.DateTimeField()
    shelf = models.PositiveSmallIntegerField(default=0, db_default=0)
    via = models.CharField(max_length=24, default="opened")
    granted_by_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["holder_id", "kind", "-sort_key", "-record_id"], name="reach_list"),
            models.Index(
                fields=["holder_id", "kind", "shelf", "-sort_key", "-record_id"],
                name="reach_shelf",
                include=["rung", "until"],
            ),
            models.Index(fields=["record_id"], name="reach_record"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(rung__range=(1, 4)), name="reach_rung")]


class Agreement(models.Model):
    """What one agency lets another know or read, by a signed sharing agreement, from a date.

    `rung` is what a new case of the owner gives the other at once; SUMMARY means only that the owner's desk is
    named when the other's report or case touches the record. `break_glass_roles` are the other's roles that may
    break glass from SUMMARY; `silent_kinds` the kinds of silent record (accounts.rules.SILENT_KINDS) of which the other may know
    as well.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements_given")
    other = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="agreements_held")
    record_kind = models.PositiveSmallIntegerField(choices=Kind.choices, default=Kind.CASE)
    rung = models.PositiveSmallIntegerField(choices=Rung.choices)
    break_glass_roles = models.JSONField(default=list)
    silent_kinds = models.JSONField(default=list)
    legal_basis = models.CharField(max_length=120)
    source = models.CharField(max_length=120)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "other", "record_kind", "effective_from"], name="agreement_once"
            )
        ]


class BreakGlass(CaseRow):
    """One emergency reading: one record, read only, one hour, with serious harm stated; reviewed next working day."""

    user_id = models.UUIDField()
    agency_id = models.UUIDField()
    serious_harm = models.TextField()
    until = models.DateTimeField()
    review_due = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    outcome_words = models.TextField(blank=True)


# What somebody wishes who was asked, or could have been.
WISHES_OF_PEOPLE = [
    ("agrees", "Agrees"),
    ("objects", "Objects"),
    ("not_asked", "Not asked"),
    ("could_not_be_asked", "Could not be asked"),
]


class Disclosure(CaseRow):
    """The disclosure ledger: one row for each share, referral, hit, marker, export and letter."""

    KINDS: ClassVar = [
        ("share", "Shared"),
        ("revoke", "Sharing ended"),
        ("referral", "Referral"),
        ("hit", "Hit"),
        ("marker", "Marker"),
        ("export", "Export"),
        ("letter", "Letter"),
        ("message", "Message"),
        ("break_glass", "Break-glass"),
        ("access_asked", "Access asked for"),
        ("access_granted", "Access granted"),
        ("access_refused", "Access refused"),
        ("access_ended", "Access ended"),
    ]
    WISHES: ClassVar = [*WISHES_OF_PEOPLE, ("not_applicable", "Does not apply")]
    kind = models.CharField(max_length=16, choices=KINDS)
    what = models.CharField(max_length=120)
    to_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    to_person_id = models.UUIDField(null=True)
    why = models.TextField(blank=True)
    lawful_basis = models.CharField(max_length=120)
    wish = models.CharField(max_length=20, choices=WISHES, default="not_asked")
    decided_by_id = models.UUIDField(null=True)
    disclosed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["record_id", "-disclosed_at"], name="disclosure_record")]
