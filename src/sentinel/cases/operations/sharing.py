"""Which agencies work on a case or read it: involved and ended, each with its place in the disclosure ledger."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import F

from sentinel.access.models import Disclosure, Kind, Rung
from sentinel.access.operations import revoke, share
from sentinel.accounts.models import Agency
from sentinel.cases.models import Action, Case, Handover, Involvement
from sentinel.cases.operations.guards import may_write, tell
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled
from sentinel.questionnaires.bases import basis_with

WISHES = dict(Disclosure.WISHES)
RUNGS = {"read": Rung.READ, "write": Rung.WRITE}


def involve(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    agency: Agency,
    part: str,
    rung: str,
    lawful_basis: str,
    why: str,
    wish: str,
    until: datetime | None = None,
) -> Involvement:
    """Share the case with an agency that is to take part in it: to read it or to work on it (`rung` read or write).

    `part` says in which (housing, victim support ...), `wish` is the victim's: agrees, objects, not_asked,
    could_not_be_asked or not_applicable, `lawful_basis` a code of the local rule `lawful-bases`. Sharing against the victim's wish wants its reason in `why` all the same, so
    it is always asked for. Raises Refused without the right share_case or for another agency's case, Invalid, Conflict.
    """
    may_write(actor, case, "share_case")
    if rung not in RUNGS:
        raise Invalid.of("rung", "Choose whether they read the case or work on it.")
    if wish not in WISHES:
        raise Invalid.of("wish", "Say what the victim wishes.")
    if agency.id == case.owner_agency_id:
        raise Invalid.of("agency", f"{agency.short_name} owns the case.")
    if agency.merged_into_id is not None:
        raise Invalid.of("agency", f"{agency.short_name} has become part of another agency. Choose that one.")
    if until is not None and until <= now:
        raise Invalid.of("until", "Choose a day to come.")
    basis = basis_with(lawful_basis, london_date(now), actor.agency_id)
    if why_not := basis.why_not(wish):
        raise Invalid.of("lawful_basis", why_not)
    reason = filled("why", why, "Say why they need it.", longest=2000)
    words = filled("part", part, "Say in which part they are involved.", longest=60)
    share(
        actor=actor, now=now, record_id=case.id, kind=Kind.CASE, holder_id=agency.id, rung=RUNGS[rung], what="case",
        lawful_basis=basis.ledger, why=reason, wish=wish, until=until, via="involved",
    )  # fmt: skip
    Involvement.objects.filter(case=case, agency=agency, until__isnull=True).update(
        until=now, version=F("version") + 1
    )
    origin = provenance(actor=actor, now=now, record_id=case.id)
    made = Involvement.objects.create(case=case, agency=agency, part=words, since=now, **origin)
    tell(
        kind="agency_involved", actor=actor, now=now, case=case, subject_id=made.id,
        payload={"agency": str(agency.id), "rung": rung, "wish": wish, "until": until.isoformat() if until else None},
    )  # fmt: skip
    return made


def end_involvement(*, actor: Actor, now: datetime, case: Case, agency_id: uuid.UUID, why: str) -> None:
    """End what an agency may see of the case, from its next request on.

    Raises Refused without the right or for another agency's case, Conflict where it still has an open action or an
    offer to answer: those would be left with somebody who cannot see them.
    """
    may_write(actor, case, "share_case", closed_too=True)
    if agency_id == case.owner_agency_id:
        raise Invalid.of("agency", "The agency that owns the case cannot be shut out of it.")
    reason = filled("why", why, "Say why the sharing ends.", longest=2000)
    if Action.objects.filter(case=case, agency_id=agency_id, settled_at__isnull=True).exists():
        raise Conflict(
            "That agency has an open action on this case. Settle it, or give it to somebody else, first."
        )
    waits = Handover.objects.filter(
        case=case, to_agency_id=agency_id, accepted_at__isnull=True, declined_at__isnull=True
    )
    if waits.exists():
        raise Conflict("That agency has an offer to answer. Take the offer back first.")
    revoke(actor=actor, now=now, record_id=case.id, holder_id=agency_id, why=reason)
    Involvement.objects.filter(case=case, agency_id=agency_id, until__isnull=True).update(
        until=now, version=F("version") + 1
    )
    tell(
        kind="sharing_ended",
        actor=actor,
        now=now,
        case=case,
        subject_id=agency_id,
        payload={"agency": str(agency_id)},
    )
