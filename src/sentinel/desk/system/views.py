"""The pages about Sentinel itself."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sentinel.audit.operations import note
from sentinel.desk.system import operations
from sentinel.desk.system.forms import OutboxForm
from sentinel.desk.system.queries import failed_jobs, is_read_here, message_read, outbox, state_of
from sentinel.foundation.clock import now
from sentinel.web.requests import actor_of


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """Whether the worker is there, what failed and what waits."""
    return render(request, "desk/system/state.html", {"state": state_of(actor_of(request), now=now())})


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Work that failed for good."""
    settled = request.GET.get("show") == "settled"
    found = failed_jobs(actor_of(request), settled=settled, before=_uuid(request.GET.get("before")))
    older = {"show": "settled"} if settled else {}
    context = {
        "jobs": found,
        "settled": settled,
        "older": "?" + urlencode({**older, "before": str(found.before)}) if found.before else None,
        "newest": "?" + urlencode(older) if request.GET.get("before") else None,
    }
    return render(request, "desk/system/jobs.html", context)


@require_POST
def retry_job(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Queue it again."""
    operations.retry_job(actor=actor_of(request), now=now(), failed_id=job)
    messages.success(request, "It is queued again. It comes back to this list if it fails again.")
    return redirect("failed_jobs")


@require_POST
def settle_job(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    """Take it off the list."""
    operations.settle_job(actor=actor_of(request), now=now(), failed_id=job)
    messages.success(request, "Settled.")
    return redirect("failed_jobs")


@require_GET
def outgoing(request: HttpRequest) -> HttpResponse:
    """Messages that wait or failed."""
    form = OutboxForm(request.GET or None)
    given: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = outbox(
        actor_of(request),
        state=given.get("state", ""),
        channel=given.get("channel", ""),
        before=given.get("before"),
    )
    chosen = {key: given[key] for key in ("state", "channel") if given.get(key)}
    filtered = [
        {
            "words": dict(form.fields[key].choices)[value],  # type: ignore[attr-defined]  # both are choices
            "href": "?" + urlencode({other: kept for other, kept in chosen.items() if other != key}),
        }
        for key, value in chosen.items()
    ]
    context = {
        "find": form,
        "filtered_by": filtered,
        "outbox": found,
        "state": state_of(actor_of(request), now=now()),
        "is_read_here": is_read_here(),
        "older": "?" + urlencode({**chosen, "before": str(found.before)}) if found.before else None,
        "newest": "?" + urlencode(chosen) if given.get("before") else None,
    }
    return render(request, "desk/system/outbox.html", context)


@require_POST
def retry_message(request: HttpRequest, message: uuid.UUID) -> HttpResponse:
    """Try it again."""
    operations.retry_message(actor=actor_of(request), now=now(), message_id=message)
    messages.success(request, "The worker tries it again within two minutes.")
    return redirect("outbox")


@require_GET
def read_message(request: HttpRequest, message: uuid.UUID) -> HttpResponse:
    """What a message said, in a demonstration alone. The reading is recorded."""
    found = message_read(actor_of(request), message)
    note("view", subject="message", subject_id=message)
    return render(request, "desk/system/message.html", {"message": found})
