"""The places that are due to be assessed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentinel.audit.operations import note
from sentinel.foundation.clock import now
from sentinel.risk.queries import places_due
from sentinel.web.requests import actor_of


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What the aide memoire makes due in the agency's open cases, victims or not. That the list was read is recorded."""
    actor = actor_of(request)
    actor.require("assess", "Your role does not assess risk.")
    rows = places_due(actor, now())
    note("search", subject="places_due", detail={"found": len(rows)})
    return render(request, "desk/place/due.html", {"rows": rows})
