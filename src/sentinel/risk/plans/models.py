"""What a band's template proposes for the plan of a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Agency, User
from sentinel.cases.models import Action, Case, Party
from sentinel.foundation.models import CaseRow


class ProposedAction(CaseRow):
    """One line that a band's template proposed, and what was decided on it. It is no action until somebody says so.

    `task` is the line's name in the template, so that the same is not proposed twice; `party` whom it is about, None for the
    case. `decision` is "" until somebody decides; `action` is the line of the plan that came of it.
    """

    DECISIONS: ClassVar = [
        ("", "Not decided yet"),
        ("confirmed", "Put on the plan as proposed"),
        ("changed", "Put on the plan with changes"),
        ("struck", "Struck"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposed_actions")
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    task = models.CharField(max_length=40)
    band = models.PositiveSmallIntegerField(choices=Case.BANDS)
    what = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField()
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=DECISIONS, blank=True, default="")
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.OneToOneField(Action, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["case"], condition=models.Q(decided_at__isnull=True), name="proposed_action_waits"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "task", "party"],
                condition=models.Q(decided_at__isnull=True),
                nulls_distinct=False,
                name="proposed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at__isnull=True)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False)),
                name="proposed_action_decided_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision__in=("changed", "struck")) | ~models.Q(reason=""),
                name="proposed_action_changed_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=("", "struck")) | models.Q(action__isnull=False),
                name="proposed_action_on_the_plan",
            ),
        ]
