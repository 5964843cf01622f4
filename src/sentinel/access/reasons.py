"""Asking why somebody looks, where the partnership's setting wants it (DPA 2018 s.62): once a record and session.

The question comes before anything is looked up, so it tells nobody whether the record is there. What was said goes with
every entry of the audit that the request writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from sentinel.accounts.typed import let_wait
from sentinel.foundation.actor import NOBODY, Actor, state_actor
from sentinel.foundation.clock import now

SESSION_KEY = "reasons"
LASTS = timedelta(hours=12)
MOST = 200
# What stands behind each of these is about somebody: at a place are its cases, reports and who lives there; a referral that
# was received and a marker are. A draft and the lists are not, nor are streets and areas, which show open data alone.
_ABOUT = re.compile(
    r"^/(?P<kind>cases|reports|people|places|referrals|high-risk/markers|high-risk(?=/[^/]+/marker$))/(?!take(?:/|$)|drafts/|export$)(?P<which>[^/]{1,64})(?:/|$)"
)


def about(path: str) -> str | None:
    """The record that a path is about ("cases:LLR-26-00001-P"), or None."""
    # A data steward goes through very many pairs at a time: the reason is asked once for the whole queue.
    if path == "/put-right" or path.startswith("/put-right/"):
        return "put-right:queue"
    match = _ABOUT.match(path)
    return f"{match['kind']}:{match['which']}" if match else None


def remember(request: HttpRequest, record: str, reason: str, at: datetime) -> None:
    """Keep a reason in the session, the newest `MOST` of them."""
    kept: dict[str, Any] = dict(request.session.get(SESSION_KEY, {}))
    kept.pop(record, None)
    kept[record] = [reason, at.isoformat()]
    request.session[SESSION_KEY] = dict(list(kept.items())[-MOST:])


def reason_for(request: HttpRequest, record: str, at: datetime) -> str | None:
    """The reason given for a record in this session; None where there is none, or it was long ago.

    One given long ago still holds for a form that was open meanwhile: what was typed must not be lost.
    """
    found = request.session.get(SESSION_KEY, {}).get(record)
    if found is None:
        return None
    old = at - datetime.fromisoformat(found[1]) > LASTS
    return None if old and request.method in {"GET", "HEAD"} else str(found[0])


class ReasonMiddleware:
    """Asks for the reason before a case, a report, a person, a place, a received referral or a marker is shown, and states it with the actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: list[object],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """The way to the question, or None where a reason was given or none is wanted."""
        actor: Actor = getattr(request, "actor", NOBODY)
        record = about(request.path) if settings.REASON_REQUIRED and actor.user_id else None
        if record is None:
            return None
        reason = reason_for(request, record, now())
        if reason is None:
            let_wait(request)
            back = request.get_full_path() if request.method == "GET" else request.path
            return redirect(f"{reverse('why')}?{urlencode({'next': back})}")
        request.actor = actor.because(reason)  # type: ignore[attr-defined]
        state_actor(request.actor)  # type: ignore[attr-defined]
        return None
