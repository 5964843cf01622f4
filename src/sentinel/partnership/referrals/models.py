"""A referral on its case, what it says, and the copy that the agency it was sent to reads (decision 0024)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.access.models import WISHES_OF_PEOPLE
from sentinel.accounts.models import Agency, User
from sentinel.cases.models import Case, Party
from sentinel.foundation.models import CaseRow
from sentinel.partnership.referrals.rules import (
    CONTACT_FAILED,
    KINDS,
    OUTCOMES,
    SENT,
    is_unanswered,
    outcome_in_words,
    state_of,
)
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.risk.models import Assessment

# Of what was sent: that it waits for its answer (`rules.is_unanswered`).
UNANSWERED = models.Q(acknowledged_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)


class WithOutcome(models.Model):
    """What came of a referral that was acknowledged, as the agency says to which it was sent: the newest. The timeline keeps each."""

    outcome = models.CharField(max_length=20, choices=list(OUTCOMES.items()), blank=True, default="")
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    outcome_tries = models.PositiveSmallIntegerField(null=True)
    outcome_note = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    @property
    def outcome_words(self) -> str:
        """'Contact failed after 3 tries'; "" where none is known."""
        return outcome_in_words(self.outcome, self.outcome_tries)


class Referral(WithOutcome, CaseRow):
    """That somebody of a case, or the case itself, is to be referred, and what became of it: facts, each with its moment.

    No word of what it says stands here (`ReferralContent`). `settled_at`: nothing is left to be done about it; where they declined it or
    reached nobody, since somebody said so and why (`settled_because`). `because`
    is why it was opened: by high risk, by a safeguarding concern, or by somebody who chose to. `told_in` is the assessment that told of
    somebody else at risk; while nobody has said who they are there is no `party`.
    """

    BECAUSE: ClassVar = [("high_risk", "High risk"), ("safeguarding", "Safeguarding"), ("chosen", "Chosen")]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="referrals")
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    because = models.CharField(max_length=12, choices=BECAUSE, default="chosen")
    told_in = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    to_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    wish = models.CharField(max_length=20, choices=WISHES_OF_PEOPLE, blank=True)
    lawful_basis = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_to_send = models.BooleanField(null=True)
    decision = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_because = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    not_sent_at = models.DateTimeField(null=True)
    not_sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    not_sent_because = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_because = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    settled_because = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["case", "-opened_at"], name="referral_case"),
            # What is next on a case, My work and the reminders begin here: what is settled costs them nothing.
            models.Index(
                fields=["case"], condition=models.Q(settled_at__isnull=True), name="referral_unsettled"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party", "kind"],
                condition=models.Q(sent_at__isnull=True, not_sent_at__isnull=True)
                & (models.Q(party__isnull=False) | ~models.Q(kind="safeguarding")),
                nulls_distinct=False,
                name="referral_open_once",
            ),
            models.UniqueConstraint(
                fields=["told_in"],
                condition=models.Q(sent_at__isnull=True, not_sent_at__isnull=True, party__isnull=True),
                name="referral_at_risk_once",
            ),
            models.CheckConstraint(
                condition=models.Q(party__isnull=False)
                | models.Q(kind="jag")
                | models.Q(kind="safeguarding", told_in__isnull=False),
                name="referral_is_about_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True)
                | models.Q(
                    ~models.Q(wish=""),
                    ~models.Q(lawful_basis=""),
                    ~models.Q(kind="safeguarding"),
                    to_agency__isnull=False,
                    due_at__isnull=False,
                    not_sent_at__isnull=True,
                ),
                name="referral_sent_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | ~models.Q(wish="objects") | models.Q(decided_to_send=True),
                name="referral_objection_is_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True)
                | (~models.Q(decision="") & models.Q(decided_to_send__isnull=False)),
                name="referral_decision_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(not_sent_at__isnull=True) | ~models.Q(not_sent_because=""),
                name="referral_not_sent_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(declined_at__isnull=True)
                | (~models.Q(declined_because="") & models.Q(acknowledged_at__isnull=True)),
                name="referral_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | (~models.Q(withdrawn_because="") & models.Q(sent_at__isnull=False)),
                name="referral_withdrawn_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(acknowledged_at__isnull=False, outcome_at__isnull=False),
                name="referral_outcome_after_acknowledging",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=CONTACT_FAILED) | models.Q(outcome_tries__isnull=False, outcome_tries__gte=1),
                name="referral_failed_after_tries",
            ),
        ]  # fmt: skip

    @property
    def waits(self) -> bool:
        """Whether it was sent and waits for its answer."""
        return state_of(self) == SENT


class ReferralContent(CaseRow):
    """What a referral says, as the officer confirmed it, under one version of its question set.

    Of somebody whose identity is protected it has the audience of who may know that.
    """

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="content")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)


class SentReferral(WithOutcome, CaseRow):
    """The copy that the receiving agency reads: a record of its own, and all of the case that they see.

    Owned by who sent it, read by the agency it went to. `answers` are emptied when it is declined or withdrawn, or when the identity
    of who it is about is protected later. `case_record_id` is for the log of who has read it, which the case's owner sees. Only the functions of search_functions.sql change it.
    """

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="copy")
    case_record_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    reference = models.CharField(max_length=24)
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ring = models.CharField(max_length=200)
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    wish = models.CharField(max_length=20, choices=WISHES_OF_PEOPLE)
    lawful_basis = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_because = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    silenced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["to_agency", "due_at"],
                condition=UNANSWERED,
                name="referral_waits",
            ),
            models.Index(fields=["to_agency", "-sent_at", "-id"], name="referral_received"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(record_id=models.F("id")), name="sent_referral_is_its_record"
            )
        ]

    @property
    def waits(self) -> bool:
        """Whether it waits for its answer."""
        return is_unanswered(self)
