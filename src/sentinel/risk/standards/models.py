"""The answers to the standards of a case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case
from sentinel.foundation.models import CaseRow
from sentinel.questionnaires.models import QuestionSetVersion


class StandardAnswer(CaseRow):
    """One answer to one question of a standard, by whom and when. Never changed: the newest of a question counts.

    `list` says which standard, `question` its key in the version of the set that was asked; `detail` the words that the
    answer asked for.
    """

    LISTS: ClassVar = [("investigation", "Standards of investigation"), ("attendance", "Attendance")]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="standard_answers")
    list = models.CharField(max_length=16, choices=LISTS)
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=60)
    value = models.JSONField()
    detail = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "list", "-answered_at"], name="standard_answer_case")]
