"""Of which silent kinds a case is: for the agency that owns it."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sentinel.access.models import Rung
from sentinel.accounts.rules import SILENT_KINDS
from sentinel.desk.access_requests.forms import SilentForm
from sentinel.desk.case.forms.decisions import WhyForm
from sentinel.desk.case.steps import opened, step
from sentinel.foundation.clock import now
from sentinel.kernel.errors import NotFound
from sentinel.matching.hits.silence import end_silence, mark_silent, silences_of
from sentinel.web.requests import posted


@require_http_methods(["GET", "POST"])
def silent(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a case as of a kind of which nobody is told by agreement; the marks that stand are above the form."""
    actor, case = opened(request, reference, Rung.OWNER)
    actor.require("share_case", "Your role does not share cases.")
    marks = [{"row": one, "words": SILENT_KINDS[one.kind]} for one in silences_of(actor, case)]
    return step(
        request, case=case, form=SilentForm(posted(request)), title="Keep other agencies from being told",
        button="Mark the case", to=reverse("case_silent", args=[reference]), template="desk/access_requests/silent.html",
        done="The case is marked. No agreement tells of it but one that names this kind.",
        do=lambda said: mark_silent(actor=actor, now=now(), case=case, **said),
        more={"marks": marks, "back_href": reverse("case_sharing", args=[reference])},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, reference: str, silence: uuid.UUID) -> HttpResponse:
    """Take a mark off."""
    actor, case = opened(request, reference, Rung.OWNER)
    actor.require("share_case", "Your role does not share cases.")
    found = next((one for one in silences_of(actor, case) if one.pk == silence), None)
    if found is None:
        raise NotFound()
    return step(
        request, case=case, form=WhyForm(posted(request)), title=f"Let others be told again: no more {SILENT_KINDS[found.kind]}",
        button="Take the mark off", done="The mark is taken off.", to=reverse("case_silent", args=[reference]),
        do=lambda said: end_silence(actor=actor, now=now(), case=case, silence_id=silence, why=said["why"]),
    )  # fmt: skip
