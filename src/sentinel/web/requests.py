"""The actor of a request, for views that only a signed-in person reaches."""

from __future__ import annotations

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
