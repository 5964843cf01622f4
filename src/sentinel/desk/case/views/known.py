"""What the case comes to know of one of its people: how to reach them safely, and facts that came later."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.cases.models import Case, Party
from sentinel.cases.operations import identify_party, person_behind
from sentinel.cases.operations.identifying import Behind
from sentinel.cases.queries import party_names, party_row
from sentinel.desk.case.forms.known import KnownForm, SafeContactForm, as_said
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid
from sentinel.kernel.names import split_name
from sentinel.people.facts import AddressGiven, Facts, NameGiven
from sentinel.people.operations import (
    add_address,
    add_birth,
    add_contact_point,
    add_name,
    add_person,
    set_safe_contact,
)
from sentinel.people.queries import facts_of
from sentinel.places.operations import find_or_make_place
from sentinel.web.requests import posted

SAFE_OPTIONS = {
    "through": {"show_when": "methods=through"},
    "message": {"show_when": "methods=phone"},
}


def _back(case: Case, party: uuid.UUID) -> str:
    return reverse("case_party", args=[case.reference, party])


@require_http_methods(["GET", "POST"])
def safe_contact(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """How one of the case's people may safely be contacted: asked now, it holds from the next letter on."""
    actor, case = opened(request, reference)
    row = party_row(actor, case, party)
    behind = person_behind(actor, case, row)
    known = facts_of(actor, [behind.person_id]).get(behind.person_id) if behind else None
    form = SafeContactForm(posted(request), initial=as_said(known.safe_contact if known else None))

    def do(said: dict[str, Any]) -> None:
        if behind is None:
            raise Invalid("Nobody has been named here yet. Add the name first, then how to reach them.")
        set_safe_contact(
            actor=actor, now=now(), person_id=behind.person_id, record_id=case.id, safe=form.given(),
            audience_id=behind.audience_id,
        )  # fmt: skip

    return step(
        request, case=case, form=form, title=f"How is it safe to get in touch with {_called(actor, row)}?",
        button="Keep the answers", done="Kept. It holds from now on.", do=do, to=_back(case, party),
        more={"options": SAFE_OPTIONS},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def add_known(request: HttpRequest, reference: str, party: uuid.UUID) -> HttpResponse:
    """Add a name, a birth, a number or an address; or name somebody who had no name."""
    actor, case = opened(request, reference)
    row = party_row(actor, case, party)
    behind = person_behind(actor, case, row)
    form = KnownForm(posted(request), named=behind is not None)

    def do(said: dict[str, Any]) -> None:
        moment = now()
        found = behind or _named(actor, moment, case, row, str(said["name"]))
        _add(actor, moment, case, found, said, with_name=behind is not None)

    return step(
        request, case=case, form=form, title=f"What is known of {_called(actor, row)}?", button="Add it",
        done="It has been added.", do=do, to=_back(case, party),
    )  # fmt: skip


def _called(actor: Actor, row: Party) -> str:
    return party_names(actor, [row.id])[row.id]


def _named(actor: Actor, moment: datetime, case: Case, row: Party, name: str) -> Behind:
    parts = split_name(name)
    facts = Facts(name=NameGiven(full=name, given=parts.given, family=parts.family))
    person = add_person(actor=actor, now=moment, record_id=case.id, facts=facts, audience_id=row.audience_id)
    return identify_party(actor=actor, now=moment, case=case, party=row, person=person)


def _add(
    actor: Actor, moment: datetime, case: Case, behind: Behind, said: dict[str, Any], *, with_name: bool
) -> None:
    where: dict[str, Any] = {
        "actor": actor, "now": moment, "person_id": behind.person_id, "record_id": case.id,
        "audience_id": behind.audience_id,
    }  # fmt: skip
    if with_name and said["name"]:
        add_name(**where, full=said["name"], kind=said["name_kind"] or "current")
    if said["birth"]:
        add_birth(**where, birth=said["birth"])
    if said["phone"]:
        phone = said["phone"]
        extension = f" ext. {phone.extension}" if phone.extension else ""
        add_contact_point(**where, kind="phone", value=phone.display + extension)
    if said["email"]:
        add_contact_point(**where, kind="email", value=said["email"])
    if said["address"] or said["postcode"]:
        address = AddressGiven(
            place_id=_place(actor, moment, said), text=said["address"], kind=said["address_kind"] or "lives"
        )
        add_address(**where, address=address)


def _place(actor: Actor, moment: datetime, said: dict[str, Any]) -> uuid.UUID:
    postcode = str(said["postcode"]) if said["postcode"] else ""
    try:
        return find_or_make_place(
            actor=actor, now=moment, words=said["address"] or postcode, postcode=postcode
        ).id
    except Invalid as error:
        raise error.under("postcode" if "postcode" in error.errors else "address") from error
