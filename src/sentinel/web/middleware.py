"""Security headers: a Content-Security-Policy without exceptions, and nothing sensitive in a cache."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


class HeadersMiddleware:
    """Sets the policy on every page; `response.sentinel_policy` may widen a directive for one page alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with its headers."""
        response = self.get_response(request)
        policy = dict(POLICY)
        # The authenticator's picture of the secret is a data: address; nowhere else is one allowed.
        if request.resolver_match and request.resolver_match.view_name == "mfa_activate_totp":
            policy["img-src"] += " data:"
        if settings.MAP_TILES and getattr(response, "sentinel_map", False):
            policy["img-src"] += " " + settings.MAP_TILES.split("/{")[0]
        response["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
        response["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(self),"
            " publickey-credentials-create=(self)"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response
