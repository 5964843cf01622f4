"""The action plan."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.accounts.models import Agency, User
from sentinel.accounts.queries import agencies
from sentinel.cases.gates import open_actions_of
from sentinel.cases.models import Case, Party
from sentinel.cases.operations import change_action, plan_action, settle_action
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.operations.approach import approach_must_wait
from sentinel.cases.queries import action_of, people_of
from sentinel.desk.case.colleagues import people_of_agencies
from sentinel.desk.case.forms.work import ActionForm, ProposedForm, SettleForm
from sentinel.desk.case.steps import by_end_of, opened, step
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.risk.models import ProposedAction
from sentinel.risk.plans.operations import decide_proposed
from sentinel.risk.plans.queries import proposed_in, proposed_of
from sentinel.risk.rules import HIGH
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted

PLANNED = "desk/case/planned.html"


def _who(actor: Actor, case: Case) -> tuple[list[Agency], list[User]]:
    """The agencies that work on the case, and their people: the actor's own first."""
    working = working_agencies(actor, case)
    found = [one for one in agencies() if one.id in working]
    people = people_of_agencies([one.id for one in found])
    return found, sorted(
        people, key=lambda one: (one.agency_id != actor.agency_id, one.agency.short_name, one.name)
    )


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": said["what"],
        "agency": said["agency"],
        "user": said["user"],
        "due": by_end_of(said["due"]),
        "approaches": said["approaches"],
    }


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan an action."""
    actor, case = opened(request, reference)
    found, people = _who(actor, case)
    mine = next((one for one in people if one.id == actor.user_id), None)
    form = ActionForm(
        posted(request), agencies=found, users=people, high=case.highest_band == HIGH,
        initial={"user": mine, "agency": next((one for one in found if one.id == actor.agency_id), None)},
    )  # fmt: skip
    return step(
        request, case=case, form=form, title="Add an action", button="Add the action",
        done="The action is on the plan.", template=PLANNED,
        do=lambda said: plan_action(
            actor=actor, now=now(), case=case, reason=said.get("reason", ""), **_given(said)
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reference: str, action: uuid.UUID) -> HttpResponse:
    """Say what came of an action."""
    actor, case = opened(request, reference)
    row = action_of(actor, case, action)
    form = SettleForm(posted(request), high=case.highest_band == HIGH, initial={"version": row.version})
    return step(
        request, case=case, form=form, title="What came of it?", button="Settle the action", done="The action is settled.",
        do=lambda said: settle_action(
            actor=actor, now=now(), case=case, action=row, version=said["version"], outcome=said["outcome"],
            words=said["words"],
        ),
        row=row, template="desk/case/action.html",
        more={"action": row, "must_wait": row.approaches and not row.settled_at and approach_must_wait(case, now())},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, reference: str, action: uuid.UUID) -> HttpResponse:
    """Change an open action."""
    actor, case = opened(request, reference)
    row = action_of(actor, case, action)
    found, people = _who(actor, case)
    initial = {
        "what": row.what, "agency": row.agency, "user": row.user, "due": london_date(row.due), "approaches": row.approaches,
        "version": row.version,
    }  # fmt: skip
    form = ActionForm(
        posted(request),
        agencies=found,
        users=people,
        new=False,
        high=case.highest_band == HIGH,
        initial=initial,
    )
    return step(
        request, case=case, form=form, title="Change an action", button="Keep the change",
        done="The action has been changed.", template=PLANNED,
        do=lambda said: change_action(
            actor=actor, now=now(), case=case, action=row, version=said["version"], reason=said.get("reason", ""),
            **_given(said),
        ),
        row=row,
    )  # fmt: skip


@require_GET
def whole(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan: what the band's template proposes and waits for a decision, what is open, and what was decided."""
    actor, case = opened(request, reference, Rung.READ)
    people = people_of(actor, case, london_date(case.seen_at))
    rows = proposed_in(actor, case)
    context = {
        "case": case, "rows": rows, "open": open_actions_of(case),
        "about": {row.action_id: row for row in rows if row.action_id and row.party_id},
        "names": {one.id: one.name for one in people}, "now": case.seen_at, "marking": MARKING,
        "must_wait": approach_must_wait(case, case.seen_at),
        "may": actor.may("work_case") and case.rung >= Rung.WRITE and case.status != "closed",
    }  # fmt: skip
    return render(request, "desk/case/plan.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str, line: uuid.UUID) -> HttpResponse:
    """Put one proposed line on the plan, as it is or changed, or strike it."""
    actor, case = opened(request, reference)
    row = proposed_of(actor, case, line)
    found, people = _who(actor, case)
    whom = _called(actor, case, row)
    moment = now()
    # No name: every agency of the case reads the action, and this reader may know one from elsewhere. The plan says whom.
    initial = {
        "what": row.what, "agency": row.agency, "user": row.user, "version": row.version,
        "due": london_date(row.due) if row.due >= moment else london_date(moment),
    }  # fmt: skip
    form = ProposedForm(
        posted(request),
        agencies=found,
        users=people,
        new=False,
        high=case.highest_band == HIGH,
        initial=initial,
    )
    return step(
        request, case=case, form=form, title="Decide on a proposed action", button="Keep the decision",
        done="The decision is kept.", template="desk/case/plan_line.html", to=reverse("case_plan", args=[case.reference]), row=row,
        more={"proposed": row, "whom": whom},
        do=lambda said: decide_proposed(
            actor=actor, now=moment, case=case, row=row, version=said["version"], decision=said["decision"],
            reason=said["reason"], **_given(said),
        ),
    )  # fmt: skip


def _called(actor: Actor, case: Case, row: ProposedAction) -> str:
    """Whom a line is about, as this reader may know them; "" where it is about the case."""
    if row.party_id is None:
        return ""
    people = people_of(actor, case, london_date(case.seen_at))
    one = next((person for person in people if person.id == row.party_id), None)
    if one is None or one.protected:
        return Party.objects.get(pk=row.party_id).label
    return one.name
