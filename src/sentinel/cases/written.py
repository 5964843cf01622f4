"""Decisions in writing: what was decided at a step of a case in which somebody is at high risk, and why (R45)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case
from sentinel.foundation.models import CaseRow


class WrittenDecision(CaseRow):
    """The reason of one step of a case, in the words of whoever took it. Never changed.

    `step` is the kind of the event that tells the step, `subject_id` what it was about: an action, a closure, or the case.
    """

    STEPS: ClassVar = [
        ("action_planned", "Put on the plan"),
        ("action_changed", "The plan changed"),
        ("status_changed", "The status changed"),
        ("closure_seconded", "Closing agreed to"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="written_decisions")
    step = models.CharField(max_length=20, choices=STEPS)
    subject_id = models.UUIDField()
    reason = models.TextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "-decided_at"], name="written_decision_case")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="written_decision_has_reason")
        ]
