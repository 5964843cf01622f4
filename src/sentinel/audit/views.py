"""The auditor's search. Looking into the audit is itself written down."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sentinel.audit.forms import AuditForm
from sentinel.audit.operations import note
from sentinel.audit.queries import Page, Search, find_entries
from sentinel.web.requests import actor_of


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Entries of the whole partnership, newest first. Refused without the auditor's role."""
    actor = actor_of(request)
    actor.require("search_audit", "Only an auditor searches the audit.")
    form = AuditForm(request.GET or None)
    page = Page([], None)
    if not form.is_bound or form.is_valid():
        given = form.cleaned_data if form.is_bound else {}
        looked_for = {name: getattr(value, "pk", value) for name, value in given.items() if value}
        page = find_entries(actor, Search(**looked_for))
        note("audit_search", detail={name: str(value) for name, value in looked_for.items()})
    older = None
    if page.older:
        query = {key: value for key, value in request.GET.items() if value and key != "below"}
        older = "?" + urlencode({**query, "below": page.older})
    return render(request, "audit/search.html", {"search_form": form, "page": page, "older": older})
