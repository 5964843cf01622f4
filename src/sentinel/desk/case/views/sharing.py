"""Who may see a case, and who has."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.access.queries import rung_of
from sentinel.accounts.queries import agencies
from sentinel.cases.operations import end_involvement, involve
from sentinel.cases.queries import involved_in, names_by_id
from sentinel.desk.case.assemble import RUNG_WORDS, marking
from sentinel.desk.case.forms.decisions import ShareForm, WhyForm
from sentinel.desk.case.reading import disclosures_of, readers_of
from sentinel.desk.case.steps import by_end_of, opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import NotFound, Refused
from sentinel.questionnaires.bases import bases_on
from sentinel.web.formats import MARKING
from sentinel.web.requests import posted


@require_GET
def sharing(request: HttpRequest, reference: str) -> HttpResponse:
    """Which agencies see the case, since when, why, and what was disclosed."""
    actor, case = opened(request, reference, Rung.READ)
    holders = case.holders
    disclosures = disclosures_of(actor, case)
    people = [one.holder_id for one in holders] + [
        one.to_person_id for one in disclosures if one.to_person_id
    ]
    names = names_by_id(people, [one.holder_id for one in holders])
    parts = involved_in(actor, case)
    rung = rung_of(actor, case.id)
    rows = [
        {
            "id": one.holder_id, "name": names.get(one.holder_id, ""), "does": RUNG_WORDS[one.rung],
            "since": one.granted_at, "until": one.until, "via": VIA.get(one.via, one.via.replace("_", " ")),
            "part": parts[one.holder_id].part if one.holder_id in parts else "",
            "can_end": rung == Rung.OWNER and one.rung != Rung.OWNER and actor.may("share_case"),
        }
        for one in holders
        if one.rung >= Rung.READ
    ]  # fmt: skip
    return render(
        request,
        "desk/case/sharing.html",
        {
            "case": case, "rows": rows, "disclosures": disclosures, "persons": names, "marking": marking(holders, names),
            "may_share": rung == Rung.OWNER and actor.may("share_case") and case.status != "closed",
            "answers": rung == Rung.OWNER and actor.may("share_case"),
            "may_see_readers": rung == Rung.OWNER and actor.may("read_access_log"),
            "knows": sum(1 for one in holders if one.rung == Rung.SUMMARY),
        },
    )  # fmt: skip


VIA = {
    "opened": "opened it", "involved": "involved", "agreement": "by agreement", "shared": "shared",
    "break_glass": "in an emergency", "asked": "asked for it", "handed_over": "handed over",
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Share the case with an agency."""
    actor, case = opened(request, reference, Rung.OWNER)
    actor.require("share_case", "Your role does not share cases.")
    form = ShareForm(
        posted(request), agencies=[one for one in agencies() if one.id != case.owner_agency_id],
        bases=bases_on(london_date(now()), actor.agency_id),
    )  # fmt: skip

    def do(said: dict[str, Any]) -> None:
        given = {**said, "until": by_end_of(said["until"]) if said["until"] else None}
        involve(actor=actor, now=now(), case=case, **given)

    return step(
        request, case=case, form=form, title="Share with an agency", button="Share the case", do=do,
        done="The case is shared.", to=reverse("case_sharing", args=[reference]),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, reference: str, agency: uuid.UUID) -> HttpResponse:
    """End what an agency may see."""
    actor, case = opened(request, reference, Rung.OWNER)
    if agency not in {one.holder_id for one in case.holders}:
        raise NotFound()
    name = names_by_id([agency], [agency]).get(agency, "")
    return step(
        request, case=case, form=WhyForm(posted(request)), title=f"End sharing with {name}",
        button="End the sharing", done="They can no longer open the case.", to=reverse("case_sharing", args=[reference]),
        do=lambda said: end_involvement(actor=actor, now=now(), case=case, agency_id=agency, why=said["why"]),
    )  # fmt: skip


@require_GET
def readers(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has read, changed or been refused the case: for the agency that owns it."""
    actor, case = opened(request, reference, Rung.READ)
    if rung_of(actor, case.id) < Rung.OWNER:
        raise Refused("The agency that owns the case sees who has read it.")
    actor.require("read_access_log", "Your role does not include seeing who has read a case.")
    others = "others" in request.GET
    page = readers_of(actor, case, before=request.GET.get("before", ""), others=others)
    context = {"case": case, "rows": page.rows, "older": page.older, "others": others, "marking": MARKING}
    return render(request, "desk/case/readers.html", context)
