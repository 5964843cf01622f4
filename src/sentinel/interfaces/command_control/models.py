"""Who may ask for markers, what became of each marker in which transaction, and what an agency's system has been given."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from sentinel.accounts.models import Agency, User
from sentinel.foundation.models import CaseRow
from sentinel.interfaces.command_control.rules import KEY_LASTS
from sentinel.kernel.ids import new_id
from sentinel.risk.high.models import Marker


class ClientQuerySet(models.QuerySet["Client"]):
    """Clients by whether their keys still are any."""

    def live(self, now: datetime) -> ClientQuerySet:
        """Whose key is one at a moment (UTC), confirmed or not: not revoked, not at its end, its agency not gone into another."""
        return self.filter(
            revoked_at__isnull=True, issued_at__gt=now - KEY_LASTS, agency__merged_into__isnull=True
        )

    def given(self, now: datetime) -> ClientQuerySet:
        """Those of them that are given anything: somebody but their maker has confirmed them."""
        return self.live(now).filter(confirmed_at__isnull=False)


class Client(models.Model):
    """A system of an agency that asks with a key of its own. Of the key only a digest is kept: it is shown once.

    The key has 256 random bits, so that a plain SHA-256 of it cannot be guessed back.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    key_begins = models.CharField(max_length=16, unique=True)
    key_digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Until somebody but its maker has confirmed it, it gives nothing.
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["agency", "-issued_at"], name="cc_client_agency")]

    @property
    def ends_at(self) -> datetime:
        """From when on its key is none any more (UTC)."""
        return self.issued_at + KEY_LASTS


class ClientUse(models.Model):
    """How often a client has asked in the running minute (by the machine's clock), and when last."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.PROTECT, related_name="use")
    minute = models.DateTimeField()
    asked = models.PositiveIntegerField()
    last_at = models.DateTimeField(null=True)


class Change(CaseRow):
    """That a marker began to be shown, was changed, reviewed or ended. Written by a trigger of the marker's table (functions.sql),
    whoever changed it and however: ids alone, never a name.

    `transaction` is the transaction that did it, numbered as in the audit: what has been seen is told by it and not by
    `number`, since a number given early may be committed late.
    """

    keeps_history: ClassVar[bool] = False
    KINDS: ClassVar = [("start", "Shown"), ("change", "Changed"), ("review", "Reviewed"), ("end", "Ended")]

    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField(unique=True)
    transaction = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=KINDS)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="cc_change_transaction")]


class Given(CaseRow):
    """That a marker has left for one of an agency's systems for the first time: from then on the ledger of the case has it. Of
    each system by itself: a second key that takes everything leaves its own lines."""

    keeps_history: ClassVar[bool] = False

    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "marker"], name="cc_given_once_each")]
        indexes = [models.Index(fields=["agency", "marker"], name="cc_given_agency")]


class Push(models.Model):
    """Where a client's markers are sent besides. Set by whoever runs the server alone: an address that somebody could type on a page
    would be one that Sentinel's own network can be asked through.

    The secret that signs what is sent stands nowhere: it is made of the server's key, the client and `secret_number`.
    """

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"
    keeps_history: ClassVar[bool] = True

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.PROTECT, related_name="push")
    url = models.CharField(max_length=300)
    secret_number = models.PositiveIntegerField(default=1)
    set_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)


class PushState(models.Model):
    """How far a push has come, as a token would say it, and how it fares. `failures` are those in a row."""

    open_to_app: ClassVar[str] = "SELECT, INSERT, UPDATE"

    push = models.OneToOneField(Push, primary_key=True, on_delete=models.PROTECT, related_name="state")
    seen = models.JSONField(null=True)
    taken_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=120, blank=True)
