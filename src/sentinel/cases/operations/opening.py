"""Opening a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from sentinel.access.models import Kind
from sentinel.access.operations import open_record, share_by_agreement
from sentinel.accounts.models import Agency, Team, User
from sentinel.cases.models import CATEGORIES, YES_NO_UNKNOWN, Case, Handover, Involvement, StatusChange
from sentinel.cases.operations.references import next_reference
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.foundation.events import raise_event
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.ids import new_id
from sentinel.kernel.references import Kind as ReferenceKind
from sentinel.kernel.text import filled
from sentinel.places.models import Place
from sentinel.questionnaires.bases import shared_by


def open_case(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    category: str,
    national_type: str,
    told_at: datetime,
    place: Place | None = None,
    involved: Iterable[uuid.UUID] = (),
    lead: User | None = None,
    team: Team | None = None,
    crime: str = "unknown",
    owner: Agency | None = None,
    primacy_agency: Agency | None = None,
    primacy_department: str = "",
) -> Case:
    """Open a case: its record, its first status, the involved agencies (by id) and what the agreements share.

    The actor's agency owns it: who takes a report keeps ownership and recording (R116). Where `owner` is another
    agency, ownership is offered to it and passes when it accepts. `told_at` (UTC) is when an agency was first told.
    Raises Refused without the right open_case, Invalid for what cannot be.
    """
    actor.require("open_case", "Your role takes reports; a practitioner opens the case.")
    _check(title=title, category=category, crime=crime, told_at=told_at, now=now)
    case_id = new_id()
    open_record(actor=actor, now=now, record_id=case_id, kind=Kind.CASE)
    origin = provenance(actor=actor, now=now, record_id=case_id)
    case = Case.objects.create(
        id=case_id,
        reference=next_reference(ReferenceKind.CASE, now),
        title=title.strip(),
        category=category,
        national_type=national_type,
        status="new",
        opened_at=now,
        told_at=told_at,
        owner_agency_id=origin["origin_agency_id"],
        lead=lead,
        team=team or (lead.team if lead else None),
        place=place,
        primacy_agency=primacy_agency,
        primacy_department=primacy_department,
        crime=crime,
        crime_since=now,
        changed_at=now,
        unassessed=1,  # the case itself, until a victim is named or it is assessed (risk.operations.recount)
        **origin,
    )
    StatusChange.objects.create(case=case, status="new", at=now, **origin)
    others = [one for one in dict.fromkeys(involved) if one != actor.agency_id]
    if owner is not None and owner.id != actor.agency_id and owner.id not in others:
        others.append(owner.id)
    Involvement.objects.bulk_create(
        Involvement(case=case, agency_id=agency_id, part="involved", since=now, **origin)
        for agency_id in others
    )
    basis = shared_by(london_date(now), actor.agency_id) if others else ""
    share_by_agreement(
        actor=actor, now=now, record_id=case_id, kind=Kind.CASE, involved=others, lawful_basis=basis
    )
    if owner is not None and owner.id != actor.agency_id:
        Handover.objects.create(
            case=case, what="ownership", from_user_id=actor.user_id, to_agency=owner, offered_at=now, **origin
        )
    raise_event(
        kind="case_opened",
        actor=actor,
        now=now,
        record_id=case_id,
        subject_id=case_id,
        payload={"category": category, "type": national_type, "involved": [str(one) for one in others]},
    )
    return case


def _check(*, title: str, category: str, crime: str, told_at: datetime, now: datetime) -> None:
    filled("title", title, "Say in a few words what the case is about.", longest=200)
    if category not in dict(CATEGORIES):
        raise Invalid.of("category", "Choose personal, nuisance or environmental.")
    if crime not in dict(YES_NO_UNKNOWN):
        raise Invalid.of("crime", "Choose yes, no or not known.")
    if told_at > now:
        raise Invalid.of("told_at", "An agency cannot have been told in the future.")
