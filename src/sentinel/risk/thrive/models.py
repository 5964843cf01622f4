"""What the control room wrote under THRIVE."""

from __future__ import annotations

from django.db import models

from sentinel.cases.models import Case
from sentinel.foundation.models import CaseRow


class Thrive(CaseRow):
    """THRIVE as it stands on one control-room log: threat, harm, risk, investigation, vulnerability, engagement, in the control
    room's words. It sets no band and counts as no assessment. Never changed: a log that was read again is another row.

    `log` is the log's number, `written_at` when the control room wrote it (UTC), `source` how it came here.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="thrives")
    log = models.CharField(max_length=60)
    written_at = models.DateTimeField()
    threat = models.TextField(blank=True)
    harm = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    investigation = models.TextField(blank=True)
    vulnerability = models.TextField(blank=True)
    engagement = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-written_at"], name="thrive_case")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(
                    threat="", harm="", risk="", investigation="", vulnerability="", engagement=""
                ),
                name="thrive_says_something",
            )
        ]
