"""Error pages in plain words. They need no session, no context and no database, because that may be what failed.

`urls.py` names them: ``handler404 = "sentinel.web.errors.not_found"`` and so on; the middleware and other
rooms call `page()` for 409, 413 and 503.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from jinja2 import Environment

from sentinel.web.jinja import environment

STATUSES = (400, 403, 404, 409, 413, 500, 503)
RETRY_SECONDS = 60


@lru_cache(maxsize=1)
def _own_environment() -> Environment:
    """The layouts alone, where Django's engine is not set up."""
    return environment()


def _environment() -> Environment:
    configured = any(str(one["BACKEND"]).endswith(".Jinja2") for one in settings.TEMPLATES)
    if not configured:
        return _own_environment()
    for engine in engines.all():
        found = getattr(engine, "env", None)
        if isinstance(found, Environment):
            return found
    return _own_environment()


def page(status: int, **context: object) -> HttpResponse:
    """The error page of a status in `STATUSES`, with optional `reason` (400, 403, 409, 503: a whole sentence), `largest`
    (413, in words) and `request_id` (500). Raises KeyError-like LookupError for any other status.
    """
    if status not in STATUSES:
        raise LookupError(f"no error page for {status}")
    words = _environment().get_template(f"errors/{status}.html").render(**context)
    response = HttpResponse(words, status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _request_id(request: HttpRequest | None) -> str:
    return str(getattr(request, "request_id", "") or "")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return page(403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the page was open too long, or was not ours."""
    return page(403, reason="This page was open too long, or was not opened from Sentinel.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404: the same for what is absent and what is forbidden."""
    return page(404)


def failed(request: HttpRequest | None = None) -> HttpResponse:
    """Django's handler500."""
    return page(500, request_id=_request_id(request))
