"""Persons and the facts about them. A person is a bare id; each fact is a row of its own with source and audience."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sentinel.foundation.models import CaseRow
from sentinel.kernel.ids import new_id
from sentinel.people.rules import reason_words


class Person(models.Model):
    """Somebody, as an id. What is known of them stands in facts, each under its own record's reach."""

    open_to_app: ClassVar[str] = "SELECT, INSERT"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField()
    origin_agency_id = models.UUIDField()


class PersonFact(CaseRow):
    """A fact about a person; its `record_id` is the case or report that told it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class PersonName(PersonFact):
    """A name as typed, and its normalised form for sorting (`COLLATE "C"`) and matching."""

    KINDS: ClassVar = [("current", "Current"), ("former", "Former"), ("alias", "Also known as")]
    given = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=200, blank=True)
    full = models.CharField(max_length=400)
    title = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=10, choices=KINDS, default="current")
    sort_name = models.CharField(max_length=400, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["person"], name="name_person")]


class PersonBirth(PersonFact):
    """A date of birth as far as known: from `born_on` to `born_latest`, both included, and in which way it is known
    (kernel.births.BirthPrecision). `stated_age` is the age as it was said, on `stated_on`."""

    born_on = models.DateField(null=True)
    born_latest = models.DateField(null=True)
    precision = models.CharField(max_length=6, default="day")
    stated_age = models.PositiveSmallIntegerField(null=True)
    stated_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], name="birth_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(born_latest__isnull=True) | models.Q(born_latest__gte=models.F("born_on")),
                name="birth_range_runs_forward",
            )
        ]


class ContactPoint(PersonFact):
    """A telephone number or email address. `normal` is E.164 or the lower-case address."""

    KINDS: ClassVar = [("phone", "Telephone"), ("email", "Email")]
    kind = models.CharField(max_length=5, choices=KINDS)
    value = models.CharField(max_length=254)
    normal = models.CharField(max_length=254)

    class Meta:
        indexes = [models.Index(fields=["person"], name="contact_point_person")]


class AddressLink(PersonFact):
    """That a person lives, lived, frequents or owns somewhere. A safe address has no place row: only `text`, under
    an audience."""

    KINDS: ClassVar = [("lives", "Lives"), ("lived", "Lived"), ("frequents", "Frequents"), ("owns", "Owns")]
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=KINDS, default="lives")
    landlord_id = models.UUIDField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    safe_address = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="address_link_person"),
            models.Index(fields=["place"], name="address_link_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(safe_address=False)
                | models.Q(place__isnull=True, audience_id__isnull=False),
                name="safe_address_is_guarded",
            )
        ]


class Identifier(PersonFact):
    """What another system calls this person (tenancy, nominal, housing reference)."""

    system = models.CharField(max_length=60)
    value = models.CharField(max_length=120)


class SafeContact(PersonFact):
    """How a person may be contacted. Not asked means that nothing is sent (design.md, safe contact).

    `methods` are all the safe ways, `method` the one to try first. `through` says who stands between, and how to reach
    them.
    """

    METHODS: ClassVar = [
        ("phone", "Telephone"),
        ("text", "Text message"),
        ("email", "Email"),
        ("post", "Letter"),
        ("visit", "Visit"),
        ("through", "Through somebody they name"),
        ("none", "Do not contact"),
    ]
    method = models.CharField(max_length=8, choices=METHODS)
    methods = models.JSONField(default=list)
    through = models.CharField(max_length=300, blank=True)
    times = models.CharField(max_length=160, blank=True)
    message_may_be_left = models.BooleanField(null=True)
    text_may_be_sent = models.BooleanField(null=True)
    post_may_be_sent = models.BooleanField(null=True)
    others_may_answer = models.CharField(max_length=200, blank=True)
    do_not_visit = models.BooleanField(default=False)
    language = models.CharField(max_length=40, blank=True)
    interpreter = models.BooleanField(default=False)
    format = models.CharField(max_length=80, blank=True)
    adjustments = models.CharField(max_length=300, blank=True)
    asked_by_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-asked_at"], name="safe_contact_person")]


class Merge(models.Model):
    """That two ids are one person, said by a data steward, until somebody takes them apart. Nothing is moved: whoever reads
    a person reads both (people/whole.py).

    The pair is what was compared, not what leads: of three ids A, B and C, where B is C by one entry and A is B by
    another, ending either leaves the other as it was said.
    """

    special_protection: ClassVar[str] = "SELECT, INSERT, UPDATE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField()
    merged_by_id = models.UUIDField(null=True)
    agency_id = models.UUIDField()
    why = models.CharField(max_length=300)
    apart_at = models.DateTimeField(null=True)
    apart_by_id = models.UUIDField(null=True)
    apart_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["second"], condition=models.Q(apart_at__isnull=True), name="merge_second"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="merge_in_order"),
            models.UniqueConstraint(
                fields=["first", "second"], condition=models.Q(apart_at__isnull=True), name="merged_once"
            ),
        ]

    @property
    def reason(self) -> str:
        """Why they were made one, to be shown."""
        return reason_words(self.why)

    @property
    def apart_reason(self) -> str:
        """Why they were taken apart, to be shown."""
        return reason_words(self.apart_why)


class Alias(models.Model):
    """That two ids are one person now: a row for each pair, either way round, kept by the database as the ledger changes.

    `since` is the newest merge of which the whole is made. No row for the many who were never merged.
    """

    open_to_app: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "other"], name="alias_person")]
