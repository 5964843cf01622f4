"""When an agency works, who is on duty at its sharing desk, and the partnership's own desk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time

from django.db import transaction

from sentinel.accounts.duties import may_be_on_duty, may_hear_of_high_risk, may_take_referrals
from sentinel.accounts.events import AccountEvent, raise_account_event
from sentinel.accounts.models import Agency, AgencyArea, Duty, PartnershipDesk
from sentinel.accounts.operations.agencies import _agency, _email, _phone
from sentinel.accounts.rules import duties_of, referral_duties_of
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid

SHARING_DESK = "sharing_desk"
CHANGED = "Somebody else changed this meanwhile. What stands now is shown; look again before you save yours."
MIDNIGHT = time(0)


@transaction.atomic
def set_hours(
    *,
    actor: Actor,
    now: datetime,
    agency_id: uuid.UUID,
    version: int | None,
    hours: Mapping[int, tuple[time | None, time | None]],
) -> Agency:
    """Say when an agency works on each day of the week: 0 is Monday; a day that is absent, or with neither time, is closed.

    Times are on a London clock; closing at 00:00 is the midnight at the end of the day. What is promised to victims is
    counted by these hours from now on. Raises Refused, NotFound, Conflict or Invalid (opens_0 to closes_6).
    """
    agency = _agency(actor, agency_id, version)
    found: dict[str, list[str]] = {}
    wrong: dict[str, list[str]] = {}
    for day, (opens, closes) in sorted(hours.items()):
        if opens is None and closes is None:
            continue
        if opens is None or closes is None:
            missing = f"opens_{day}" if opens is None else f"closes_{day}"
            wrong[missing] = ["Give both times, or leave both empty where the agency is closed."]
        elif closes != MIDNIGHT and closes <= opens:
            wrong[f"closes_{day}"] = [
                "It must close after it opens. A night after midnight belongs to the next day."
            ]
        else:
            found[str(day)] = [f"{opens:%H:%M}", "24:00" if closes == MIDNIGHT else f"{closes:%H:%M}"]
    if wrong:
        raise Invalid(wrong)
    if not found:
        raise Invalid("Give the hours of at least one day: without one nothing could ever be due.")
    agency.hours = found
    agency.version += 1
    agency.save(update_fields=["hours", "version"])
    raise_account_event(AccountEvent("agency_hours_changed", "agency", agency.pk), actor=actor, now=now)
    return agency


@transaction.atomic
def set_sharing_desk(
    *, actor: Actor, now: datetime, agency_id: uuid.UUID, version: int | None, user_ids: Iterable[uuid.UUID]
) -> Agency:
    """Say who is on duty at an agency's sharing desk from now on; whoever was before is kept with the moment it ended.

    They are told when somebody opens a record of the agency in an emergency. Where nobody is, everybody who may review
    it is told. Raises Refused, NotFound, Conflict, or Invalid (people) for somebody who is no active user of the agency.
    """
    return set_duties(
        actor=actor,
        now=now,
        agency_id=agency_id,
        version=version,
        duties={SHARING_DESK: user_ids},
        area_id=None,
    )


@transaction.atomic
def set_duties(
    *,
    actor: Actor,
    now: datetime,
    agency_id: uuid.UUID,
    version: int | None,
    duties: Mapping[str, Iterable[uuid.UUID]],
    area_id: uuid.UUID | None,
) -> Agency:
    """Say who of an agency is on each of these duties from now on, for one of its areas or (None) for all of them;
    whoever was before is kept with the moment it ended.

    Raises Refused, NotFound, Conflict, or Invalid beside the duty (the sharing desk's is "people") for somebody who is no
    active user of the agency, and (area) for an area in which the agency does not work.
    """
    agency = _agency(actor, agency_id, version)
    if (
        area_id is not None
        and not AgencyArea.objects.filter(agency=agency, area=area_id, valid_until__isnull=True).exists()
    ):
        raise Invalid.of("area", "The agency does not work there.")
    detail: dict[str, object] = {}
    for duty, user_ids in duties.items():
        wanted = set(user_ids)
        field = "people" if duty == SHARING_DESK else duty
        of_referrals = referral_duties_of(agency.kind)
        if duty not in {SHARING_DESK, *duties_of(agency.kind), *of_referrals}:
            raise Invalid.of(field, "An agency of this kind has no such duty.")
        if duty in of_referrals:
            may = may_take_referrals(agency, duty)
        else:
            may = may_be_on_duty(agency) if duty == SHARING_DESK else may_hear_of_high_risk(agency)
        if not wanted <= {user.pk for user in may}:
            raise Invalid.of(
                field, "Choose people of this agency whose account is active and whose role fits."
            )
        rows = Duty.objects.filter(agency=agency, role=duty, until__isnull=True)
        rows = rows.filter(area=area_id) if area_id is not None else rows.filter(area__isnull=True)
        had = set(rows.values_list("user_id", flat=True))
        rows.filter(user_id__in=had - wanted).update(until=now)
        Duty.objects.bulk_create(
            Duty(agency=agency, area_id=area_id, user_id=one, role=duty, since=now)
            for one in sorted(wanted - had)
        )
        if wanted != had:
            detail[duty] = {"added": sorted(map(str, wanted - had)), "ended": sorted(map(str, had - wanted))}
    agency.version += 1
    agency.save(update_fields=["version"])
    raise_account_event(
        AccountEvent("agency_duty_changed", "agency", agency.pk, {"area": str(area_id or ""), **detail}),
        actor=actor, now=now,
    )  # fmt: skip
    return agency


@transaction.atomic
def set_partnership_desk(
    *, actor: Actor, now: datetime, version: int | None, phone: str, email: str
) -> PartnershipDesk:
    """Say which number and address the partnership's own sharing desk has; each may be empty.

    It is rung in place of an agency whose name alone tells something. Raises Refused without the right to govern,
    Conflict, Invalid (phone, email).
    """
    actor.require("govern", "Only a governance officer changes the partnership's sharing desk.")
    desk = PartnershipDesk.objects.select_for_update().first() or PartnershipDesk()
    if version is not None and desk.version != version:
        raise Conflict(CHANGED)
    desk.phone = _phone(phone, "phone") if phone.strip() else ""
    desk.email = _email(email, "email")
    desk.version += 1
    desk.save()
    raise_account_event(
        AccountEvent("partnership_desk_changed", "partnership", uuid.UUID(int=desk.pk)), actor=actor, now=now
    )
    return desk
