"""The referrals of a case: the list, a new one, and one that is written, sent or read."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.access.models import Rung
from sentinel.cases.models import Case
from sentinel.cases.queries import party_row, people_of
from sentinel.desk.case.steps import opened, step
from sentinel.desk.referrals.forms import HowForm, NewForm
from sentinel.foundation.actor import Actor
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.partnership.models import Referral
from sentinel.partnership.referrals import rules
from sentinel.partnership.referrals.filling import filled_in, is_guarded
from sentinel.partnership.referrals.operations import keep_referral, open_referral, send_referral
from sentinel.partnership.referrals.outcomes import settles
from sentinel.partnership.referrals.queries import (
    Said,
    content_of,
    recipients,
    referral_of,
    referrals_of,
    terms_on,
)
from sentinel.questionnaires.bases import bases_on, key_of
from sentinel.questionnaires.forms import QuestionForm
from sentinel.questionnaires.models import QuestionSetVersion
from sentinel.questionnaires.queries import current_version, question_set_of, version_under_way
from sentinel.questionnaires.rules import in_words
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.once import sent_before
from sentinel.web.requests import posted


@require_GET
def of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Every referral of a case, where it stands, and the way to a new one."""
    actor, case = opened(request, reference, Rung.READ)
    rows = referrals_of(actor, case)
    context = {
        "case": case,
        "rows": [{"row": row, "state": rules.state_of(row)} for row in rows],
        "names": {one.id: one.name for one in people_of(actor, case, london_date(case.seen_at))},
        "states": rules.STATES,
        "kinds": rules.KINDS,
        "now": case.seen_at,
        "may_refer": may_refer(actor, case),
        "marking": MARKING,
    }
    return render(request, "desk/referrals/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin a referral: what kind, and of whom."""
    actor, case = opened(request, reference)
    actor.require("work_case", "Your role does not refer anybody.")
    people = people_of(actor, case, london_date(case.seen_at))
    form = NewForm(posted(request), people=people)
    made: list[Referral] = []

    def do(said: dict[str, Any]) -> None:
        party = said["party"] if said["kind"] != rules.JAG else None
        row = party_row(actor, case, party.id) if party else None
        made.append(open_referral(actor=actor, now=now(), case=case, kind=said["kind"], party=row))

    answer = step(
        request, case=case, form=form, title="Refer to another agency", button="Go on", do=do, done="The referral is begun.",
        to=reverse("case_referrals", args=[reference]),
        more={"options": {"party": {"show_when": f"kind={rules.VICTIM_FIRST}|{rules.UNDECIDED}"}}},
    )  # fmt: skip
    return redirect("case_referral", reference=reference, referral=made[0].id) if made else answer


def may_refer(actor: Actor, case: Case) -> bool:
    """Whether this reader writes and sends referrals of the case."""
    return actor.may("work_case") and case.rung >= Rung.WRITE and case.status != "closed"


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, reference: str, referral: uuid.UUID) -> HttpResponse:
    """One referral: its form while it may be sent, afterwards what was sent and what came of it."""
    actor, case = opened(request, reference, Rung.READ)
    row = referral_of(actor, case, referral)
    said = content_of(actor, row)
    state = rules.state_of(row)
    if state not in {rules.OPEN, rules.ASKED} or not may_refer(actor, case) or said.hidden:
        return _read(request, actor, case, row, said)
    if rules.is_of_nobody_yet(row):
        return redirect("referral_about", reference=reference, referral=row.id)
    if row.kind == rules.UNDECIDED:
        return redirect("referral_age", reference=reference, referral=row.id)
    return _write(request, actor, case, row, said)


def shown(actor: Actor, case: Case, row: Referral, said: Said) -> dict[str, Any]:
    """What every page of one referral shows."""
    names = {one.id: one.name for one in people_of(actor, case, london_date(case.seen_at))}
    content = said.content
    return {
        "case": case,
        "row": row,
        "kind": rules.KINDS[row.kind],
        "state": rules.state_of(row),
        "states": rules.STATES,
        "about": (names.get(row.party_id) or "Somebody you may not see") if row.party_id else "",
        "hidden": said.hidden,
        "said": in_words(question_set_of(content.question_set_id), content.answers) if content else [],
        "now": case.seen_at,
        "may_refer": may_refer(actor, case),
        "may_withdraw": actor.may("work_case") and case.rung >= Rung.WRITE,
        "may_settle": settles(actor, case, row),
        "may_decide": actor.may("decide_referral") and may_refer(actor, case),
        "marking": MARKING,
    }


def _read(request: HttpRequest, actor: Actor, case: Case, row: Referral, said: Said) -> HttpResponse:
    if request.method == "POST":
        raise Conflict("This referral has been sent, or you may not send it.")
    return render(request, "desk/referrals/one.html", shown(actor, case, row, said))


def _version(request: HttpRequest, key: str, said: Said) -> QuestionSetVersion:
    today = london_date(now())
    begun = said.content.question_set_id if said.content else None
    if request.method == "POST":
        try:
            begun = uuid.UUID(request.POST.get("asked", ""))
        except ValueError:
            begun = None
    return version_under_way(current_version(key, today), begun, today)


def _write(request: HttpRequest, actor: Actor, case: Case, row: Referral, said: Said) -> HttpResponse:
    today = london_date(now())
    terms = terms_on(today)[row.kind]
    version = _version(request, terms.question_set, said)
    question_set = question_set_of(version.id)
    data = posted(request)
    sends = data is not None and data.get("do") == "send"
    party = row.party
    known = (
        said.content.answers
        if said.content
        else filled_in(actor, case, party, question_set, today, told_in=row.told_in_id)
    )
    form = QuestionForm(question_set, data, today=today, answers=known, complete=sends)
    district = case.place.district_id if case.place else None
    agencies = recipients(terms, district)
    how = HowForm(
        data, agencies=agencies, bases=bases_on(today, actor.agency_id), about=str(row.party_id or ""), whole=sends,
        initial={
            "version": row.version, "to_agency": row.to_agency or (agencies[0] if len(agencies) == 1 else None), "wish": row.wish, "lawful_basis": key_of(row.lawful_basis, today, actor.agency_id),
        },
    )  # fmt: skip
    status = 200
    if data is not None:
        status = 422
        whole = [form.is_valid(), how.is_valid()]
        if all(whole):
            try:
                with transaction.atomic():
                    done = (
                        row
                        if sent_before(request)
                        else _do(actor, case, row, version, form, how, sends=sends)
                    )
            except Invalid as error:
                add_invalid(
                    how, Invalid({key: words for key, words in error.errors.items() if key in how.fields})
                )
                rest = {key: words for key, words in error.errors.items() if key not in how.fields}
                add_invalid(form, Invalid(rest))
            except Conflict as error:
                status = 409
                how.add_error(None, error.message)
            else:
                if sends and rules.state_of(done) == rules.ASKED and actor.may("decide_referral"):
                    return redirect("referral_decide", reference=case.reference, referral=row.id)
                messages.success(request, _said(done, sends=sends))
                return redirect("case_referral", reference=case.reference, referral=row.id)
    context = {
        **shown(actor, case, row, said), "form": form, "how": how, "asked": version.id, "begun": said.content is not None,
        "guarded": is_guarded(actor, case, today),
        "agencies": how.fields["to_agency"].rows,  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "desk/referrals/write.html", context, status=status)


def _do(
    actor: Actor, case: Case, row: Referral, version: QuestionSetVersion, form: QuestionForm, how: HowForm, *, sends: bool
) -> Referral:  # fmt: skip
    given = how.cleaned_data
    function = send_referral if sends else keep_referral
    return function(
        actor=actor, now=now(), case=case, referral=row, version=given["version"], question_set=version,
        answers=form.answers, wish=given["wish"], lawful_basis=given["lawful_basis"], to_agency=given["to_agency"],
    )  # fmt: skip


def _said(row: Referral, *, sends: bool) -> str:
    if not sends:
        return "What you wrote is kept. It is not sent yet."
    if row.sent_at is None:
        return "They object, so it is not sent yet. A supervisor decides."
    to = row.to_agency.short_name if row.to_agency else ""
    return f"The referral is sent to {to}. You are told here when they acknowledge it."
