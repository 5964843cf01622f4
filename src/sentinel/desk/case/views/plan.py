"""The action plan."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from sentinel.accounts.models import Agency, User
from sentinel.accounts.queries import agencies
from sentinel.cases.models import Case
from sentinel.cases.operations import change_action, plan_action, settle_action
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.queries import action_of
from sentinel.desk.case.colleagues import people_of_agencies
from sentinel.desk.case.forms.work import ActionForm, SettleForm
from sentinel.desk.case.steps import by_end_of, opened, step
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
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
        posted(request), agencies=found, users=people,
        initial={"user": mine, "agency": next((one for one in found if one.id == actor.agency_id), None)},
    )  # fmt: skip
    return step(
        request, case=case, form=form, title="Add an action", button="Add the action",
        done="The action is on the plan.", template=PLANNED,
        do=lambda said: plan_action(actor=actor, now=now(), case=case, **_given(said)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reference: str, action: uuid.UUID) -> HttpResponse:
    """Say what came of an action."""
    actor, case = opened(request, reference)
    row = action_of(actor, case, action)
    form = SettleForm(posted(request), initial={"version": row.version})
    return step(
        request, case=case, form=form, title="What came of it?", button="Settle the action", done="The action is settled.",
        do=lambda said: settle_action(
            actor=actor, now=now(), case=case, action=row, version=said["version"], outcome=said["outcome"],
            words=said["words"],
        ),
        row=row, template="desk/case/action.html", more={"action": row},
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
    form = ActionForm(posted(request), agencies=found, users=people, new=False, initial=initial)
    return step(
        request, case=case, form=form, title="Change an action", button="Keep the change",
        done="The action has been changed.", template=PLANNED,
        do=lambda said: change_action(
            actor=actor, now=now(), case=case, action=row, version=said["version"], **_given(said)
        ),
        row=row,
    )  # fmt: skip
