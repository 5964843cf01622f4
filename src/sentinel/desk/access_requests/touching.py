"""What searches met in the agency's records and were not told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sentinel.foundation.clock import now
from sentinel.kernel.clock import read_moment
from sentinel.kernel.errors import Invalid
from sentinel.matching.hits.touches import mark_seen, touched
from sentinel.web.formats import MARKING
from sentinel.web.requests import actor_of


@require_http_methods(["GET", "POST"])
def touched_here(request: HttpRequest) -> HttpResponse:
    """The touches of the agency's records, unseen first; sent, that those shown have been seen."""
    actor = actor_of(request)
    moment = now()
    if request.method == "POST":
        try:
            up_to = read_moment(request.POST.get("up_to", ""))
        except ValueError as error:
            raise Invalid("What was sent cannot be read. Load the page again.") from error
        mark_seen(actor=actor, now=moment, up_to=min(up_to, moment))
        messages.success(request, "They are marked as seen.")
        return redirect("access_touched")
    rows = touched(actor)
    context = {
        "rows": rows,
        "fresh": any(one.row.seen_at is None for one in rows),
        "now": moment,
        "marking": MARKING,
    }
    return render(request, "desk/access_requests/touched.html", context)
