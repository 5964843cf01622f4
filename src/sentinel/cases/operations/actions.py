"""The action plan: what, who or which agency, by when, and what came of it."""

from __future__ import annotations

import uuid
from datetime import datetime

from sentinel.accounts.models import Agency, User
from sentinel.cases.models import Action, Case
from sentinel.cases.once import once
from sentinel.cases.operations.approach import victims_not_asked
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.operations.writing import reason_for, write_decision
from sentinel.cases.provenance import provenance
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled

OUTCOMES = {"done": "Done", "not_done": "Not done", "not_needed": "No longer needed"}


def plan_action(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    what: str,
    agency: Agency,
    due: datetime,
    user: User | None = None,
    approaches: bool = False,
    reason: str = "",
) -> Action:
    """Put a line on the action plan for an agency that works on the case, or for one of its people, due at a moment (UTC).

    With `approaches` it goes to the other side: then the four questions must allow it for every victim (design.md). At high
    risk it has a reason (R45). Raises Invalid beside what, due, agency, user, approaches or reason.
    """
    may_write(actor, case)
    why = reason_for(case, reason)
    action = put_on_plan(
        actor=actor, now=now, case=case, what=what, agency=agency, due=due, user=user, approaches=approaches
    )
    write_decision(actor=actor, now=now, case=case, step="action_planned", subject_id=action.id, reason=why)
    return action


def put_on_plan(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    what: str,
    agency: Agency,
    due: datetime,
    user: User | None = None,
    approaches: bool = False,
) -> Action:
    """The same for an operation that keeps the reason itself."""
    may_write(actor, case)
    words = filled("what", what, "Say what is to be done.", longest=300)
    _check(actor=actor, now=now, case=case, agency=agency, due=due, user=user)
    _may_approach(case, now, approaches)
    origin = provenance(actor=actor, now=now, record_id=case.id)
    action = Action.objects.create(
        case=case, what=words, agency=agency, user=user, due=due, approaches=approaches, **origin
    )
    tell(
        kind="action_planned", actor=actor, now=now, case=case, subject_id=action.id,
        payload={"agency": str(agency.id), "user": str(user.id) if user else None, "due": due.isoformat()},
    )  # fmt: skip
    return action


def change_action(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    action: Action,
    version: int,
    what: str,
    agency: Agency,
    due: datetime,
    user: User | None = None,
    approaches: bool = False,
    reason: str = "",
) -> Action:
    """Change an open line of the plan. Raises as `plan_action`, and Conflict where it was settled or changed since `version`."""
    may_write(actor, case)
    if action.settled_at is not None:
        raise Conflict("This action has been settled already.")
    words = filled("what", what, "Say what is to be done.", longest=300)
    _check(actor=actor, now=now, case=case, agency=agency, due=due, user=user)
    _may_approach(case, now, approaches)
    why = reason_for(case, reason)
    changed = change(action, version, what=words, agency=agency, user=user, due=due, approaches=approaches)
    tell(
        kind="action_changed",
        actor=actor,
        now=now,
        case=case,
        subject_id=action.id,
        payload={"due": due.isoformat()},
    )
    write_decision(actor=actor, now=now, case=case, step="action_changed", subject_id=action.id, reason=why)
    return changed


def settle_action(
    *, actor: Actor, now: datetime, case: Case, action: Action, version: int, outcome: str, words: str
) -> Action:
    """Say what came of an action. Raises Conflict where somebody settled or changed it since `version`.

    What was not done, or is no longer needed, wants words; at high risk what was done does too (R45).
    """
    may_write(actor, case)
    if outcome not in OUTCOMES:
        raise Invalid.of("outcome", "Choose what came of it.")
    needed = "Say why, so that the next reader need not ask."
    said = filled("words", words, needed, longest=4000) if outcome != "done" or words.strip() else ""
    said = said or reason_for(case, words, field="words")
    if action.settled_at is not None:
        raise Conflict("This action has been settled already.")
    changed = change(action, version, outcome=outcome, outcome_words=said, settled_at=now)
    tell(
        kind="action_settled",
        actor=actor,
        now=now,
        case=case,
        subject_id=action.id,
        payload={"outcome": outcome},
    )
    return changed


def _check(
    *, actor: Actor, now: datetime, case: Case, agency: Agency, due: datetime, user: User | None
) -> None:
    if due < now:
        raise Invalid.of("due", "Choose a day that has not passed.")
    if user is not None and user.agency_id != agency.id:
        raise Invalid.of("user", f"{user.name} does not work for {agency.short_name}.")
    if agency.id not in working_agencies(actor, case):
        raise Invalid.of("agency", f"{agency.short_name} does not work on this case. Involve it first.")


def _may_approach(case: Case, now: datetime, approaches: bool) -> None:
    if approaches and victims_not_asked(case, now):
        raise Invalid.of(
            "approaches",
            "The four questions do not allow it yet. Answer “Before you approach the other side” for every victim.",
        )


def working_agencies(actor: Actor, case: Case) -> set[uuid.UUID]:
    """The ids of the agencies that write the case."""
    from sentinel.access.models import Rung
    from sentinel.access.queries import holders_of

    return {holder.holder_id for holder in holders_of(actor, case.id) if holder.rung >= Rung.WRITE}


def working_with(actor: Actor, case: Case) -> set[uuid.UUID]:
    """The same for what follows from an operation and changes nothing of it: asked once of a case that is held."""
    return once(case, "working", lambda: working_agencies(actor, case))
