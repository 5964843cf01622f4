"""What the demonstration's officers make of the plans that open, and a supervisor's review."""

from __future__ import annotations

from datetime import datetime, timedelta

from sentinel.cases.models import Case
from sentinel.cases.operations.actions import settle_action
from sentinel.foundation.actor import Actor, state_actor
from sentinel.kernel.clock import london_date
from sentinel.risk.models import ProposedAction
from sentinel.risk.plans.operations import PLAN, STRIKE, decide_proposed
from sentinel.risk.plans.queries import proposed_in
from sentinel.risk.supervision.operations import record_review
from sentinel.risk.thrive.operations import carry_over

STRUCK = {"patrols": "The town-centre patrol passes here twice a night already.",
          "evidence": "The landlord's camera and the diary sheets cover it."}  # fmt: skip


def decide_on_plan(actor: Actor, case: Case, at: datetime, *, leave: str = "") -> None:
    """Put what was proposed on the plan and settle it, strike what STRUCK says, and leave one line for the page to show."""
    for row in proposed_in(actor, case):
        if row.decided_at is not None or row.task == leave:
            continue
        if row.task in STRUCK:
            _decide(actor, case, row, at, STRIKE, STRUCK[row.task])
            continue
        done = _decide(actor, case, row, at, PLAN, "It lowers the risk at once.")
        if done.action is not None:
            settle_action(
                actor=actor, now=at + timedelta(hours=20), case=Case.objects.get(pk=case.pk), action=done.action,
                version=done.action.version, outcome="done", words="Done, and written on the file.",
            )  # fmt: skip


def _decide(
    actor: Actor, case: Case, row: ProposedAction, at: datetime, decision: str, reason: str
) -> ProposedAction:
    return decide_proposed(
        actor=actor, now=at, case=Case.objects.get(pk=case.pk), row=row, version=row.version, decision=decision, reason=reason,
        what=row.what, agency=row.agency, user=row.user, due=row.due,
    )  # fmt: skip


def review_once(actor: Actor, case: Case, now: datetime, back_to: Actor) -> None:
    """A supervisor looked at a case a fortnight ago; the day that they set for the next has passed."""
    state_actor(actor)
    record_review(
        actor=actor, now=now - timedelta(days=15), case=Case.objects.get(pk=case.pk), decision="change_plan",
        looked_at="The plan, the contacts since, and the notes of the visit.", next_on=london_date(now - timedelta(days=2)),
        reason="The door is still not safe. Fire and Rescue are asked for this week, and the patrols go on.",
    )  # fmt: skip
    state_actor(back_to)


def control_room_wrote(actor: Actor, case: Case, at: datetime) -> None:
    """What the control room wrote on its log of the first call, carried over the same night."""
    carry_over(
        actor=actor, now=at + timedelta(hours=1), case=Case.objects.get(pk=case.pk), log="612 of that day", written_at=at,
        said={
            "threat": "Shouting at the door, threat to burn the house. Gone when the patrol came.",
            "harm": "Two women frightened, nobody hurt.",
            "vulnerability": "One is over 70.",
            "engagement": "Both asked that nobody rings. Letter only.",
        },
    )  # fmt: skip
