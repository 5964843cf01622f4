"""What of searching the auditor looks into."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from sentinel.audit.operations import note
from sentinel.desk.access_requests.forms import LookedIntoForm
from sentinel.foundation.clock import now
from sentinel.kernel.errors import Conflict, Invalid
from sentinel.matching.hits.asking import COUNTED
from sentinel.matching.hits.looking import KINDS, TRIED
from sentinel.matching.hits.watching import FINDINGS, concerns, look_into, one_concern
from sentinel.web.fields import add_invalid
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of, posted


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """What is to be looked into first. Reading it is recorded."""
    rows = concerns(actor_of(request))
    note("audit_search", subject="concerns", detail={"found": len(rows)})
    context = {"rows": rows, "kinds": KINDS, "findings": FINDINGS, "marking": MARKING}
    return render(request, "desk/access_requests/concerns.html", context)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, concern: uuid.UUID) -> HttpResponse:
    """One of them: whom somebody was shown, by id, with the way to the entries, or of what kind they tried many; and what came of looking
    into it."""
    actor = actor_of(request)
    row = one_concern(actor, concern)
    form = LookedIntoForm(posted(request), initial={"version": row.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                look_into(actor=actor, now=now(), concern_id=concern, **form.cleaned_data)
            except Invalid as invalid:
                add_invalid(form, invalid)
            except Conflict as conflict:
                status = 409
                form.add_error(None, conflict.message)
                row = one_concern(actor, concern)
            else:
                messages.success(request, "What came of it is recorded.")
                return redirect("audit_concerns")
    note("audit_search", subject="concern", subject_id=row.pk)
    tried = [words for kind, words in COUNTED.items() if row.kind == TRIED and kind in row.unnamed]
    context = {
        "row": row, "form": form, "kind": KINDS[row.kind], "tried": tried, "findings": FINDINGS, "marking": MARKING,
    }  # fmt: skip
    return render(request, "desk/access_requests/concern.html", context, status=status)
