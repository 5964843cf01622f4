"""Reading the ladder: which rung, who else, whose desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Func, JSONField, Q, QuerySet, UUIDField, Value

from sentinel.access.models import Agreement, BreakGlass, Reach, Rung
from sentinel.accounts.calendars import Opening, opening_of
from sentinel.accounts.models import Agency, User
from sentinel.accounts.queries import partnership_desk
from sentinel.accounts.rules import silent_kind_of
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.foundation.compiled import compiled
from sentinel.foundation.reference import kept_in_memory
from sentinel.kernel.errors import KnownOnly, NotFound


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


def holders_with(record: str) -> Func:
    """The same of the record whose id an outer query holds under `record`, as JSON, for annotating it; read it with
    `read_holders`."""
    return Func(
        F(record), function="access_holders", output_field=JSONField(),
        template="(SELECT jsonb_agg(h ORDER BY h.rung DESC, h.granted_at) FROM %(function)s(%(expressions)s) h)",
    )  # fmt: skip


def read_holders(said: list[dict[str, Any]] | None) -> list[Holder]:
    """The value of `holders_with`."""
    return [
        Holder(
            uuid.UUID(one["holder_id"]), Rung(one["rung"]), one["until"] and datetime.fromisoformat(one["until"]),
            one["via"], datetime.fromisoformat(one["granted_at"]),
        )
        for one in said or []
    ]  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Whom to ring about a record: the desk's name, its telephone number or "" where none is told, and its hours, where they may be
    told, as its agency states them."""

    name: str
    phone: str
    hours: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    def opening(self, moment: datetime) -> Opening:
        """When it is open, and when it opens next where it is closed at a moment (UTC)."""
        return opening_of(self.hours, moment)

    @classmethod
    def told(
        cls, name: str, phone: str, *, gives_away: bool, partnership: str, hours: Mapping[str, Sequence[str]]
    ) -> Desk:
        """A desk as it may be told: in place of an agency whose name alone gives something away stands the partnership's
        desk, with its telephone number `partnership` and without hours, for the agency's are not that desk's."""
        return cls("the partnership's sharing desk", partnership) if gives_away else cls(name, phone, hours)


def desk_of(actor: Actor, record_id: uuid.UUID) -> Desk | None:
    """The desk to be rung about a record that the actor may only know of; None where not even that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_owner(%s)", [record_id])
        owner = Agency.objects.filter(pk=cursor.fetchone()[0]).first()
    if owner is None:
        return None
    return _desk_at(owner)


def known_only(desk: Desk, record_id: uuid.UUID) -> KnownOnly:
    """What is answered for a record that somebody may only know of: its desk, and whether it is open. One query."""
    moment = now()
    found = desk.opening(moment)
    return KnownOnly(desk.name, desk.phone, str(record_id), hours=found.words, opens=found.opens, now=moment)


def _desk_at(agency: Agency) -> Desk:
    hidden = agency.names_give_away
    partnership = partnership_desk().phone if hidden else ""
    return Desk.told(
        agency.desk_name, agency.desk_phone, gives_away=hidden, partnership=partnership, hours=agency.hours
    )


def desk_words(agency: Agency) -> str:
    """Which desk is rung about what an agency owns, with its number where one is told; the partnership's where the agency's name
    alone tells something. No query, one for the partnership's."""
    desk = _desk_at(agency)
    return ", ".join(word for word in (desk.name, desk.phone) if word)


def may_open_in_emergency(actor: Actor, record_id: uuid.UUID, on: date) -> bool:
    """Whether an agreement of a record's owner, in force on a day, lets a role of the actor open what it holds in an emergency. Of
    which kind of record is not asked: that would tell of which this one is. One query, none without the right."""
    if not actor.may("break_glass"):
        return False
    return Agreement.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=on),
        owner_id=Func(Value(record_id), function="access_owner", output_field=UUIDField()),
        other_id=actor.agency_id,
        effective_from__lte=on,
        break_glass_roles__has_any_keys=sorted(actor.roles),
    ).exists()


@kept_in_memory
def agreements_of(owner: uuid.UUID | None, kind: int, on: date) -> list[Agreement]:
    """The owner's agreements in force on a day for a kind of record (access.models.Kind). One query, or none: kept by edition
    (foundation/reference.py), and not to be written to."""
    return _agreements(owner, kind, on)


@kept_in_memory
def silent_kind_of_owner(owner: uuid.UUID | None) -> str:
    """The silent kind of which all that an agency owns is (accounts.rules.SILENT_KINDS); "" for most. One query, or none: kept by
    edition."""
    found = Agency.objects.filter(pk=owner).values_list("kind", flat=True).first() if owner else None
    return silent_kind_of(found or "")


@compiled
def _agreements(owner: uuid.UUID | None, kind: int, on: date) -> QuerySet[Agreement]:
    return Agreement.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=on),
        owner_id=owner,
        record_kind=kind,
        effective_from__lte=on,
    ).order_by("other_id")


@dataclass(frozen=True)
class EmergencyReading:
    """One use of break-glass with the names that a reviewer needs."""

    row: BreakGlass
    who: str
    agency: str


def emergency_readings(actor: Actor) -> list[EmergencyReading]:
    """Emergency readings of records that the actor's agency owns: the unreviewed first, then the latest 100."""
    owned = Reach.objects.filter(holder_id=actor.agency, rung=Rung.OWNER).values("record_id")
    rows = list(
        BreakGlass.objects.filter(record_id__in=owned).order_by(
            F("reviewed_at").desc(nulls_first=True), "review_due"
        )[:100]
    )
    users = User.objects.select_related("agency").in_bulk({row.user_id for row in rows})
    return [
        EmergencyReading(row, users[row.user_id].name, users[row.user_id].agency.short_name) for row in rows
    ]


def emergency_opened(actor: Actor, row_id: str) -> BreakGlass:
    """The actor's own emergency reading, just opened. Raises NotFound for anybody else's."""
    row = BreakGlass.objects.filter(pk=row_id).first()
    if row is None or row.user_id != actor.user_id:
        raise NotFound()
    return row


def emergency_reading(actor: Actor, row_id: uuid.UUID) -> EmergencyReading:
    """One emergency reading of a record that the actor's agency owns. Raises NotFound for any other."""
    row = BreakGlass.objects.filter(pk=row_id).first()
    if row is None or rung_of(actor, row.record_id) < Rung.OWNER:
        raise NotFound()
    user = User.objects.select_related("agency").get(pk=row.user_id)
    return EmergencyReading(row, user.name, user.agency.short_name)
