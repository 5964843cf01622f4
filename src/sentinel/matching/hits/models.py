"""That a desk was named to somebody, and what they then asked its agency for."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sentinel.accounts.models import Agency, User
from sentinel.foundation.models import CaseRow


class Hit(CaseRow):
    """That somebody was told to ring a desk about a record. Written by the database alone (hits_tell).

    Its id is what pages carry in place of the record's: drawn by chance, another one for each person, report or case in
    hand and thing asked (`asked`, a keyed digest of it: telling.py), so that two of them do not tell whether they are of one
    record, nor when it was opened. `persons` are ids of those whom the search met in the record: for its owner, who is asked
    about them, and for who watches the searching, who looks at what was met since the last time (`met_at`). Whoever may only
    know of the record reads no row of this.
    """

    keeps_history: ClassVar[bool] = False

    to_user_id = models.UUIDField()
    to_agency_id = models.UUIDField()
    in_hand_id = models.UUIDField(null=True)
    about = models.CharField(max_length=12)
    persons = ArrayField(models.UUIDField(), default=list, db_default=[])
    asked = models.UUIDField(null=True)
    met_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to_user_id", "record_id"], name="hit_of_user"),
            models.Index(fields=["met_at"], name="hit_met"),
        ]


class AccessRequest(CaseRow):
    """That somebody asks the owner of a record, of which they may only know, to let them read it; and the answer.

    A row of the record's own: whoever reads the record reads it, and whoever asked reads their own. They ask through a
    function of the database (hits_ask), the owner answers. It is of that record and no other: when a report joins a case,
    what waits for an answer and what was granted end (hits_end_of_joined). Somebody may have several waiting for one record, one of
    each hit: else asking would tell that the hits are of one. Once one is granted the others are answered with it. Times are UTC. `until` is when what was granted ends: the
    reach itself carries it (access_reach.until), so that no clock but the database's is asked.
    """

    STATES: ClassVar = [
        ("waiting", "Waiting for an answer"),
        ("granted", "Granted"),
        ("refused", "Refused"),
        ("withdrawn", "Withdrawn"),
        ("joined", "The report joined a case: ask again"),
        ("together", "Answered with another request"),
    ]
    WANTED: ClassVar = [("read", "To read it"), ("write", "To work on it as well")]

    hit_id = models.UUIDField(null=True)
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asker_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    wanted = models.CharField(max_length=8, choices=WANTED)
    in_hand = models.CharField(max_length=24, blank=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=STATES, default="waiting")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    granted = models.CharField(max_length=8, choices=WANTED, blank=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="request_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["until"], name="request_runs", condition=models.Q(state="granted", ended_at=None)
            ),
            models.Index(fields=["asker", "-asked_at"], name="request_of_asker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "asker", "hit_id"],
                condition=models.Q(state="waiting"),
                name="request_waits_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~models.Q(state="granted")
                | models.Q(until__isnull=False, answered_at__isnull=False),
                name="request_granted_ends",
            ),
        ]

    def lets(self, moment: datetime) -> bool:
        """Whether what was granted still stands at a moment (UTC), as far as this row knows."""
        return (
            self.state == "granted"
            and self.ended_at is None
            and self.until is not None
            and self.until > moment
        )


class Silence(CaseRow):
    """That a record is of a kind of which nobody is told by agreement alone (rules.KINDS), from when to when, and why."""

    kind = models.CharField(max_length=16)
    why = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "kind"], condition=models.Q(ended_at=None), name="silence_once"
            )
        ]


class Touch(CaseRow):
    """That a search met a record of which whoever searched was told nothing: for the record's owner to know, once for each
    person, day (London) and thing asked about. Behind the audience of what was met. `persons` are ids of those whom it met, for who
    watches the searching, `met_at` when it met the last of them. Written by the database alone (hits_tell).
    """

    keeps_history: ClassVar[bool] = False

    by_user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    met = models.CharField(max_length=12)
    why = models.CharField(max_length=80)
    seen_at = models.DateTimeField(null=True)
    seen_by_id = models.UUIDField(null=True)
    persons = ArrayField(models.UUIDField(), default=list, db_default=[])
    met_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="touch_unseen", condition=models.Q(seen_at=None)),
            models.Index(fields=["met_at"], name="touch_met"),
        ]


class Concern(models.Model):
    """That somebody was shown people, or asked about them, of whom an auditor is to ask why: of one kind (looking.KINDS) and day
    (London). For auditors alone; written by the worker. `persons` are ids of those shown, the first 50. `unnamed` stands for what was
    asked, or met and not shown: digests, which name nobody and tell not whether anything was found; of things tried their kinds."""

    special_protection: ClassVar[str] = "SELECT, UPDATE"

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    day = models.DateField()
    persons = models.JSONField(default=list)
    unnamed = models.JSONField(default=list, db_default=[])
    count = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=12, blank=True)
    words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind", "day"], name="concern_once_a_day")]


class Watched(models.Model):
    """Up to when the worker has looked over what was searched. One row."""

    special_protection: ClassVar[str] = ""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()


class AskedThing(models.Model):
    """That somebody asked about a name, birth, telephone, address (asking.Thing) while they looked for who is known, found or not, for
    the report or case in hand: a keyed digest, another one for each person and day, and no word of it. The worker's, who counts
    them and deletes them two days later, but for those that a concern counts (Concern.unnamed); written by the database alone (hits_searched)."""

    special_protection: ClassVar[str] = ""

    id = models.UUIDField(primary_key=True, editable=False)
    user_id = models.UUIDField()
    day = models.DateField()
    in_hand_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=12)
    digest = models.UUIDField()
    family = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "day"], name="asked_by"),
            models.Index(fields=["at"], name="asked_at"),
        ]
