"""Assessments of risk: answers under a version of a question set, the band they give and the judgement on it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case, Party
from sentinel.foundation.models import CaseRow
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.risk.high.models import HighRisk, Marker, ToldOfHighRisk

__all__ = ["Assessment", "AssessmentDraft", "HighRisk", "Marker", "ToldOfHighRisk"]


class Assessment(CaseRow):
    """One assessment of one person. The newest is the current one; none is ever changed.

    `computed_band` is what the answers give (0 where the set leaves it to judgement), `band` what holds:
    1 low, 2 medium, 3 high.
    """

    BANDS: ClassVar = [(0, "Not assessed"), (1, "Low"), (2, "Medium"), (3, "High")]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="assessments")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField(null=True)
    computed_band = models.PositiveSmallIntegerField(choices=BANDS)
    automatic = models.JSONField(default=list)
    band = models.PositiveSmallIntegerField(choices=BANDS)
    judgement = models.CharField(max_length=8, blank=True)
    judgement_reason = models.TextField(blank=True)
    assessor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-assessed_at"], name="assessment_party"),
            models.Index(fields=["case"], name="assessment_case"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(band__range=(1, 3)), name="assessment_has_band"),
            models.CheckConstraint(
                condition=models.Q(judgement="") | ~models.Q(judgement_reason=""), name="judgement_has_reason"
            ),
        ]


class AssessmentDraft(CaseRow):
    """An assessment begun and not finished: what was typed so far, under an audience of its assessor alone.

    It never counts as an assessment. `data` is what the form sent, each field with its values; it is emptied when the
    draft ends, because the assessment was kept or the draft was thrown away. The history keeps what stood
    there, behind the same audience.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    assessor_id = models.UUIDField()
    data = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["assessor_id", "ended_at"], name="assessment_draft_assessor")]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "assessor_id"],
                condition=models.Q(ended_at__isnull=True),
                name="one_draft_of_one_person",
            )
        ]
