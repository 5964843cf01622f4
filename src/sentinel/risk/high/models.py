"""That somebody is at high risk or poses it, who was told of it, and the marker that the control room holds."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import Case, Party
from sentinel.foundation.models import CaseRow
from sentinel.places.models import Place
from sentinel.risk.high.rules import review_is_due


class HighRisk(CaseRow):
    """High risk from the moment it is assessed until somebody decides that it is over.

    A record of its own (`record_id` is its own id), shared with those who are told: they reach this, not the case. It
    holds the case's reference and whom to ring, no name, no answer and no allegation. `subject` is that of the
    assessment: victim, perpetrator, witness, case or location.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="high_risks")
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="high_risks")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=16)
    reference = models.CharField(max_length=24)
    owner_agency_id = models.UUIDField()
    ring = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["case", "ended_at"], name="high_risk_case"),
            models.Index(
                fields=["began_at"], condition=models.Q(ended_at__isnull=True), name="high_risk_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(record_id=models.F("id")), name="high_risk_is_its_record"
            ),
            models.UniqueConstraint(
                fields=["case", "party", "subject"],
                condition=models.Q(ended_at__isnull=True),
                name="high_risk_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("began_at")),
                name="high_risk_ends_after_it_began",
            ),
        ]


class ToldOfHighRisk(CaseRow):
    """One person told of high risk in a role of the protocol, who must acknowledge by `due_at`.

    Where nobody of a step has acknowledged in time it passes to the next one: `passed_on_at`.
    """

    high_risk = models.ForeignKey(HighRisk, on_delete=models.PROTECT, related_name="told")
    step = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=32)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(acknowledged_at__isnull=True, passed_on_at__isnull=True),
                name="high_risk_waits",
            ),
            models.Index(fields=["user", "acknowledged_at"], name="high_risk_told_user"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["high_risk", "role", "user"], name="told_of_high_risk_once")
        ]


class Marker(CaseRow):
    """What the control room shows on a person or a place: "high-risk ASB", the reference, whom to ring, what to do first.

    No health, no allegation, no protected identity. `who` and `where` are as they stood when it was proposed. It is due for
    review on `review_on`, or from `review_asked_at` on.
    """

    KINDS: ClassVar = [
        ("at_risk", "Person at risk"),
        ("may_pose_risk", "Person who may pose risk"),
        ("place", "Place"),
    ]
    STATES: ClassVar = [
        ("proposed", "Proposed"),
        ("accepted", "Accepted"),
        ("refused", "Refused"),
        ("withdrawn", "Withdrawn before it was answered"),
        ("ending", "To be taken off"),
        ("ended", "Taken off"),
    ]
    # Why it is looked at before its day. Of a move that not everybody in the case may know of, only that somebody asks.
    BECAUSE: ClassVar = [
        ("moved", "The person it protects has moved"),
        ("asked", "Somebody who works on the case asks for it"),
    ]
    high_risk = models.ForeignKey(HighRisk, on_delete=models.PROTECT, related_name="markers")
    kind = models.CharField(max_length=16, choices=KINDS)
    who = models.CharField(max_length=200, blank=True)
    where = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=24)
    ring = models.CharField(max_length=200)
    first_action = models.TextField()
    state = models.CharField(max_length=12, choices=STATES, default="proposed")
    proposed_at = models.DateTimeField()
    answer_due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    refusal = models.TextField(blank=True)
    starts_on = models.DateField()
    review_on = models.DateField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_asked_at = models.DateTimeField(null=True)
    review_because = models.CharField(max_length=8, choices=BECAUSE, blank=True)
    taken_off_at = models.DateTimeField(null=True)
    taken_off_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["state", "answer_due"], name="marker_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["high_risk"],
                condition=models.Q(state__in=["proposed", "accepted", "ending"]),
                name="marker_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(refusal=""),
                name="marker_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on__gt=models.F("starts_on"))
                & models.Q(ends_on__gte=models.F("review_on")),
                name="marker_days_in_order",
            ),
        ]

    def is_to_review(self, today: date) -> bool:
        """Whether it is shown and due to be looked at on a day in London."""
        return self.state == "accepted" and review_is_due(self.review_on, self.review_asked_at, today)


class MarkerReview(CaseRow):
    """One look at a marker that is shown, and what was decided: that it stays, until when it is looked at again, or ends."""

    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=8, choices=Marker.BECAUSE, blank=True)
    stays = models.BooleanField()
    reason = models.TextField()
    review_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["marker", "-reviewed_at"], name="marker_review_of")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="marker_review_has_reason"),
            models.CheckConstraint(
                condition=models.Q(stays=True, review_on__isnull=False)
                | models.Q(stays=False, review_on__isnull=True),
                name="marker_stays_until_looked_at",
            ),
        ]
