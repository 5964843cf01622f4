"""One's own reminders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sentinel.foundation.clock import now
from sentinel.reminders.queries import reminders_of
from sentinel.web.requests import actor_of


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person is reminded of now."""
    return render(
        request, "reminders/mine.html", {"reminders": reminders_of(actor_of(request)), "now": now()}
    )
