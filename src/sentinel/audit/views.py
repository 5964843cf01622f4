"""The auditor's search. Looking into the audit is itself written down."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sentinel.audit.forms import AuditForm
from sentinel.audit.operations import note
from sentinel.audit.queries import Page, Search, busiest, find_entries
from sentinel.audit.records import people_of
from sentinel.foundation.clock import now
from sentinel.kernel.clock import london_date
from sentinel.kernel.errors import Invalid
from sentinel.kernel.tables import csv_table
from sentinel.web.downloads import download
from sentinel.web.formats import uk_datetime
from sentinel.web.requests import actor_of

MOST = 10_000
HEADS = (
    "Entry", "When", "Who", "Agency", "What", "Of", "Its id", "Record", "Why", "From where", "Request", "More",
)  # fmt: skip


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Entries of the whole partnership, newest first. Refused without the auditor's role."""
    actor = actor_of(request)
    actor.require("search_audit", "Only an auditor searches the audit.")
    form = AuditForm(request.GET or None)
    page, people = Page([], None), []
    if not form.is_bound or form.is_valid():
        given = form.cleaned_data if form.is_bound else {}
        looked_for = {name: getattr(value, "pk", value) for name, value in given.items() if value}
        page = find_entries(actor, Search(**looked_for))
        people = people_of(given["record_id"]) if given.get("record_id") else []
        note("audit_search", detail={name: str(value) for name, value in looked_for.items()})
    older = None
    if page.older:
        query = {key: value for key, value in request.GET.items() if value and key != "below"}
        older = "?" + urlencode({**query, "below": page.older})
    asked = urlencode({key: value for key, value in request.GET.items() if value and key != "below"})
    export = reverse("audit_export") + (f"?{asked}" if asked else "")
    context = {
        "search_form": form, "page": page, "older": older, "export": export, "people": people,
        "person_id": form.cleaned_data.get("person_id") if form.is_bound and form.is_valid() else None,
        "busy": [] if form.is_bound else busiest(actor, now()),
    }  # fmt: skip
    return render(request, "audit/search.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The entries that the filters in the address leave, as CSV: at most `MOST`, newest first. Times are London's."""
    actor = actor_of(request)
    actor.require("search_audit", "Only an auditor searches the audit.")
    form = AuditForm(request.GET)
    if not form.is_valid():
        raise Invalid("What is to be taken out cannot be read. Search again, and take that out.")
    looked_for = {name: getattr(value, "pk", value) for name, value in form.cleaned_data.items() if value}
    page = find_entries(actor, Search(**looked_for), size=MOST)
    rows: list[list[object]] = [
        [
            line.entry.id, uk_datetime(line.entry.at), line.who, line.agency, line.what, line.entry.subject,
            line.entry.subject_id, line.record, line.entry.reason, line.entry.address, line.entry.request_id,
            json.dumps(line.entry.detail, sort_keys=True),
        ]
        for line in page.lines
    ]  # fmt: skip
    if page.older:
        rows += [[], [f"Cut at {MOST}: there are more. Take the rest out with a narrower period."]]
    said = {name: str(value) for name, value in looked_for.items()}
    note("export", subject="audit", detail={**said, "rows": len(page.lines), "cut": page.older is not None})
    return download(csv_table(HEADS, rows), f"audit-{london_date(now())}.csv", "text/csv; charset=utf-8")
