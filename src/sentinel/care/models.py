"""Keeping the victim informed: contacts, and what each victim was told at the end."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case, Closure, Party
from sentinel.foundation.models import CaseRow


class VictimContact(CaseRow):
    """One contact or attempt: when, how, what was said, next by when."""

    RESULTS: ClassVar = [
        ("reached", "Reached"),
        ("not_reached", "Not reached"),
        ("sent", "Sent"),
        ("declined", "Declined"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="victim_contacts")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    method = models.CharField(max_length=8, help_text="care.rules.METHODS")
    result = models.CharField(max_length=12, choices=RESULTS)
    said = models.TextField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    next_due = models.DateTimeField(null=True)
    unsafe_reason = models.TextField(
        blank=True, help_text="Why it was done in a way that the person had not agreed to"
    )

    class Meta:
        indexes = [
            models.Index(fields=["party", "-at"], name="victim_contact_party"),
            models.Index(fields=["case"], name="victim_contact_case"),
        ]


class ClosureNotice(CaseRow):
    """That a victim was told the outcome, reasons, the ASB Case Review right and how to return, or why not."""

    RESULTS: ClassVar = [
        ("told", "Told"),
        ("declined", "Did not want to be told"),
        ("not_reached", "Not reached after dated attempts"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closure_notices")
    closure = models.ForeignKey(Closure, null=True, on_delete=models.PROTECT, related_name="notices")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="closure_notices")
    result = models.CharField(max_length=12, choices=RESULTS)
    told_outcome = models.BooleanField(default=False)
    told_reasons = models.BooleanField(default=False)
    told_review_right = models.BooleanField(default=False)
    told_how_to_return = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    attempts = models.JSONField(default=list)
    at = models.DateTimeField()
