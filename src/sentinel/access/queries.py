"""Reading the ladder: which rung, who else, whose desk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q, QuerySet

from sentinel.access.models import Agreement, Kind, Rung
from sentinel.accounts.models import Agency
from sentinel.foundation.actor import Actor


def rung_of(actor: Actor, record_id: uuid.UUID) -> Rung:
    """The rung on which the stated actor stands for a record. `actor` must be the one stated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_true_rung(%s)", [record_id])
        return Rung(cursor.fetchone()[0])


@dataclass(frozen=True)
class Holder:
    """One line of who reaches a record."""

    holder_id: uuid.UUID
    rung: Rung
    until: datetime | None
    via: str
    granted_at: datetime


def holders_of(actor: Actor, record_id: uuid.UUID) -> list[Holder]:
    """Who reaches a record, owner first; empty for an actor who may not read it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT holder_id, rung, until, via, granted_at FROM access_holders(%s) ORDER BY rung DESC, granted_at",
            [record_id],
        )
        return [Holder(row[0], Rung(row[1]), row[2], row[3], row[4]) for row in cursor.fetchall()]


def desk_of(actor: Actor, record_id: uuid.UUID) -> Agency | None:
    """The agency whose desk is to be rung about a record that the actor may only know of; None where not even that.

    An agency whose name gives something away is not named: the caller shows the partnership's desk instead.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_owner(%s)", [record_id])
        owner_id = cursor.fetchone()[0]
    return Agency.objects.filter(pk=owner_id).first() if owner_id else None


def agreements_of(owner_id: uuid.UUID | None, kind: Kind, on: date) -> QuerySet[Agreement]:
    """The owner's agreements in force on a day for a kind of record."""
    return Agreement.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=on),
        owner_id=owner_id,
        record_kind=kind,
        effective_from__lte=on,
    ).order_by("other_id")
