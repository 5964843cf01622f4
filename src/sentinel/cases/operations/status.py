"""The status of a case, and the facts that head it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sentinel.cases.gates import keeps_new
from sentinel.cases.models import CATEGORIES, YES_NO_UNKNOWN, Case, StatusChange
from sentinel.cases.operations.guards import change, may_write, tell
from sentinel.cases.operations.writing import reason_for, write_decision
from sentinel.cases.provenance import provenance
from sentinel.cases.rules import why_not_move
from sentinel.foundation.actor import Actor
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.kernel.text import filled
from sentinel.places.models import Place


def set_status(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    version: int,
    status: str,
    reason: str = "",
    by_itself: bool = False,
) -> Case:
    """Move an open case to another status, dated. Raises Invalid where it may not go there (rules.why_not_move), and at high
    risk without a reason (R45), unless it follows from something else `by_itself`."""
    may_write(actor, case)
    waits = keeps_new(case, now) if case.status == "new" else 0
    why = why_not_move(case.status, status, unassessed=waits)
    if why:
        raise Invalid.of("status", why)
    words = reason.strip() if by_itself else reason_for(case, reason)
    moved = move(actor=actor, now=now, case=case, version=version, status=status, reason=words)
    if not by_itself:
        write_decision(
            actor=actor, now=now, case=case, step="status_changed", subject_id=case.id, reason=words
        )
    return moved


def move(
    *, actor: Actor, now: datetime, case: Case, version: int, status: str, reason: str = "", **fields: object
) -> Case:
    """Write the step itself, whatever led to it; for operations of this room. Raises Conflict for a stale version."""
    was = case.status
    moved = change(case, version, status=status, **fields)
    origin = provenance(actor=actor, now=now, record_id=case.id)
    StatusChange.objects.create(case=case, status=status, at=now, reason=reason, **origin)
    tell(
        kind="status_changed",
        actor=actor,
        now=now,
        case=case,
        subject_id=case.id,
        payload={"from": was, "to": status},
    )
    return moved


def change_case(
    *,
    actor: Actor,
    now: datetime,
    case: Case,
    version: int,
    title: str,
    category: str,
    national_type: str,
    crime: str,
    place: Place | None = None,
) -> Case:
    """Change what heads the case. Whether it is a crime is dated anew when the answer changes (R117).

    Raises Conflict with the fields that somebody else changed since `version`, Invalid beside a field.
    """
    may_write(actor, case)
    wanted: dict[str, Any] = {
        "title": filled("title", title, "Say in a few words what the case is about.", longest=200),
        "category": category,
        "national_type": filled("national_type", national_type, "Choose the type.", longest=40),
        "crime": crime,
        "place_id": place.id if place else None,
    }
    if category not in dict(CATEGORIES):
        raise Invalid.of("category", "Choose personal, nuisance or environmental.")
    if crime not in dict(YES_NO_UNKNOWN):
        raise Invalid.of("crime", "Choose yes, no or not known.")
    differing = {name: value for name, value in wanted.items() if getattr(case, name) != value}
    if not differing:
        if case.version != version:
            raise Conflict()
        return case
    if "crime" in differing:
        differing["crime_since"] = now
    changed = change(case, version, **differing)
    tell(
        kind="case_changed", actor=actor, now=now, case=case, subject_id=case.id,
        payload={"fields": sorted(name.removesuffix("_id") for name in differing), "crime": differing.get("crime")},
    )  # fmt: skip
    return changed
