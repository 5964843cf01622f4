"""What every answer has: security headers, words where Django has none, and fewer bytes where that gives nothing away."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from sentinel.web import errors

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
        response.setdefault("Cache-Control", "no-store")
        # Django's own middleware sets it further in, and not on what is answered before it.
        response.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response


class PlainAnswersMiddleware:
    """A page in words for what is refused before or beside any view: a body too large to read, a method not taken."""

    # What a form's text and its envelope may add to the largest attachment.
    ROOM = 3_000_000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response; 413 without reading a body that is too long, 405 with words and its Allow header."""
        if _length(request) > settings.UPLOAD_MAX_BYTES + self.ROOM:
            return errors.page(413, largest=f"{settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB")
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            said = errors.page(405)
            said["Allow"] = response.get("Allow", "")
            return said
        return response


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, but never one that another site could have made the browser ask for (BREACH).

    The size of a compressed page tells a listener on the wire whether what he put into the address stands in the page
    too. He needs the reader's browser to ask for it from his own page, and the browser says so. See docs/decisions.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response, compressed where the reader came from one of our own pages or typed a plain address."""
        if not _asked_by_the_reader(request):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed


def _asked_by_the_reader(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    # A browser that does not say: only where nothing of the asker's can be in the page.
    return request.method in {"GET", "HEAD"} and not request.META.get("QUERY_STRING")
