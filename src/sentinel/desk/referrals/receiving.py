"""The referrals that were sent to the reader's agency: exactly what was sent, and the answer."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.audit.operations import note
from sentinel.desk.referrals.forms import AnswerForm
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid
from sentinel.partnership.referrals.operations import answer_referral
from sentinel.partnership.referrals.queries import received, received_one
from sentinel.partnership.referrals.rules import KINDS
from sentinel.questionnaires.queries import question_set_of
from sentinel.questionnaires.rules import in_words
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of, posted


@require_GET
def received_here(request: HttpRequest) -> HttpResponse:
    """What waits for an answer first. The list names nobody whom a referral is about."""
    rows = [
        {"row": row, "kind": KINDS[row.kind], "waits": row.waits, "band": row.answers.get("band")}
        for row in received(actor_of(request))
    ]
    return render(request, "desk/referrals/received.html", {"rows": rows, "now": now(), "marking": MARKING})


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, sent: uuid.UUID) -> HttpResponse:
    """One referral and its answer. The reading is recorded with the case it comes from."""
    actor = actor_of(request)
    row = received_one(actor, sent)
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        acknowledges = given["answer"] == "acknowledge"
        try:
            answer_referral(
                actor=actor, now=now(), sent_id=sent, acknowledges=acknowledges, because=given["because"]
            )
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            words = "acknowledged" if acknowledges else "declined"
            messages.success(request, f"The referral is {words}, and whoever sent it is told.")
            return redirect("referrals")
    note("view", record_id=row.case_record_id, subject="referral", subject_id=row.id)
    context = {
        "row": row,
        "kind": KINDS[row.kind],
        "waits": row.waits,
        "said": in_words(question_set_of(row.question_set_id), row.answers),
        "form": form,
        "now": now(),
        "marking": MARKING,
    }
    return render(
        request, "desk/referrals/received_one.html", context, status=422 if request.method == "POST" else 200
    )
