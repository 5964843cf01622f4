"""The audit: who did or saw what (entries), what changed (history), and the seal over both. Append only."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One act: a view, search, export, print, sign-in, refusal or operation. Ids and codes, never names."""

    special_protection: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=32)
    user_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    record_id = models.UUIDField(null=True)
    audience_id = models.UUIDField(null=True)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=45, blank=True)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        managed = True
        indexes = [
            models.Index(fields=["record_id", "-id"], name="entry_record"),
            models.Index(fields=["user_id", "-id"], name="entry_user"),
            models.Index(fields=["kind", "-id"], name="entry_kind"),
            models.Index(fields=["transaction"], name="entry_transaction"),
            models.Index(
                fields=["subject_id", "-id"], name="entry_subject", condition=~models.Q(subject_id="")
            ),
        ]


class History(models.Model):
    """One changed row: what stood before and after, guarded as the row itself is. Written by triggers only."""

    special_protection: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField()
    at = models.DateTimeField()
    operation = models.CharField(max_length=1)
    table = models.CharField(max_length=63)
    row_id = models.CharField(max_length=80)
    record_id = models.UUIDField(null=True)
    audience_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["record_id", "-id"], name="history_record"),
            models.Index(fields=["table", "row_id", "-id"], name="history_row"),
            models.Index(fields=["transaction"], name="history_transaction"),
        ]


class Server(models.Model):
    """A database server that this database has lived on, and the number from which its transactions are counted here.

    Written by the owner with each `sentinel migrate`. `system` is the server's own identifier, given at its making.
    """

    open_to_app: ClassVar[str] = "SELECT"

    system = models.BigIntegerField(primary_key=True)
    begin = models.BigIntegerField(unique=True)


class Seal(models.Model):
    """One link of the keyed chain: how many rows it seals and the chain's head after them."""

    special_protection: ClassVar[str] = "SELECT"

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    horizon = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    head = models.CharField(max_length=64)


class Sealed(models.Model):
    """That a row stands in a seal at a position, with its hash."""

    special_protection: ClassVar[str] = "SELECT"

    id = models.BigAutoField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="members")
    ledger = models.CharField(max_length=1)
    row_id = models.BigIntegerField()
    position = models.PositiveIntegerField()
    row_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "row_id"], name="sealed_once"),
            models.UniqueConstraint(fields=["seal", "position"], name="sealed_position"),
        ]
