"""What heads a case: title, type, place, status, who is responsible."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.accounts.queries import agencies, teams_in
from sentinel.cases.lists import labels
from sentinel.cases.operations import accept, change_case, decline, offer, reassign, set_status
from sentinel.cases.operations.actions import working_agencies
from sentinel.cases.queries import handover_of, handovers_of, offers_of, statuses_of
from sentinel.cases.rules import STATUS_WORDS, moves_from
from sentinel.desk.case.colleagues import people_of_agencies
from sentinel.desk.case.forms.decisions import AnswerForm, CaseForm, OfferForm, ReassignForm, StatusForm
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.places.operations import find_or_make_place
from sentinel.risk.rules import HIGH
from sentinel.web.requests import posted


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change title, category, type, crime or place."""
    actor, case = opened(request, reference)
    moment = now()
    initial = {
        "title": case.title, "category": case.category, "national_type": case.national_type, "crime": case.crime,
        "version": case.version,
    }  # fmt: skip
    types = labels("national-types", london_date(moment))
    types.setdefault(case.national_type, case.national_type.replace("_", " ").capitalize())
    form = CaseForm(posted(request), types=types, initial=initial)

    def do(said: dict[str, Any]) -> None:
        place = case.place
        if said["place_line"] or said["postcode"]:
            postcode = str(said["postcode"]) if said["postcode"] else ""
            place = find_or_make_place(
                actor=actor, now=moment, words=said["place_line"] or postcode, postcode=postcode
            )
        change_case(
            actor=actor, now=moment, case=case, version=said["version"], title=said["title"], category=said["category"],
            national_type=said["national_type"], crime=said["crime"], place=place,
        )  # fmt: skip

    return step(
        request, case=case, form=form, title="Change title, type or place", button="Keep the change",
        done="The case has been changed.", do=do, row=case, template="desk/case/edit.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the case to another status."""
    actor, case = opened(request, reference)
    choices = [(one, STATUS_WORDS[one]) for one in moves_from(case.status)]
    form = StatusForm(
        posted(request), choices=choices, high=case.highest_band == HIGH, initial={"version": case.version}
    )
    return step(
        request, case=case, form=form, title="Change the status", button="Change it", done="The status has been changed.",
        do=lambda said: set_status(
            actor=actor, now=now(), case=case, version=said["version"], status=said["status"], reason=said["reason"]
        ),
        row=case, template="desk/case/status.html",
        more={"now_words": STATUS_WORDS[case.status], "steps": statuses_of(actor, case)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Reassign within the agency; see and answer offers."""
    actor, case = opened(request, reference)
    owns = actor.agency_id == case.owner_agency_id
    people = people_of_agencies([case.owner_agency_id]) if owns else []
    form = ReassignForm(
        posted(request), people=people, teams=teams_in(case.owner_agency_id) if owns else [],
        initial={"lead": case.lead, "team": case.team, "version": case.version},
    )  # fmt: skip
    return step(
        request, case=case, form=form, title="Hand over", button="Reassign", done="The case has a new lead.",
        do=lambda said: reassign(
            actor=actor, now=now(), case=case, version=said["version"], lead=said["lead"], team=said["team"],
            reason=said["reason"],
        ),
        row=case, template="desk/case/hand_over.html",
        more={
            "owns": owns, "offers": offers_of(actor, case), "history": handovers_of(actor, case),
            "agency_id": actor.agency_id,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def offer_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer primacy or ownership to another agency."""
    actor, case = opened(request, reference)
    working = working_agencies(actor, case)
    form = OfferForm(
        posted(request),
        agencies=[one for one in agencies() if one.id in working and one.id != actor.agency_id],
    )
    return step(
        request, case=case, form=form, title="Offer it to another agency", button="Offer it",
        done="It has been offered. It stays with you until they accept.", to=reverse("case_hand_over", args=[reference]),
        do=lambda said: offer(
            actor=actor, now=now(), case=case, what=said["what"], to_agency=said["to_agency"], reason=said["reason"]
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def offer_answer(request: HttpRequest, reference: str, handover: uuid.UUID) -> HttpResponse:
    """Accept or decline an offer; the offering agency may take it back."""
    actor, case = opened(request, reference)
    row = handover_of(actor, case, handover)
    theirs = row.to_agency_id == actor.agency_id
    form = AnswerForm(posted(request))
    if not theirs:
        form.fields["answer"].choices = [("decline", "Take the offer back")]  # type: ignore[attr-defined]

    def do(said: dict[str, Any]) -> None:
        if said["answer"] == "accept":
            accept(actor=actor, now=now(), case=case, handover=row, department=said["department"])
        else:
            decline(actor=actor, now=now(), case=case, handover=row, reason=said["reason"])

    return step(
        request, case=case, form=form, title="Answer the offer", button="Send the answer", done="The offer is answered.",
        do=do, template="desk/case/offer.html", more={"offer": row},
    )  # fmt: skip
