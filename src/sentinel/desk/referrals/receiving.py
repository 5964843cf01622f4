"""The referrals that were sent to the reader's agency: exactly what was sent, the answer, and what came of it."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.audit.operations import note
from sentinel.desk.referrals.forms import AnswerForm, OutcomeForm
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Invalid
from sentinel.partnership.referrals.operations import answer_referral
from sentinel.partnership.referrals.outcomes import record_outcome
from sentinel.partnership.referrals.queries import received, received_one
from sentinel.partnership.referrals.rules import KINDS, VICTIM_FIRST
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
    """One referral, its answer, and what came of it. The reading is recorded with the case it comes from."""
    actor = actor_of(request)
    row = received_one(actor, sent)
    data = posted(request)
    says = row.kind == VICTIM_FIRST and row.acknowledged_at is not None and row.withdrawn_at is None
    # An answer that comes second is answered as one: it says that it is late.
    form: forms.Form = OutcomeForm(data) if says and "answer" not in (data or {}) else AnswerForm(data)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if isinstance(form, OutcomeForm):
                done = record_outcome(
                    actor=actor, now=now(), sent_id=sent, outcome=given["outcome"], tries=given["tries"], note=given["note"]
                )  # fmt: skip
                words = f"{done.outcome_words}: that is recorded, and stands on their case."
            else:
                acknowledges = given["answer"] == "acknowledge"
                answer_referral(
                    actor=actor, now=now(), sent_id=sent, acknowledges=acknowledges, because=given["because"]
                )
                words = f"The referral is {'acknowledged' if acknowledges else 'declined'}, and whoever sent it is told."
        except Invalid as invalid:
            add_invalid(form, invalid)
        else:
            messages.success(request, words)
            return redirect("referrals")
    note("view", record_id=row.case_record_id, subject="referral", subject_id=row.id)
    context = {
        "row": row,
        "kind": KINDS[row.kind],
        "waits": row.waits,
        "says": says,
        "said": in_words(question_set_of(row.question_set_id), row.answers),
        "form": form,
        "now": now(),
        "marking": MARKING,
    }
    return render(
        request, "desk/referrals/received_one.html", context, status=422 if request.method == "POST" else 200
    )
