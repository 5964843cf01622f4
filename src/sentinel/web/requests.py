"""The actor of a request, for views that only a signed-in person reaches, and what stays of one that fails."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from sentinel.foundation.actor import NOBODY, Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request; NOBODY when signed out."""
    found = getattr(request, "actor", NOBODY)
    return found if isinstance(found, Actor) else NOBODY


def keep_whatever_fails(request: HttpRequest, actor: Actor, kind: str, **said: Any) -> None:
    """Let the audit keep an entry that was written in this request also where all of it is rolled back: what it tells of has left Sentinel and is
    not taken back. `said` is what audit.operations.note takes, ids and codes only; `actor` carries the reason."""
    kept_whatever_fails(request).append((actor, kind, said))


def kept_whatever_fails(request: HttpRequest) -> list[tuple[Actor, str, dict[str, Any]]]:
    """What `keep_whatever_fails` was told in this request, in its order."""
    kept: list[tuple[Actor, str, dict[str, Any]]] = request.__dict__.setdefault("sentinel_kept", [])
    return kept


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, which may be nothing at all; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def is_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks, and not a browser for a page."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "fetch"


def to_sign_in(request: HttpRequest, leads_to: str = "") -> HttpResponse:
    """The way to sign in and back here, or on to `leads_to`. A script is told 401: it would take the page of the sign-in
    for its answer."""
    if is_script(request):
        return HttpResponse("You have been signed out.", status=401, content_type="text/plain")
    return redirect(
        f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': leads_to or request.get_full_path()})}"
    )
