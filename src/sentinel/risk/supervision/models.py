"""A supervisor's review of a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case
from sentinel.foundation.models import CaseRow


class SupervisionReview(CaseRow):
    """That somebody who does not lead a case looked at the work on it, what they decided and why. Never changed.

    `level` is the line of supervision on which they stand: 1 supervisor, 2 area inspector. `band` is the highest of the case
    when they looked, 0 where nobody was assessed; `next_on` the day in London by which they want it looked at again.
    """

    DECISIONS: ClassVar = [
        ("carry_on", "Carry on with the plan as it is"),
        ("change_plan", "The plan changes"),
        ("reassess", "Somebody is assessed again"),
        ("step_up", "More is needed: a formal step, or another agency"),
        ("towards_closing", "Work towards closing"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="supervision_reviews")
    level = models.PositiveSmallIntegerField()
    band = models.PositiveSmallIntegerField(choices=Case.BANDS)
    looked_at = models.TextField()
    decision = models.CharField(max_length=16, choices=DECISIONS)
    reason = models.TextField()
    reviewed_at = models.DateTimeField()
    reviewer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["case", "-reviewed_at"], name="supervision_review_case")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(looked_at="") & ~models.Q(reason=""), name="supervision_review_in_words"
            ),
            models.CheckConstraint(condition=models.Q(level__range=(1, 2)), name="supervision_review_level"),
        ]
