"""Error pages in plain words. They need no session, no context and no database, because that may be what failed.

`urls.py` names them: ``handler404 = "sentinel.web.errors.not_found"`` and so on; the middleware and other
rooms call `page()` for 409, 413 and 503.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from jinja2 import Environment

from sentinel.kernel.errors import Conflict, Invalid, KnownOnly, NotFound, Refused, SentinelError, Unavailable
from sentinel.web.again import words_of
from sentinel.web.jinja import environment

STATUSES = (400, 403, 404, 405, 409, 413, 500, 503)
RETRY_SECONDS = 60
MOST_TYPED = 100
# Passwords are typed there: they are shown to nobody, whoever typed them.
SIGN_IN = "/account/"


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
    """The error page of a status in `STATUSES`, with optional `reason` (400, 403, 409, 503: a whole sentence), `stale` (403: a form's token that is no longer
    taken), `typed` (403: what came with it, by field, and the `path` of its page), `largest` (413, in words) and `request_id` (500). Raises KeyError-like LookupError for any other status.
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
    """Django's handler400, or 413 where more was sent than is taken."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return page(413, largest="2 MB of text")
    return page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return page(403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: the page was open too long, or was not ours."""
    # The browser itself says that a page of ours sent it: what anybody else sends is not shown again.
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" and not request.path.startswith(SIGN_IN)
    typed = words_of({name: request.POST.getlist(name) for name in request.POST})
    return page(403, stale=True, typed=typed[:MOST_TYPED] if ours else [], path=request.path)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404: the same for what is absent and what is forbidden."""
    return page(404)


def failed(request: HttpRequest | None = None) -> HttpResponse:
    """Django's handler500."""
    return page(500, request_id=_request_id(request))


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database is away; what was submitted has not been saved."""
    return page(503, reason="The database cannot be reached. What you sent has not been saved.")


def for_error(request: HttpRequest, error: SentinelError) -> HttpResponse:
    """The page of a domain error that no view has answered: 400, 403, 404, 409, 503 or the desk to ring."""
    if isinstance(error, KnownOnly):
        words = render_to_string(
            "errors/known.html",
            {
                "desk": error.desk,
                "phone": error.phone,
                "record": error.record,
                "hours": error.hours,
                "opens": error.opens,
                "now": error.now,
            },
            request=request,
            using="jinja2",
        )
        return HttpResponse(words, status=403)
    for kind, status in (
        (NotFound, 404),
        (Refused, 403),
        (Conflict, 409),
        (Invalid, 400),
        (Unavailable, 503),
    ):
        if isinstance(error, kind):
            return page(status) if status == 404 else page(status, reason=error.message)
    return page(500, request_id=_request_id(request))
