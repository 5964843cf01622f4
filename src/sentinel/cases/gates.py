"""What must hold before a case may be closed, and before it passes its first stage. A later room registers its own
condition here.

@gate
def every_victim_assessed(case: Case, actor: Actor, now: datetime) -> list[Missing]: ...
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from sentinel.cases.models import Action, Case, Handover
from sentinel.cases.once import once
from sentinel.foundation.actor import Actor
from sentinel.foundation.compiled import compiled


@dataclass(frozen=True)
class Missing:
    """One thing that stands between a case and its closure.

    `code` is for machines, `words` a short sentence, `url_name` (with `url_args`) the page where it is put right;
    "" where there is none. `reference` is added to `url_args` by who shows it.
    """

    code: str
    words: str
    url_name: str = ""
    url_args: Mapping[str, str] = field(default_factory=dict)


Gate = Callable[[Case, Actor, datetime], list[Missing]]
_gates: list[Gate] = []
FirstStage = Callable[[Case, datetime], int]
_first_stage: list[FirstStage] = []


def gate(function: Gate) -> Gate:
    """Decorator: add a condition of closure. The function says what is missing, or returns nothing."""
    if function not in _gates:
        _gates.append(function)
    return function


def missing(actor: Actor, case: Case, now: datetime) -> list[Missing]:
    """Everything that is missing at a moment (UTC) for the closure of a case, in the order of the rooms that ask for it."""
    return [one for check in _gates for one in check(case, actor, now)]


def first_stage(function: FirstStage) -> FirstStage:
    """Decorator: add what keeps a case new. The function counts, also what the actor does not see; 0 where nothing does."""
    if function not in _first_stage:
        _first_stage.append(function)
    return function


def keeps_new(case: Case, now: datetime) -> int:
    """How many things keep a case in its first stage at a moment (UTC)."""
    return sum(ask(case, now) for ask in _first_stage)


@gate
def actions_settled(case: Case, actor: Actor, now: datetime) -> list[Missing]:
    """Every action of the plan has an outcome."""
    open_actions = once(case, "actions", lambda: open_actions_of(case))
    return [
        Missing("action_open", f"Settle the action: {action.what}", "case_action", {"action": str(action.id)})
        for action in open_actions
    ]


@gate
def no_offer_waits(case: Case, actor: Actor, now: datetime) -> list[Missing]:
    """No offer of lead, ownership or primacy waits for an answer: a closed case would leave it hanging."""
    waits = once(case, "offer_waits", lambda: _offer_waits(case))
    words = "An offer to hand the case over waits for its answer"
    return [Missing("offer_waits", words, "case_hand_over")] if waits else []


def _offer_waits(case: Case) -> bool:
    return Handover.objects.filter(case=case, accepted_at__isnull=True, declined_at__isnull=True).exists()


def open_actions_of(case: Case) -> list[Action]:
    """The open lines of the plan, with whose they are, by when they are due. One query."""
    return _open_actions(case.id)


@compiled
def _open_actions(case: uuid.UUID) -> QuerySet[Action]:
    rows = Action.objects.filter(case_id=case, settled_at__isnull=True).select_related("agency", "user")
    return rows.order_by("due", "id")


Attempts = Callable[[Case], list[datetime]]
_attempts: list[Attempts] = []


def attempts(function: Attempts) -> Attempts:
    """Decorator: add a source of dated attempts (UTC) to reach the people of a case who had to be told."""
    if function not in _attempts:
        _attempts.append(function)
    return function


def attempts_made(case: Case) -> list[datetime]:
    """Every dated attempt to reach somebody of a case, oldest first."""
    return sorted(moment for ask in _attempts for moment in ask(case))
