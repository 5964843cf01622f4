"""Agencies, their teams and areas, and the people who sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from sentinel.accounts.rules import AGENCY_KINDS
from sentinel.kernel.ids import new_id


class Agency(models.Model):
    """An organisation of the partnership. Merged or renamed agencies keep their id and history (R248)."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    KINDS: ClassVar = list(AGENCY_KINDS.items())
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=KINDS)
    statutory = models.BooleanField()
    regime = models.CharField(max_length=8, default="gdpr")
    desk_name = models.CharField(max_length=80)
    desk_phone = models.CharField(max_length=32)
    desk_email = models.EmailField(blank=True)
    names_give_away = models.BooleanField(
        default=False, help_text="The agency's name alone tells something (youth justice, treatment)"
    )
    hours = models.JSONField(default=dict, help_text="Weekday 0 to 6 to [opens, closes] in local time")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    merged_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(merged_at__isnull=False),
                name="agency_merge_is_dated",
            )
        ]


class AgencyName(models.Model):
    """A name that an agency bore, with the moment it ended."""

    open_to_app: ClassVar[str] = "SELECT, INSERT"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=120)
    until = models.DateTimeField()


class Area(models.Model):
    """A place on the map for routing: district, community safety partnership, policing unit, neighbourhood."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    KINDS: ClassVar = [
        ("district", "District"),
        ("csp", "Community safety partnership"),
        ("lpu", "Local policing unit"),
        ("neighbourhood", "Neighbourhood"),
        ("ward", "Ward"),
        ("lsoa", "Small area (LSOA)"),
        ("force", "Police force area"),
    ]
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=KINDS)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, default="entered")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "valid_from"], name="area_once", nulls_distinct=False
            )
        ]


class AgencyArea(models.Model):
    """That an agency works in an area, from and until."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="works_in")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="agencies")
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)


class Team(models.Model):
    """People of one agency who share a work list."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    takes_skeletons = models.BooleanField(
        default=False, help_text="Reports handed on by call takers arrive here"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="team_once")]


class UserManager(BaseUserManager["User"]):
    """Makes users; email addresses are compared without case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this email address, whatever its case."""
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password, or one that cannot be used until it is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in: of one agency and one team, with roles."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="users")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="users")
    job_title = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    invited_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    password_must_change = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            # Libraries ask is_active alone, so a suspended account is never an active one.
            models.CheckConstraint(
                condition=models.Q(suspended_at__isnull=True) | models.Q(is_active=False),
                name="user_suspended_is_inactive",
            ),
        ]

    @property
    def is_staff(self) -> bool:
        """Always no: there is no back door of Django's."""
        return False

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Always no: rights come from roles (accounts.rules)."""
        return False

    @property
    def role_codes(self) -> list[str]:
        """Codes of the roles held now, in order: as they were fetched with the user (queries.user_with), else asked for."""
        fetched: list[str] | None = self.__dict__.get("roles_held")
        if fetched is not None:
            return sorted(fetched)
        return sorted(held.role for held in self.roles.all() if held.until is None)


class RoleHeld(models.Model):
    """That a person holds a role; ended rows stay as history."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=32)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(until__isnull=True), name="role_held_once"
            )
        ]


class Duty(models.Model):
    """Who is on duty for an area in a named role (sergeant, area inspector, sharing desk)."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="duties")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="duties")
    role = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Absence(models.Model):
    """That somebody is away from a day to a day, both included, and who stands in. `ended_at`: taken back, or back early."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    entered_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "last_day"], name="absence_of")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("deputy")), name="absence_deputy_is_another"
            ),
        ]


class PartnershipDesk(models.Model):
    """The partnership's own sharing desk: rung in place of an agency whose name alone tells something. One row at most."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="partnership_desk_is_one")]


class KeptValue(models.Model):
    """A small value with an end, shared by every process (accounts.limits): attempts to sign in, used codes."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"

    key = models.CharField(primary_key=True, max_length=250)
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True, db_index=True)
