"""Closing a case: proposed, decided by a mandated person with nothing missing, seconded where risk is high; reopened."""

from __future__ import annotations

from datetime import datetime

from sentinel.cases.gates import attempts_made, missing
from sentinel.cases.lists import closing_code
from sentinel.cases.models import Case, Closure, StatusChange
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.operations.status import move
from sentinel.cases.operations.writing import reason_for, write_decision
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import why_not_second
from sentinel.foundation.actor import Actor
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid, Refused
from sentinel.kernel.text import filled

HIGH = 3


def propose_closure(
    *, actor: Actor, now: datetime, case: Case, version: int, code: str, reasons: str
) -> Closure:
    """Propose to close a case, with a closing code in force and reasons. The case is "closing" from now on.

    What is still missing does not stop a proposal: the victim is told the outcome after it and before the decision.
    Raises Refused without the right propose_closure, Invalid, Conflict.
    """
    may_write(actor, case, "propose_closure")
    if case.status == "closing":
        raise Conflict("Its closure has been proposed already.")
    found = closing_code(code, london_date(now), case.owner_agency_id)
    words = (
        filled("reasons", reasons, "Give the reasons.", longest=10_000)
        if found.reason_required or case.highest_band >= HIGH
        else reasons.strip()
    )
    before = case.status
    moved = move(actor=actor, now=now, case=case, version=version, status="closing", reason=words)
    closure = Closure.objects.create(
        case=moved, code=found.key, outcome=found.outcome, reasons=words, proposed_by_id=actor.user_id,
        proposed_at=now, status_before=before, **provenance(actor=actor, now=now, record_id=case.id),
    )  # fmt: skip
    tell(
        kind="closure_proposed", actor=actor, now=now, case=case, subject_id=closure.id,
        payload={"code": found.key, "outcome": found.outcome},
    )  # fmt: skip
    return closure


def decide_closure(
    *, actor: Actor, now: datetime, case: Case, closure: Closure, version: int, ground: str = ""
) -> Closure:
    """Decide that the case is closed, with nothing missing (gates). High risk waits for a second person.

    Where the code closes nothing by itself (the complainant is out of contact) the decider gives a further `ground`,
    and there must have been dated attempts to reach somebody. At high risk the decider says why in any case (R45). Raises Refused without the right close_case or for an
    agency that does not own the case, Invalid with what is missing, Conflict for a stale version.
    """
    may_write(actor, case, "close_case")
    _of_owner(actor, case)
    _waits(closure, decided=False)
    _nothing_missing(actor, case, now)
    code = closing_code(closure.code, london_date(now), case.owner_agency_id)
    words = ground.strip()
    second_needed = case.highest_band >= HIGH
    if second_needed and code.alone:
        words = reason_for(case, ground, field="ground")
    if not code.alone:
        words = filled("ground", ground, f"“{code.label}” by itself never closes a case. Say what else does.")
        if not attempts_made(case):
            raise Invalid.of("ground", "No attempt to reach the person who reported it is recorded.")
    decided = change(
        closure,
        version,
        decided_by_id=actor.user_id,
        decided_at=now,
        ground=words,
        needed_second=second_needed,
    )
    tell(
        kind="closure_decided", actor=actor, now=now, case=case, subject_id=closure.id,
        payload={"code": code.key, "second": second_needed},
    )  # fmt: skip
    if not second_needed:
        _close(actor=actor, now=now, case=case, closure=decided)
    return decided


def second_closure(
    *, actor: Actor, now: datetime, case: Case, closure: Closure, version: int, reason: str = ""
) -> Closure:
    """Agree, as the second person, to the closure of a high-risk case, and say why. It closes now, if nothing has come to be missing.

    Raises Refused without the right second_closure, for the proposer, for the decider and for another agency.
    """
    may_write(actor, case, "second_closure")
    _of_owner(actor, case)
    _waits(closure, decided=True)
    why = why_not_second(
        by=actor.user_id, proposed_by=closure.proposed_by_id, decided_by=closure.decided_by_id
    )
    if why:
        raise Refused(why)
    _nothing_missing(actor, case, now)
    words = reason_for(case, reason, field="ground")
    agreed = change(closure, version, second_id=actor.user_id, second_at=now)
    write_decision(
        actor=actor, now=now, case=case, step="closure_seconded", subject_id=closure.id, reason=words
    )
    _close(actor=actor, now=now, case=case, closure=agreed)
    return agreed


def refuse_closure(
    *, actor: Actor, now: datetime, case: Case, closure: Closure, version: int, because: str
) -> Closure:
    """Refuse a proposed closure, or take one's own proposal back; the case goes on as it was before."""
    may_write(actor, case)
    _of_owner(actor, case)
    if actor.user_id != closure.proposed_by_id and not (
        actor.may("close_case") or actor.may("second_closure")
    ):
        raise Refused("Somebody who may close cases decides on this.")
    if closure.refused_at is not None or closure.second_at is not None or case.status != "closing":
        raise Conflict("This proposal has been decided already.")
    words = filled("because", because, "Say why it is not closed.")
    refused = change(closure, version, refused_at=now, refused_because=words)
    move(actor=actor, now=now, case=case, version=case.version, status=closure.status_before, reason=words)
    tell(kind="closure_refused", actor=actor, now=now, case=case, subject_id=closure.id)
    return refused


def reopen(*, actor: Actor, now: datetime, case: Case, version: int, because: str) -> Case:
    """Reopen a closed case; what closed it stays on record. Raises Refused without the right reopen_case, Conflict."""
    may_write(actor, case, "reopen_case", closed_too=True)
    if case.status != "closed":
        raise Conflict("This case is open.")
    words = filled("because", because, "Say why it is reopened.")
    closure = Closure.objects.filter(case=case, reopened_at__isnull=True, refused_at__isnull=True).latest(
        "proposed_at"
    )
    change(closure, closure.version, reopened_at=now, reopened_by_id=actor.user_id, reopened_because=words)
    moved = move(
        actor=actor, now=now, case=case, version=version, status="active" if not case.unassessed else "new",
        reason=words, closed_at=None, band_since=now,
    )  # fmt: skip
    tell(kind="case_reopened", actor=actor, now=now, case=case, subject_id=closure.id)
    return moved


def _of_owner(actor: Actor, case: Case) -> None:
    if actor.agency_id != case.owner_agency_id:
        raise Refused("The agency that owns the case decides on its closure.")


def _waits(closure: Closure, *, decided: bool) -> None:
    answered = (
        closure.refused_at is not None or closure.second_at is not None or closure.reopened_at is not None
    )
    if answered or (closure.decided_at is not None) != decided:
        raise Conflict("This proposal has been decided already.")


def _nothing_missing(actor: Actor, case: Case, now: datetime) -> None:
    found = missing(actor, case, now)
    if found:
        raise Invalid(
            {"": [one.words for one in found]}, "Something is missing before this case can be closed."
        )


def _close(*, actor: Actor, now: datetime, case: Case, closure: Closure) -> None:
    case.refresh_from_db()
    moved = change(case, case.version, status="closed", closed_at=now)
    StatusChange.objects.create(
        case=moved, status="closed", at=now, reason=closure.reasons,
        **provenance(actor=actor, now=now, record_id=case.id),
    )  # fmt: skip
    tell(
        kind="case_closed", actor=actor, now=now, case=case, subject_id=closure.id,
        payload={"code": closure.code, "outcome": closure.outcome},
    )  # fmt: skip
