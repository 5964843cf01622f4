"""The parties of a case."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

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
from sentinel.cases.operations.guards import may_write
from sentinel.cases.queries import party_of, party_row, role_of
from sentinel.desk.case.assemble import address_of, link_to
from sentinel.desk.case.colleagues import others
from sentinel.desk.case.forms.people import (
    AllegationForm,
    DescribeForm,
    EndRoleForm,
    PartyForm,
    ProtectForm,
    RoleForm,
)
from sentinel.desk.case.steps import MARKING, opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.people.operations import add_person
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


def _back(case: Case, party: uuid.UUID) -> str:
    return reverse("case_party", args=[case.reference, party])


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add somebody: a person, an organisation, somebody unidentified, the community."""
    actor, case = opened(request, reference)
    form = PartyForm(posted(request), colleagues=others(actor))

    def do(said: dict[str, object]) -> None:
        moment = now()
        may_write(actor, case)
        facts = form.facts()
        person = add_person(actor=actor, now=moment, record_id=case.id, facts=facts) if facts else None
        given = form.cleaned_data
        add_party(
            actor=actor, now=moment, case_or_record=case, kind=given["kind"], person=person, label=given["label"],
            description=given["description"], roles=given["roles"], identity_protected=given["identity_protected"],
            anonymous_to_us=given["anonymous_to_us"] and given["kind"] == "person", named=given["named"],
            household=given["household"], allegation_source=given["allegation_source"],
        )  # fmt: skip

    return step(
        request, case=case, form=form, title="Add somebody", button="Add", done="They have been added.", do=do,
        more={"options": OPTIONS},
    )  # fmt: skip


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
            "assess_href": link_to("assess", case, args), "contact_href": link_to("contact", case, args),
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
        request, case=case, form=form, title="Add a role", button="Add the role", done="The role has been added.",
        to=_back(case, party), do=do,
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
