"""The parties of a case."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.cases.models import Case
from sentinel.cases.operations import (
    add_party,
    add_role,
    describe_party,
    end_role,
    protect_identity,
    set_allegation,
)
from sentinel.cases.operations.approach import approach_must_wait
from sentinel.cases.operations.guards import may_write
from sentinel.cases.queries import party_of, party_row, role_of
from sentinel.desk.case import who
from sentinel.desk.case.colleagues import others
from sentinel.desk.case.forms.people import (
    AllegationForm,
    DescribeForm,
    EndRoleForm,
    PartyForm,
    ProtectForm,
    RoleForm,
)
from sentinel.desk.case.steps import case_url, opened, step
from sentinel.desk.links import address_of, link_to
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.web.again import put_back
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted

OPTIONS = {
    "name": {"show_when": "kind=person"},
    "birth": {"show_when": "kind=person"},
    "phone": {"show_when": "kind=person"},
    "method": {"show_when": "kind=person"},
    "anonymous_to_us": {"show_when": "kind=person"},
    "label": {"show_when": "kind=organisation|household|unidentified|community"},
    "allegation_source": {"show_when": "roles=alleged_perpetrator"},
    "named": {"show_when": "identity_protected=on"},
}


ADD = "Add somebody"
# What the panel's buttons settle stands in the form, and is shown by none of its fields.
HIDDEN = ("known_is", "known_not", "known_shown", "confirmed_how")


def _back(case: Case, party: uuid.UUID) -> str:
    return reverse("case_party", args=[case.reference, party])


def _added(words: str, case: Case) -> str:
    """What is said when somebody or a role was added: a visit that is planned may have to wait for them."""
    if not approach_must_wait(case, now()):
        return words
    return f"{words} An action that goes to the other side is on the plan. Do not go yet: answer “Before you approach the other side” for every victim."


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add somebody: a person, an organisation, somebody unidentified, the community.

    A person is added once it is settled whether they are one of those already known: what the form says is looked for
    first, and whoever may be meant is shown with the question that settles it.
    """
    actor, case = opened(request, reference)
    if request.method != "POST":
        form = PartyForm(colleagues=others(actor))
        return _ask(request, actor, case, form, QueryDict())
    data = who.pressed(request)
    if who.is_pressed(request):
        form = PartyForm(colleagues=others(actor))
        put_back(form, dict(data.lists()))
        return _ask(request, actor, case, form, data)
    form = PartyForm(data, colleagues=others(actor))
    if form.is_valid():
        panel = who.panel_of(actor, case, data, now())
        if who.unsettled(panel, data):
            return _ask(request, actor, case, form, data, panel, first=True)

    def do(said: dict[str, Any]) -> None:
        moment = now()
        may_write(actor, case)
        facts = form.facts()
        person = who.person_for(actor, moment, case, facts, said) if facts else None
        add_party(
            actor=actor, now=moment, case_or_record=case, kind=said["kind"], person=person, label=said["label"],
            description=said["description"], roles=said["roles"], identity_protected=said["identity_protected"],
            anonymous_to_us=said["anonymous_to_us"] and said["kind"] == "person", named=said["named"],
            household=said["household"], allegation_source=said["allegation_source"],
            confirmed_how=(said["confirmed_how"] or who.NOT_SO) if facts and said["known_is"] else "",
        )  # fmt: skip

    return step(
        request, case=case, form=form, title=ADD, button="Add", do=do,
        done=lambda: _added("They have been added.", case),
        template="desk/case/add.html", more=lambda: _beside(panel_now(actor, case, data), data),
    )  # fmt: skip


def _ask(
    request: HttpRequest, actor: Actor, case: Case, form: PartyForm, data: QueryDict, panel: who.Panel | None = None,
    *, first: bool = False,
) -> HttpResponse:  # fmt: skip
    """The form with who it may be beside it; `first`, where that has to be settled before anybody is added."""
    found = panel or panel_now(actor, case, data)
    context = {
        "case": case, "form": form, "step_title": ADD, "button_words": "Add", "stale": [], "marking": MARKING,
        "back_href": case_url(case), "first": first, **_beside(found, data),
    }  # fmt: skip
    return render(request, "desk/case/add.html", context)


def _beside(panel: who.Panel, data: QueryDict) -> dict[str, Any]:
    shown = dict.fromkeys([*filter(None, data.get("known_shown", "").split(",")), *panel.ids])
    return {"options": OPTIONS, "panel": panel, "known_shown": ",".join(shown), "hidden": HIDDEN}


def panel_now(actor: Actor, case: Case, data: QueryDict) -> who.Panel:
    """Who it may be, at the present moment."""
    return who.panel_of(actor, case, data, now())


@require_POST
def who_is_known(request: HttpRequest, reference: str) -> HttpResponse:
    """The panel for what has been typed so far (htmx). The search is recorded, not its words; the page logged the case."""
    actor, case = opened(request, reference, log=False)
    data = who.pressed(request)
    form = PartyForm(colleagues=others(actor))
    put_back(form, dict(data.lists()))
    context = {"case": case, "form": form, **_beside(panel_now(actor, case, data), data)}
    return render(request, "desk/case/who_partial.html", context)


@require_GET
def one(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """What this case knows of one party, and what can be done."""
    actor, case = opened(request, reference, Rung.READ)
    found = party_of(actor, case, party, london_date(now()))
    writes = rung_of(actor, case.id) >= Rung.WRITE and actor.may("work_case") and case.status != "closed"
    args = {"party": str(party)}
    person = address_of("person", person_id=found.person_id) if found.person_id else ""
    return render(
        request,
        "desk/case/party.html",
        {
            "case": case, "party": found, "writes": writes, "marking": MARKING, "person_href": person,
            "assess_href": link_to("assess", case, args) if actor.may("assess") else "",
            "contact_href": link_to("contact", case, args) if actor.may("contact_victim") else "",
            "earlier_href": "" if found.child_involved else link_to("assessments", case, args),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Change a party's description or household."""
    actor, case = opened(request, reference)
    row = party_row(actor, case, party)
    initial = {
        "label": row.label,
        "description": row.description,
        "household": row.household,
        "version": row.version,
    }
    form = DescribeForm(posted(request), initial=initial)
    if row.identity_protected:
        del form.fields["label"], form.fields["description"]
    return step(
        request, case=case, form=form, title="Change what is kept of them", button="Keep the change",
        done="It has been changed.", row=row, to=_back(case, party),
        do=lambda said: describe_party(
            actor=actor, now=now(), party=row, version=said["version"], label=said.get("label", ""),
            description=said.get("description", ""), household=said["household"],
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def add_a_role(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Give a party a further role."""
    actor, case = opened(request, reference)
    row = party_row(actor, case, party)
    form = RoleForm(posted(request))

    def do(said: dict[str, str]) -> None:
        may_write(actor, case)
        add_role(
            actor=actor, now=now(), party=row, role=said["role"], allegation_source=said["allegation_source"]
        )

    return step(
        request, case=case, form=form, title="Add a role", button="Add the role",
        done=lambda: _added("The role has been added.", case), to=_back(case, party), do=do,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end_a_role(request: HttpRequest, reference: str, party: uuid.UUID, role: uuid.UUID) -> HttpResponse:
    """End a role."""
    actor, case = opened(request, reference)
    row = role_of(actor, case, party, role)

    def do(said: dict[str, str]) -> None:
        may_write(actor, case)
        end_role(actor=actor, now=now(), role=row, reason=said["reason"])

    return step(
        request, case=case, form=EndRoleForm(posted(request)), title=f"End the role “{row.get_role_display()}”",
        button="End the role", done="The role has ended.", to=_back(case, party), do=do,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def allegation(request: HttpRequest, reference: str, party: uuid.UUID, role: uuid.UUID) -> HttpResponse:
    """Say how an allegation stands."""
    actor, case = opened(request, reference)
    row = role_of(actor, case, party, role)
    form = AllegationForm(
        posted(request), initial={"allegation": row.allegation, "source": row.allegation_source}
    )

    def do(said: dict[str, str]) -> None:
        may_write(actor, case)
        set_allegation(actor=actor, now=now(), role=row, allegation=said["allegation"], source=said["source"])

    return step(
        request, case=case, form=form, title="How does the allegation stand?", button="Keep it",
        done="It has been kept.", to=_back(case, party), do=do,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def protect(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Protect an identity."""
    actor, case = opened(request, reference)
    row = party_row(actor, case, party)

    def do(said: dict[str, list[uuid.UUID]]) -> None:
        may_write(actor, case)
        protect_identity(actor=actor, now=now(), party=row, named=said["named"])

    return step(
        request, case=case, form=ProtectForm(posted(request), colleagues=others(actor)),
        title="Protect who this is", button="Protect", done="From now on only the label is shown.",
        to=_back(case, party), do=do, template="desk/case/protect.html",
    )  # fmt: skip
