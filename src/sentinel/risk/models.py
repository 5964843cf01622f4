"""Assessments of risk: answers under a version of a question set, the band they give and the judgement on it; and
assessments put off, which are none."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import User
from sentinel.cases.models import CATEGORIES, Case, Party
from sentinel.foundation.models import CaseRow
from sentinel.places.models import Place
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.risk.high.models import HighRisk, Marker, MarkerReview, ToldOfHighRisk
from sentinel.risk.plans.models import ProposedAction
from sentinel.risk.standards.models import StandardAnswer
from sentinel.risk.supervision.models import SupervisionReview
from sentinel.risk.thrive.models import Thrive

__all__ = [
    "Assessment",
    "AssessmentDraft",
    "HighRisk",
    "Marker",
    "MarkerReview",
    "ProposedAction",
    "StandardAnswer",
    "SupervisionReview",
    "Thrive",
    "ToldOfHighRisk",
]

SUBJECTS = [
    ("victim", "Victim"),
    ("perpetrator", "Person complained of"),
    ("witness", "Witness"),
    ("case", "Case that has no victim"),
    ("location", "Place"),
]


def about_one_thing() -> models.Q:
    """That a row names exactly what its subject is: a person as victim, perpetrator or witness, a place, or the case alone."""
    someone, somewhere = models.Q(party__isnull=False), models.Q(place__isnull=False)
    return (
        models.Q(someone, ~somewhere, subject__in=("victim", "perpetrator", "witness"))
        | models.Q(~someone, somewhere, subject="location")
        | models.Q(~someone, ~somewhere, subject="case")
    )


class Assessment(CaseRow):
    """One assessment of a person, of a place, or of a case that has no victim. The newest is the current one; none is
    ever changed.

    A place's belongs to the place, and is guarded by the record of the case in which it was made (decision 0014).
    `computed_band` is what the answers give (0 where the set leaves it to judgement), `band` what holds: 1 low, 2 medium,
    3 high. `chosen` is the assessor's own band, also where an answer alone, or another assessment, made it higher; None where they
    chose none, and in what was kept before it was asked for. `beside` is the assessment of the same that was made while this one was being written.
    """

    BANDS: ClassVar = [(0, "Not assessed"), (1, "Low"), (2, "Medium"), (3, "High")]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments")
    subject = models.CharField(max_length=12, choices=SUBJECTS)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="assessments")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField(null=True)
    computed_band = models.PositiveSmallIntegerField(choices=BANDS)
    automatic = models.JSONField(default=list)
    band = models.PositiveSmallIntegerField(choices=BANDS)
    chosen = models.PositiveSmallIntegerField(null=True, choices=BANDS)
    judgement = models.CharField(max_length=8, blank=True)
    judgement_reason = models.TextField(blank=True)
    assessor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    beside = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["party", "-assessed_at"], name="assessment_party"),
            models.Index(fields=["case"], name="assessment_case"),
            models.Index(
                fields=["place", "-assessed_at"],
                condition=models.Q(place__isnull=False),
                name="assessment_place",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(band__range=(1, 3)), name="assessment_has_band"),
            models.CheckConstraint(
                condition=models.Q(judgement="") | ~models.Q(judgement_reason=""), name="judgement_has_reason"
            ),
            models.CheckConstraint(condition=about_one_thing(), name="assessment_is_about_one_thing"),
        ]

    @property
    def made_by_an_answer(self) -> bool:
        """Whether an answer alone makes the band, and the assessor did not choose it too."""
        return bool(self.automatic) and self.band == 3 and self.chosen != 3


class LoweringAsked(CaseRow):
    """That somebody who may not lower a band asks a supervisor to: the answers and the lower band, as they would be kept. It is no
    assessment: until a supervisor confirms it the one that `stands` holds, with its band and marker.

    `from_band` is the band that stood and `band` the one asked for. A newer assessment of the same overtakes it. `assessment` is what
    a supervisor made of it. `answer_read_at`: whoever asked says that they have read what was decided.
    """

    DECISIONS: ClassVar = [
        ("", "Not decided yet"),
        ("confirmed", "Confirmed"),
        ("refused", "Refused"),
        ("overtaken", "Assessed or asked anew"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lowerings_asked")
    subject = models.CharField(max_length=12, choices=SUBJECTS)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    stands = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    from_band = models.PositiveSmallIntegerField(choices=Assessment.BANDS)
    band = models.PositiveSmallIntegerField(choices=Assessment.BANDS)
    reason = models.TextField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=DECISIONS, blank=True, default="")
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    assessment = models.OneToOneField(Assessment, null=True, on_delete=models.PROTECT, related_name="asked")
    answer_read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], condition=models.Q(decided_at__isnull=True), name="lowering_waits"),
            models.Index(
                fields=["asked_by"],
                condition=models.Q(decision__in=("confirmed", "refused"), answer_read_at__isnull=True),
                name="lowering_answered",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=about_one_thing(), name="lowering_is_about_one_thing"),
            models.CheckConstraint(
                condition=models.Q(band__gte=1, band__lt=models.F("from_band")), name="lowering_lowers"
            ),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at__isnull=True)
                | (~models.Q(decision="") & models.Q(decided_at__isnull=False)),
                name="lowering_decided_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="")
                & (~models.Q(decision__in=("confirmed", "refused")) | ~models.Q(decision_reason="")),
                name="lowering_has_reasons",
            ),
            models.UniqueConstraint(
                fields=["case", "subject", "party"],
                condition=models.Q(decided_at__isnull=True),
                nulls_distinct=False,
                name="lowering_asked_once",
            ),
        ]


class AssessmentDraft(CaseRow):
    """An assessment begun and not finished: what was typed so far, under an audience of its assessor alone.

    It never counts as an assessment. `data` is what the form sent, each field with its values; it is emptied when the
    draft ends, because the assessment was kept or the draft was thrown away, and stands in no history: that keeps who
    began, kept and ended it, and when.
    """

    left_out_of_history: ClassVar = ("data",)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=12, choices=SUBJECTS)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSetVersion, on_delete=models.PROTECT, related_name="+")
    assessor_id = models.UUIDField()
    data = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["assessor_id", "ended_at"], name="assessment_draft_assessor")]
        constraints = [
            models.CheckConstraint(condition=about_one_thing(), name="draft_is_about_one_thing"),
            models.UniqueConstraint(
                fields=["case", "subject", "party", "assessor_id"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="one_draft_of_one_thing",
            ),
        ]


class Deferral(CaseRow):
    """That the assessment of a victim, or of a case that has none, was put off until a moment, and why. It is no assessment:
    whoever it is about stays unassessed. Never changed; the newest counts, until `until` (UTC)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deferrals")
    subject = models.CharField(max_length=12, choices=SUBJECTS)
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=14, choices=CATEGORIES)
    reason = models.TextField()
    deferred_at = models.DateTimeField()
    until = models.DateTimeField()
    deferred_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["case", "-deferred_at"], name="deferral_case")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject="victim", party__isnull=False)
                | models.Q(subject="case", party__isnull=True),
                name="deferral_is_about_one_thing",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="deferral_has_reason"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("deferred_at")), name="deferral_ends_after_it_begins"
            ),
        ]
