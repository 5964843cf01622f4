"""Sharing agreements: what one agency lets another know or read of its new records, from a day to a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from sentinel.access.models import Agreement, Kind, Rung
from sentinel.accounts.models import Agency
from sentinel.accounts.rules import SILENT_KINDS, roles_with
from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.foundation.reference import changed_here
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.text import filled

ONLY_GOVERNANCE = "Only a governance officer, or whoever runs Sentinel, enters sharing agreements."
RECORDS = (Kind.CASE, Kind.REPORT)
RUNGS = (Rung.SUMMARY, Rung.READ, Rung.WRITE)


def agreements_between(owner: Agency | None = None, other: Agency | None = None) -> QuerySet[Agreement]:
    """All agreements there are or were, of one owner or with one other where given. They name agencies and no case."""
    rows = Agreement.objects.select_related("owner", "other").order_by(
        "owner__code", "other__code", "record_kind", "effective_from"
    )
    if owner is not None:
        rows = rows.filter(owner=owner)
    return rows if other is None else rows.filter(other=other)


@transaction.atomic
def enter_agreement(
    *,
    actor: Actor,
    owner: Agency,
    other: Agency,
    kind: Kind,
    rung: Rung,
    legal_basis: str,
    source: str,
    effective_from: date,
    effective_until: date | None = None,
    break_glass_roles: Iterable[str] = (),
    silent_kinds: Iterable[str] = (),
) -> Agreement:
    """Enter an agreement that both agencies have signed; it holds for records opened on its days (London, both included).

    `silent_kinds` are those of accounts.rules.SILENT_KINDS of which it lets the other know as well. Raises Refused without the right
    to govern, Invalid with the field: one that would overlap with another, roles that break no glass, or any where the other
    reads anyhow.
    """
    actor.require("govern", ONLY_GOVERNANCE)
    roles = sorted(set(break_glass_roles))
    silent = sorted(set(silent_kinds))
    if unknown := [one for one in silent if one not in SILENT_KINDS]:
        raise Invalid.of(
            "silent_kinds", f"There is no silent kind {unknown[0]}. These are: {', '.join(SILENT_KINDS)}."
        )
    if owner.pk == other.pk:
        raise Invalid.of("other", "An agency makes no agreement with itself.")
    if kind not in RECORDS:
        raise Invalid.of("kind", "An agreement is of cases or of reports.")
    if rung not in RUNGS:
        raise Invalid.of("rung", "An agreement lets the other know, read or write.")
    if roles and rung is not Rung.SUMMARY:
        raise Invalid.of("break_glass_roles", "Only who may know but not read needs to break glass.")
    fit = roles_with("break_glass")
    unfit = [role for role in roles if role not in fit]
    if unfit:
        raise Invalid.of(
            "break_glass_roles", f"The role {unfit[0]} breaks no glass. These do: {', '.join(fit)}."
        )
    if effective_until is not None and effective_until < effective_from:
        raise Invalid.of("effective_until", "It cannot end before it begins.")
    # One at a time for each owner, so that two cannot overlap.
    Agency.objects.select_for_update().get(pk=owner.pk)
    same = Agreement.objects.filter(owner=owner, other=other, record_kind=kind)
    over = same.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=effective_from))
    if effective_until is not None:
        over = over.filter(effective_from__lte=effective_until)
    if over.exists():
        raise Invalid.of(
            "effective_from", "There is an agreement of these two for these days. End that one first."
        )
    made = Agreement.objects.create(
        owner=owner,
        other=other,
        record_kind=kind,
        rung=rung,
        break_glass_roles=roles,
        silent_kinds=silent,
        legal_basis=filled("legal_basis", legal_basis, longest=120, one_line=True),
        source=filled("source", source, longest=120, one_line=True),
        effective_from=effective_from,
        effective_until=effective_until,
        confirmed=True,
    )
    changed_here()
    note("agreement_entered", subject="agreement", subject_id=made.pk)
    return made


@transaction.atomic
def end_agreements(
    *, actor: Actor, now: datetime, owner: Agency, other: Agency, kind: Kind, last_day: date
) -> list[Agreement]:
    """End what `owner` has agreed with `other`: new records are not shared after `last_day`.

    What is shared already stays until the owner ends it on the record's sharing page. Raises Refused without the right to
    govern, Invalid (last_day) where nothing is in force then, or where the day has passed: what was shared by it was.
    """
    actor.require("govern", ONLY_GOVERNANCE)
    if last_day < london_date(now):
        raise Invalid.of("last_day", "That day has passed. An agreement ends today at the earliest.")
    rows = list(
        Agreement.objects.select_for_update().filter(
            Q(effective_until__isnull=True) | Q(effective_until__gt=last_day),
            owner=owner,
            other=other,
            record_kind=kind,
            effective_from__lte=last_day,
        )
    )
    if not rows:
        raise Invalid.of("last_day", "No agreement of these two goes on after that day.")
    for row in rows:
        row.effective_until = last_day
        row.save(update_fields=["effective_until"])
        note("agreement_ended", subject="agreement", subject_id=row.pk)
    changed_here()
    return rows
