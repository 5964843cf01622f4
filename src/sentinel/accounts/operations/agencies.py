"""Agencies: their names, their desk, and one that goes into another. Nothing of what was is lost (R248)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.text import slugify

from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.models import Agency, AgencyArea, AgencyName, Area, Duty, Team, User
from sentinel.accounts.operations.guards import current
from sentinel.accounts.rules import AGENCY_KINDS, PART_3, TELLING_KINDS
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid, NotFound, Refused
from sentinel.kernel.phones import parse_phone
from sentinel.kernel.text import filled


def _agency(actor: Actor, agency_id: uuid.UUID, version: int | None) -> Agency:
    """An agency that the actor may change: any for a governance officer, else one's own as its administrator."""
    own = actor.may("administer_agency") and agency_id == actor.agency_id
    if not own and not actor.may("govern"):
        raise Refused("Only its local administrator or a governance officer changes an agency.")
    found = Agency.objects.select_for_update().filter(pk=agency_id).first()
    if found is None:
        raise NotFound
    if found.merged_into_id is not None:
        raise Invalid("This agency has gone into another and is kept as it was.")
    current(found, version)
    return found


def _phone(typed: str, field: str = "desk_phone") -> str:
    try:
        return parse_phone(typed).display
    except Invalid as error:
        raise error.under(field) from None


def _email(typed: str, field: str = "desk_email") -> str:
    found = typed.strip()
    try:
        if found:
            validate_email(found)
    except ValidationError:
        raise Invalid.of(field, "Type an address like desk@agency.gov.uk.") from None
    return found


def _free_code(wanted: str, name: str) -> str:
    code = slugify(wanted or name)[:40].strip("-")
    if not code:
        raise Invalid.of("code", "A code has small letters, figures and hyphens, like north-town.")
    if Agency.objects.filter(code=code).exists():
        raise Invalid.of("code", "There is an agency of this code.")
    return code


@transaction.atomic
def add_agency(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    short_name: str,
    kind: str,
    statutory: bool,
    desk_name: str,
    desk_phone: str,
    names_give_away: bool = False,
    code: str = "",
) -> Agency:
    """A new agency of the partnership. `code` stands in addresses and settings; left empty it is made of the name.

    `names_give_away`: its name alone tells something (treatment), so that the partnership's desk is named in its place; a
    youth justice service is always added so.
    It keeps office hours until it states its own, and shares nothing until an agreement says so. Raises Refused without
    the right to govern, or Invalid for each field.
    """
    actor.require("govern", "Only a governance officer adds agencies.")
    if kind not in AGENCY_KINDS:
        raise Invalid.of("kind", "Choose what kind of agency it is.")
    found = filled("name", name, longest=120, one_line=True)
    if Agency.objects.filter(name__iexact=found, merged_into__isnull=True).exists():
        raise Invalid.of("name", "There is an agency of this name.")
    agency = Agency.objects.create(
        code=_free_code(code, found),
        name=found,
        short_name=filled("short_name", short_name, longest=40, one_line=True),
        kind=kind,
        statutory=statutory,
        regime="part3" if kind in PART_3 else "gdpr",
        desk_name=filled("desk_name", desk_name, longest=80, one_line=True),
        desk_phone=_phone(desk_phone),
        names_give_away=names_give_away or kind in TELLING_KINDS,
    )
    raise_account_event(AccountEvent("agency_added", "agency", agency.pk), actor=actor, now=now)
    return agency


@transaction.atomic
def set_areas(
    *, actor: Actor, now: datetime, agency_id: uuid.UUID, version: int | None, area_ids: Iterable[uuid.UUID]
) -> Agency:
    """Say in which areas an agency works from today; what it worked in before is kept with the day it ended.

    Raises Refused without the right to govern, NotFound (agency, area), Conflict or Invalid (area_ids).
    """
    actor.require("govern", "Only a governance officer says where an agency works.")
    agency = _agency(actor, agency_id, version)
    wanted = set(area_ids)
    if Area.objects.filter(pk__in=wanted).count() != len(wanted):
        raise NotFound
    today = london_date(now)
    rows = AgencyArea.objects.filter(agency=agency, valid_until__isnull=True)
    had = set(rows.values_list("area_id", flat=True))
    rows.filter(area_id__in=had - wanted).update(valid_until=today)
    AgencyArea.objects.bulk_create(
        AgencyArea(agency=agency, area_id=area, valid_from=today) for area in sorted(wanted - had)
    )
    agency.version += 1
    agency.save(update_fields=["version"])
    detail: dict[str, object] = {"added": len(wanted - had), "ended": len(had - wanted)}
    raise_account_event(
        AccountEvent("agency_areas_changed", "agency", agency.pk, detail), actor=actor, now=now
    )
    return agency


@transaction.atomic
def rename_agency(
    *, actor: Actor, now: datetime, agency_id: uuid.UUID, version: int | None, name: str, short_name: str
) -> Agency:
    """Give an agency another name; the former one is kept with the moment it ended.

    Raises Refused, NotFound, Conflict or Invalid (name, short_name).
    """
    agency = _agency(actor, agency_id, version)
    new, short = (
        filled("name", name, longest=120, one_line=True),
        filled("short_name", short_name, longest=40, one_line=True),
    )
    taken = Agency.objects.filter(name__iexact=new, merged_into__isnull=True).exclude(pk=agency.pk)
    if taken.exists():
        raise Invalid.of("name", "There is an agency of this name.")
    if new != agency.name:
        AgencyName.objects.create(agency=agency, name=agency.name, until=now)
    agency.name, agency.short_name = new, short
    agency.version += 1
    agency.save(update_fields=["name", "short_name", "version"])
    raise_account_event(AccountEvent("agency_renamed", "agency", agency.pk), actor=actor, now=now)
    return agency


@transaction.atomic
def set_desk(
    *,
    actor: Actor,
    now: datetime,
    agency_id: uuid.UUID,
    version: int | None,
    desk_name: str,
    desk_phone: str,
    desk_email: str,
    names_give_away: bool,
) -> Agency:
    """Say whom others ring about what this agency holds, and whether its name alone tells something. Raises as rename_agency, Invalid for each field."""
    agency = _agency(actor, agency_id, version)
    agency.desk_name = filled("desk_name", desk_name, longest=80, one_line=True)
    agency.desk_phone = _phone(desk_phone)
    agency.desk_email = _email(desk_email)
    agency.names_give_away = names_give_away
    agency.version += 1
    agency.save(update_fields=["desk_name", "desk_phone", "desk_email", "names_give_away", "version"])
    raise_account_event(AccountEvent("agency_changed", "agency", agency.pk), actor=actor, now=now)
    return agency


@transaction.atomic
def merge_agency(
    *, actor: Actor, now: datetime, agency_id: uuid.UUID, into_id: uuid.UUID, version: int | None
) -> Agency:
    """Have one agency go into another. Its teams, users, duties, areas and all that it reaches are the other's from now on.

    Where rows say which agency did something, they go on saying it. Sharing agreements are signed by agencies and are
    not carried over. Raises Refused without the right to govern, NotFound, Conflict or Invalid. Returns the other.
    """
    actor.require("govern", "Only a governance officer merges agencies.")
    if agency_id == into_id:
        raise Invalid.of("into", "An agency cannot go into itself.")
    both = {
        one.pk: one
        for one in Agency.objects.select_for_update().filter(pk__in=[agency_id, into_id]).order_by("pk")
    }
    if len(both) != 2:
        raise NotFound
    gone, into = both[agency_id], both[into_id]
    current(gone, version)
    if gone.merged_into_id is not None or into.merged_into_id is not None:
        raise Invalid("One of the two has gone into another already.")
    gone.merged_into, gone.merged_at = into, now
    gone.version += 1
    gone.save(update_fields=["merged_into", "merged_at", "version"])
    _move_teams(gone, into)
    users = User.objects.filter(agency=gone).update(agency=into)
    Duty.objects.filter(agency=gone, until__isnull=True).update(agency=into)
    _widen_areas(gone, into)
    reached = _hand_over(gone, into)
    detail: dict[str, object] = {"into": str(into.pk), "users": users, "records": reached}
    raise_account_event(AccountEvent("agency_merged", "agency", gone.pk, detail), actor=actor, now=now)
    return into


def _move_teams(gone: Agency, into: Agency) -> None:
    taken = {name.lower() for name in Team.objects.filter(agency=into).values_list("name", flat=True)}
    for team in Team.objects.filter(agency=gone):
        if team.name.lower() in taken:
            team.name = f"{team.name[:76]} ({gone.short_name})"
        team.agency = into
        team.version += 1
        team.save(update_fields=["agency", "name", "version"])


def _widen_areas(gone: Agency, into: Agency) -> None:
    has = set(
        AgencyArea.objects.filter(agency=into, valid_until__isnull=True).values_list("area_id", flat=True)
    )
    for row in AgencyArea.objects.filter(agency=gone, valid_until__isnull=True):
        if row.area_id not in has:
            AgencyArea.objects.create(agency=into, area_id=row.area_id, valid_from=row.valid_from)


def _hand_over(gone: Agency, into: Agency) -> int:
    """What the agency reached is reached by the other; the database asks once more whether this may be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_hand_over(%s, %s)", [gone.pk, into.pk])
        return int(cursor.fetchone()[0])
