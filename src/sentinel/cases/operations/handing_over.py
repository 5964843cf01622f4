"""Who is responsible: reassigned within an agency, offered to another one, accepted or declined; always dated."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import F

from sentinel.accounts.models import Agency, Team, User
from sentinel.cases.models import Case, Handover
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.text import filled

WHAT = {"lead": "the lead", "ownership": "ownership", "primacy": "primacy"}
WHY = "Say why it changes hands."


def reassign(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    version: int,
    lead: User | None,
    team: Team | None = None,
    reason: str,
) -> Case:
    """Give the case a lead (or none) and a team within the owner agency, at once.

    By a supervisor of the owner agency (right reassign), by the lead handing it on, or by anybody of the agency who
    works cases where there is no lead. Raises Refused, Invalid (lead, team, reason) or Conflict (stale version).
    """
    may_write(actor, case)
    if actor.agency_id != case.owner_agency_id:
        raise Refused("Only the agency that owns the case says who leads it.")
    if not actor.may("reassign") and case.lead_id not in {None, actor.user_id}:
        raise Refused("A supervisor reassigns a case that somebody else leads.")
    if lead is not None and lead.agency_id != case.owner_agency_id:
        raise Invalid.of("lead", f"{lead.name} does not work for the agency that owns the case.")
    if lead is not None and (not lead.is_active or lead.suspended_at is not None):
        raise Invalid.of("lead", f"{lead.name} can no longer sign in.")
    team = team or (lead.team if lead else case.team)
    if team is not None and team.agency_id != case.owner_agency_id:
        raise Invalid.of("team", f"{team.name} is not a team of the agency that owns the case.")
    if lead is None and team is None:
        raise Invalid.of("lead", "Choose a lead or a team: somebody is always responsible.")
    words = filled("reason", reason, WHY, longest=1000)
    before = case.lead_id
    changed = change(case, version, lead=lead, team=team)
    origin = provenance(actor=actor, now=now, record_id=case.id)
    Handover.objects.create(
        case=case, what="lead", from_user_id=before, to_user=lead, to_agency_id=case.owner_agency_id, reason=words,
        offered_at=now, accepted_at=now, **origin,
    )  # fmt: skip
    tell(
        kind="lead_changed", actor=actor, now=now, case=case, subject_id=case.id,
        payload={"from": str(before) if before else None, "to": str(lead.id) if lead else None,
                 "team": str(team.id) if team else None},
    )  # fmt: skip
    return changed


def offer(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    what: str,
    to_agency: Agency,
    to_user: User | None = None,
    reason: str,
) -> Handover:
    """Offer ownership or primacy to another agency that works on the case, or primacy back to one's own.

    It stays where it is until the other accepts (R116, R117). Raises Refused, Invalid or, where one offer of the same
    kind waits, Conflict.
    """
    may_write(actor, case)
    if what not in {"ownership", "primacy"}:
        raise Invalid.of("what", "Choose what is offered.")
    holder = case.owner_agency_id if what == "ownership" else (case.primacy_agency_id or case.owner_agency_id)
    if actor.agency_id != holder:
        raise Refused(f"Only the agency that has {WHAT[what]} can offer it.")
    if to_agency.id == holder:
        raise Invalid.of("to_agency", f"{to_agency.short_name} has it already.")
    if to_agency.id not in working_agencies(actor, case):
        raise Invalid.of("to_agency", f"{to_agency.short_name} does not work on this case. Involve it first.")
    if to_user is not None and to_user.agency_id != to_agency.id:
        raise Invalid.of("to_user", f"{to_user.name} does not work for {to_agency.short_name}.")
    words = filled("reason", reason, WHY, longest=1000)
    if Handover.objects.filter(
        case=case, what=what, accepted_at__isnull=True, declined_at__isnull=True
    ).exists():
        raise Conflict("An offer of this waits for its answer already.")
    origin = provenance(actor=actor, now=now, record_id=case.id)
    made = Handover.objects.create(
        case=case, what=what, from_user_id=actor.user_id, to_user=to_user, to_agency=to_agency, reason=words,
        offered_at=now, **origin,
    )  # fmt: skip
    tell(
        kind="handover_offered", actor=actor, now=now, case=case, subject_id=made.id,
        payload={"what": what, "agency": str(to_agency.id)},
    )  # fmt: skip
    return made


def accept(*, actor: Actor, now: datetime, case: Case, handover: Handover, department: str = "") -> Case:
    """Take what was offered to the actor's agency. With ownership the case passes to its lists and sharing decisions.

    `department` says which department has primacy (community safety, environmental health, housing ...; R115).
    Raises Refused for another agency, Conflict where the offer was answered already.
    """
    may_write(actor, case)
    _waits_for(actor, handover)
    version = case.version
    if handover.what == "ownership":
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_take_ownership(%s)", [handover.id])
        changed = change(
            case,
            version,
            owner_agency_id=handover.to_agency_id,
            lead=handover.to_user,
            team=_team(actor, handover),
        )
    else:
        changed = change(
            case, version, primacy_agency_id=handover.to_agency_id, primacy_department=department.strip()[:80]
        )
    _answer(handover, accepted_at=now)
    tell(
        kind="handover_accepted", actor=actor, now=now, case=case, subject_id=handover.id,
        payload={"what": handover.what, "agency": str(handover.to_agency_id)},
    )  # fmt: skip
    return changed


def decline(*, actor: Actor, now: datetime, case: Case, handover: Handover, reason: str) -> None:
    """Decline an offer, with the reason; it stays with who offered it. The offering agency may also take it back."""
    may_write(actor, case)
    if actor.agency_id != handover.origin_agency_id:
        _waits_for(actor, handover)
    words = filled("reason", reason, "Say why it is declined.", longest=1000)
    _answer(handover, declined_at=now, reason=f"{handover.reason}\n\n{words}" if handover.reason else words)
    tell(
        kind="handover_declined", actor=actor, now=now, case=case, subject_id=handover.id,
        payload={"what": handover.what, "agency": str(handover.to_agency_id)},
    )  # fmt: skip


def _waits_for(actor: Actor, handover: Handover) -> None:
    if actor.agency_id != handover.to_agency_id:
        raise Refused("Only the agency that it was offered to can answer.")
    # Held until the end, so that of two who answer at once the second is told so.
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.accepted_at is not None or row.declined_at is not None:
        raise Conflict("This offer has been answered already.")


def _answer(handover: Handover, **fields: object) -> None:
    rows = Handover.objects.filter(pk=handover.pk, accepted_at__isnull=True, declined_at__isnull=True)
    if not rows.update(version=F("version") + 1, **fields):
        raise Conflict("This offer has been answered already.")


def _team(actor: Actor, handover: Handover) -> Team | None:
    if handover.to_user is not None and handover.to_user.team is not None:
        return handover.to_user.team
    return Team.objects.filter(agency=handover.to_agency, takes_skeletons=True).first()
