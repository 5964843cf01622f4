"""The case file: what happened, to whom, by whom, what is being done and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from sentinel.accounts.models import Agency, Team, User
from sentinel.foundation.models import CaseRow
from sentinel.people.models import Person
from sentinel.places.models import Place
from sentinel.questionnaires.models import QuestionSetVersion

if TYPE_CHECKING:
    from sentinel.access.queries import Holder

CATEGORIES = [("personal", "Personal"), ("nuisance", "Nuisance"), ("environmental", "Environmental")]
YES_NO_UNKNOWN = [("yes", "Yes"), ("no", "No"), ("unknown", "Unknown")]


class Case(CaseRow):
    """The work on one or several incidents. Its `record_id` is its own id.

    `highest_band` repeats what the current assessments say (risk.operations keeps it), so that a list can be
    filtered by it; `unassessed` counts victims without one. `band_since` is when the highest band came to be what it is, or
    the case was reopened with it; None where that was before it was kept.
    """

    STATUSES: ClassVar = [
        ("new", "New"),
        ("assessed", "Assessed"),
        ("active", "Being worked"),
        ("monitoring", "Being monitored"),
        ("closing", "Closure proposed"),
        ("closed", "Closed"),
    ]
    BANDS: ClassVar = [(0, "Not assessed"), (1, "Low"), (2, "Medium"), (3, "High")]
    reference = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=14, choices=CATEGORIES)
    national_type = models.CharField(max_length=40)
    status = models.CharField(max_length=12, choices=STATUSES, default="new")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    owner_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    primacy_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    primacy_department = models.CharField(max_length=80, blank=True)
    crime = models.CharField(max_length=8, choices=YES_NO_UNKNOWN, default="unknown")
    crime_since = models.DateTimeField(null=True)
    highest_band = models.PositiveSmallIntegerField(choices=BANDS, default=0)
    unassessed = models.PositiveSmallIntegerField(default=0)
    band_since = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    # Of a case that get_case gave: where its reader stands, when it was read, whether an offer of it waits, who reaches it.
    rung: int
    seen_at: datetime
    offered: bool
    holders: list[Holder]

    class Meta:
        indexes = [
            models.Index(fields=["lead", "status"], name="case_lead"),
            models.Index(fields=["team", "status"], name="case_team"),
            models.Index(fields=["place"], name="case_place"),
            # What is swept every few minutes begins here, so that closed cases cost it nothing.
            models.Index(fields=["id"], condition=~models.Q(status="closed"), name="case_open"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(record_id=models.F("id")), name="case_is_its_record"),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("opened_at")),
                name="case_closes_after_it_opens",
            ),
        ]


class StatusChange(CaseRow):
    """One step of a case's status, dated, by whom and why."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="status_changes")
    status = models.CharField(max_length=12, choices=Case.STATUSES)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)


class Incident(CaseRow):
    """What happened, once or as a series; several reports may tell of it. Category, hate and crime stand here.

    `occurrence_id` is set where somebody said that another incident tells of the same occurrence: the id of the one that stands for all
    of them. What is counted is occurrences (queries.occurrence), so that nothing counts twice because it was told twice.
    """

    PRECISIONS: ClassVar = [
        ("minute", "To the minute"),
        ("hour", "About"),
        ("day", "On the day"),
        ("month", "In the month"),
        ("unknown", "Not known"),
    ]
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="incidents")
    occurred_from = models.DateTimeField(null=True)
    occurred_to = models.DateTimeField(null=True)
    precision = models.CharField(max_length=8, choices=PRECISIONS, default="hour")
    series = models.BooleanField(default=False)
    category = models.CharField(max_length=14, choices=CATEGORIES)
    national_type = models.CharField(max_length=40)
    local_type = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    place_words = models.CharField(max_length=300, blank=True)
    words = models.TextField()
    crime = models.CharField(max_length=8, choices=YES_NO_UNKNOWN, default="unknown")
    crime_number = models.CharField(max_length=40, blank=True)
    crime_decision = models.TextField(blank=True)
    occurrence_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["occurrence_id"],
                name="incident_occurrence",
                condition=models.Q(occurrence_id__isnull=False),
            ),
            models.Index(fields=["place", "-occurred_from"], name="incident_place"),
            models.Index(fields=["case"], name="incident_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(occurred_to__isnull=True)
                | models.Q(occurred_to__gte=models.F("occurred_from")),
                name="incident_ends_after_it_begins",
            )
        ]


class HateMark(CaseRow):
    """That an incident was perceived as hate: strand, by whom, and why data on the other party is kept (R129)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="hate_marks")
    strand = models.CharField(max_length=30)
    perceived_by = models.CharField(max_length=60)
    crime = models.CharField(max_length=8, choices=YES_NO_UNKNOWN, default="unknown")
    data_kept_because = models.TextField(blank=True)
    rule = models.CharField(max_length=120, blank=True)


class Party(CaseRow):
    """Somebody or something with a part in a record. Who a person is stands in PartyIdentity, so that a protected
    identity can be guarded more closely than the fact that there is a witness."""

    KINDS: ClassVar = [
        ("person", "Person"),
        ("organisation", "Organisation"),
        ("household", "Household"),
        ("unidentified", "Unidentified person or group"),
        ("community", "The community"),
    ]
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="parties")
    kind = models.CharField(max_length=14, choices=KINDS)
    label = models.CharField(max_length=120, blank=True)
    description = models.TextField(blank=True)
    identity_protected = models.BooleanField(default=False)
    anonymous_to_us = models.BooleanField(default=False)
    child_involved = models.BooleanField(
        default=False,
        help_text="Complained of and under 10 at the incident: never a perpetrator, band or marker",
    )
    guardian_party = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    household = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case"], name="party_case")]


class PartyIdentity(CaseRow):
    """Which person a party is. For a protected party this row has an audience of its own."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="identity")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_how = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="party_identity_person")]


class PartyRole(CaseRow):
    """A part that a party has, dated. An allegation is alleged, admitted, found or unfounded, with its source."""

    ROLES: ClassVar = [
        ("reporter", "Reporter"),
        ("complainant", "Complainant"),
        ("victim", "Victim"),
        ("witness", "Witness"),
        ("alleged_perpetrator", "Alleged perpetrator"),
        ("child_involved", "Child involved"),
        ("guardian", "Guardian"),
        ("representative", "Representative"),
    ]
    ALLEGATIONS: ClassVar = [
        ("", "Not an allegation"),
        ("alleged", "Alleged"),
        ("admitted", "Admitted"),
        ("found", "Found"),
        ("unfounded", "Unfounded"),
    ]
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="roles")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20, choices=ROLES)
    allegation = models.CharField(max_length=10, choices=ALLEGATIONS, blank=True, default="")
    allegation_source = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["party"], name="party_role_party")]


class Note(CaseRow):
    """Words on the file. Within the edit window the author may change them; afterwards only a correction follows."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="note_case")]


class Action(CaseRow):
    """One line of the action plan: what, who or which agency, by when, outcome. `approaches` says that it is a visit, letter,
    call or service to the other side."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateTimeField()
    approaches = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, blank=True)
    outcome_words = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="action_case"),
            models.Index(
                fields=["user", "due"], condition=models.Q(settled_at__isnull=True), name="action_open"
            ),
        ]


class Attachment(CaseRow):
    """A file on a case: kept by its hash under the data folder, shown under the name it came with."""

    SCANS: ClassVar = [
        ("waiting", "Waiting for the virus scan"),
        ("clean", "No virus found"),
        ("infected", "Infected: not kept"),
        ("not_scanned", "Not scanned: no scanner is set up"),
    ]
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    description = models.CharField(max_length=300, blank=True)
    scan = models.CharField(max_length=12, choices=SCANS)
    scanned_at = models.DateTimeField(null=True)


class CaseLink(CaseRow):
    """That two cases belong together, and why. Its record is the first case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    other_record_id = models.UUIDField()
    why = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "other_record_id"], name="case_link_once")]


class ExternalReference(CaseRow):
    """What another system calls this matter: control-room log, crime number, landlord, court."""

    system = models.CharField(max_length=40)
    value = models.CharField(max_length=80)


class Involvement(CaseRow):
    """That an agency is involved in a case, since and until, and in which part. The reach follows it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="involvements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency"], condition=models.Q(until__isnull=True), name="involved_once"
            )
        ]


class Handover(CaseRow):
    """An offer of lead, ownership or primacy, and its answer; dated, so that responsibility never lapses."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    what = models.CharField(max_length=12)
    from_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)


class ApproachCheck(CaseRow):
    """The four questions before the other side is approached, or a supervisor's reason (design.md). `answers` are all of
    them, in words too, under the version of the question set that was asked."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approach_checks")
    victim_party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    other_party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    question_set = models.ForeignKey(
        QuestionSetVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.JSONField(default=dict)
    may_approach = models.CharField(max_length=10)
    may_be_identifiable = models.CharField(max_length=10)
    told_before = models.CharField(max_length=10)
    safety_plan = models.CharField(max_length=10)
    override_reason = models.TextField(blank=True)
    allowed = models.BooleanField()
    at = models.DateTimeField()


class Closure(CaseRow):
    """The decision to close, by a named and mandated person; high risk takes a second person.

    `ground` is the supervisor's further reason where the code closes nothing by itself; `needed_second` says whether
    a second person had to agree when it was decided; `status_before` is where the case goes back to if refused.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="closures")
    code = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12)
    reasons = models.TextField()
    ground = models.TextField(blank=True)
    needed_second = models.BooleanField(default=False)
    status_before = models.CharField(max_length=12, default="active")
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    second = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_because = models.TextField(blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_id = models.UUIDField(null=True)
    reopened_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("decided_by")),
                name="second_person_is_another",
            )
        ]


class ReferenceCounter(models.Model):
    """The last number given out, for each kind and year."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    kind = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="reference_counter_once")]


# Other modules hold further models of this room; they name those above.
from sentinel.cases.written import WrittenDecision  # noqa: E402, F401
