"""A report: one telling to one agency. What happened is the incident; the work on it is the case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Agency, Team, User
from sentinel.cases.models import Case, Incident, Party
from sentinel.foundation.models import CaseRow
from sentinel.questionnaires.models import QuestionSetVersion


class Draft(CaseRow):
    """A report being taken, kept as one types; only its taker reaches it. `data` is emptied when it ends, and stands in no
    history: what is recorded of it is the report."""

    left_out_of_history: ClassVar = ("data",)
    taker_id = models.UUIDField()
    data = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    became_report_id = models.UUIDField(null=True)
    thrown_away_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["taker_id", "-kept_at"], name="draft_taker")]


class Report(CaseRow):
    """One telling to one agency. `told_at` is when the agency was told, `entered_at` when it was entered here;
    standards count from told. `record_id` is the report's own id until it joins a case, then the case's."""

    CHANNELS: ClassVar = [
        ("telephone", "Telephone"),
        ("visit", "Visit"),
        ("third_party", "Third party"),
        ("agency", "Another agency"),
        ("online", "Online"),
        ("text", "Text"),
        ("command_and_control", "Command and control"),
    ]
    STATES: ClassVar = [
        ("skeleton", "Skeleton: to be completed"),
        ("recorded", "Recorded"),
        ("case", "In a case"),
        ("signposted", "Signposted elsewhere"),
        ("not_taken_forward", "Not taken forward"),
    ]
    # In no case yet, and nobody is done with it.
    OPEN: ClassVar = ("skeleton", "recorded", "signposted")
    reference = models.CharField(max_length=24, unique=True)
    submission = models.UUIDField(
        unique=True, help_text="Made with the form: a double click makes one report"
    )
    state = models.CharField(max_length=20, choices=STATES)
    channel = models.CharField(max_length=20, choices=CHANNELS)
    told_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    practitioner_at = models.DateTimeField(null=True)
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="reports")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="reports")
    caller_party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    happened_to_caller = models.CharField(max_length=8, default="unknown")
    danger = models.CharField(
        max_length=12, help_text="yes, no, absent (the caller is not there) or not_asked"
    )
    danger_who_rang = models.CharField(max_length=16, blank=True)
    danger_rang_at = models.DateTimeField(null=True)
    danger_log = models.CharField(max_length=60, blank=True)
    anyone_at_risk = models.CharField(max_length=10, default="not_asked")
    at_risk_words = models.TextField(blank=True)
    may_approach = models.CharField(max_length=12, default="not_asked")
    dropped_call = models.BooleanField(default=False)
    script = models.ForeignKey(QuestionSetVersion, null=True, on_delete=models.PROTECT, related_name="+")
    script_answers = models.JSONField(default=dict)
    looked_for_known = models.BooleanField(default=False)
    next_contact_due = models.DateTimeField(null=True)
    next_contact_rule = models.CharField(max_length=120, blank=True)
    confirmation = models.CharField(max_length=12, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["team", "state", "told_at"], name="report_team"),
            models.Index(fields=["case"], name="report_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(told_at__lte=models.F("entered_at")), name="told_before_entered"
            )
        ]


class VictorE(CaseRow):
    """One answering of VICTOR-E for a report (R23). A later row supersedes; none is changed."""

    DECISIONS: ClassVar = [
        ("case_required", "A case must be opened"),
        ("case_optional", "A case may be opened"),
        ("not_decided", "Not decided: questions not asked"),
        ("not_opened", "Not opened, by a supervisor's reason"),
    ]
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="victor_e")
    answers = models.JSONField()
    sources = models.JSONField(default=dict)
    decision = models.CharField(max_length=16, choices=DECISIONS)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["report", "-at"], name="victor_e_report")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(decision="not_opened") | ~models.Q(reason=""),
                name="not_opened_has_reason",
            )
        ]


class Signpost(CaseRow):
    """That a caller was pointed elsewhere, and why; the report stays ours until the other acknowledges (R19)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="signposts")
    to_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    to_other = models.CharField(max_length=120, blank=True)
    why = models.TextField()
    at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_how = models.CharField(max_length=200, blank=True)


class EndNotice(CaseRow):
    """The notice, with reasons, that a report is not taken forward (R20)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="end_notices")
    reasons = models.TextField()
    told_how = models.CharField(max_length=12)
    at = models.DateTimeField()
