"""Question sets being written: a draft, each state it has been in, and what it would have done to past assessments.

None of this is case data: it belongs to the partnership. A draft never reaches a case; only the function
`governance_release` of the database makes a version of it, and only for somebody who wrote none of it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.kernel.ids import new_id
from sentinel.questionnaires.models import LocalRule, QuestionSetVersion


class QuestionSetDraft(models.Model):
    """A question set on its way to its next version. There is at most one of each set at a time.

    `number` is that of its newest revision. While it is `proposed` it takes no revision (a trigger holds that).
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    STATES: ClassVar = [
        ("open", "Being written"),
        ("proposed", "Waits for another person’s approval"),
        ("released", "Released"),
        ("thrown_away", "Thrown away"),
    ]
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(max_length=60)
    based_on = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=STATES, default="open")
    number = models.PositiveIntegerField(default=0)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    release_from = models.DateField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True)
    released_as = models.ForeignKey(QuestionSetVersion, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["open", "proposed"]),
                name="one_draft_of_a_question_set",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="proposed")
                | models.Q(proposed_by__isnull=False, proposed_at__isnull=False, release_from__isnull=False),
                name="a_proposal_says_who_and_from_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="released")
                | models.Q(released_as__isnull=False, decided_by__isnull=False),
                name="a_release_says_who_decided",
            ),
        ]


class QuestionSetRevision(models.Model):
    """One state of a draft, kept for ever: each saved change adds one.

    The database itself writes who made it and its `fingerprint` (SHA-256 of the definition), by which an approval says what
    it has seen. `what` is the part that was changed, in words.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(QuestionSetDraft, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    fingerprint = models.CharField(max_length=64, default="")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    what = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="question_set_revision_once")]


class Tabletop(models.Model):
    """What a revision would have made of past assessments: bands and counts, never who. Worked out by the worker."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    revision = models.ForeignKey(QuestionSetRevision, on_delete=models.PROTECT, related_name="tabletops")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["revision", "-asked_at"], name="tabletop_revision")]


class LocalRuleProposal(models.Model):
    """A local rule with other figures or words, proposed from a day. What it says never changes: another is another row.

    The database itself writes who proposed it and its `fingerprint`, and holds both and the content (triggers).
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    STATES: ClassVar = [
        ("proposed", "Waits for approval"),
        ("released", "Released"),
        ("sent_back", "Sent back"),
    ]
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.SlugField(max_length=60)
    based_on = models.ForeignKey(LocalRule, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=STATES, default="proposed")
    content = models.JSONField()
    source = models.CharField(max_length=200)
    effective_from = models.DateField()
    fingerprint = models.CharField(max_length=64, default="")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(state="proposed"),
                name="one_proposal_of_a_local_rule",
            )
        ]
