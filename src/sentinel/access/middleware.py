"""One transaction for each request: opened here, its actor stated, held until the body is rendered."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse

from sentinel.accounts.queries import actor_of
from sentinel.accounts.typed import keep_and_sign_in
from sentinel.audit.operations import note
from sentinel.foundation import metrics
from sentinel.foundation.actor import NOBODY, Actor, state_actor
from sentinel.foundation.reference import of_edition
from sentinel.kernel.errors import KnownOnly, NotFound, Refused, SentinelError
from sentinel.web import errors
from sentinel.web.requests import kept_whatever_fails

logger = structlog.get_logger("sentinel.audit")
SIGNED_OUT = ("/account/",)
# Asked by machines: each view there asks for a key of its own, and nobody signed in is anybody to it.
KEYED = ("/api/",)
WITHOUT_DATABASE = ("/healthz", "/readyz", "/metrics", "/static/")


class ActorMiddleware:
    """Opens the transaction, states who acts, and records refusals after a roll-back in a transaction of their own, with what else
    must stand whatever fails (web.requests.keep_whatever_fails).

    An exception rolls everything back; the page that says so is made afterwards. `request.actor` is the actor of
    the request (NOBODY when signed out).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response. Raises nothing that a page can say: domain errors become their pages here."""
        if request.path.startswith(WITHOUT_DATABASE):
            return self.get_response(request)
        request.sentinel_failure = None  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                request.actor = actor_of(request)  # type: ignore[attr-defined]
                with of_edition(state_actor(request.actor)):  # type: ignore[attr-defined]
                    response = self.get_response(request)
                if getattr(response, "streaming", False):
                    raise RuntimeError("A streamed body would be read after the transaction and see no rows.")
                if request.sentinel_failure is not None:  # type: ignore[attr-defined]
                    transaction.set_rollback(True)
        except OperationalError:
            self._keep(request)
            return errors.unavailable(request)
        except Exception:
            self._keep(request)
            raise
        failure = request.sentinel_failure  # type: ignore[attr-defined]
        if failure is not None:
            self._keep(request)
            self._record(request, failure, response.status_code)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: list[object],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Every page is for somebody signed in, but those that sign in: a new page is closed by default."""
        signed_out = getattr(request, "actor", NOBODY).user_id is None
        if signed_out and not request.path.startswith((*WITHOUT_DATABASE, *SIGNED_OUT, *KEYED)):
            return keep_and_sign_in(request)
        if any("\x00" in value for value in kwargs.values() if isinstance(value, str)):
            raise Http404  # the database holds no such character: nothing can be there, nor could it be written down
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a domain error with its page; any other is left to Django. Either way nothing is kept."""
        request.sentinel_failure = exception  # type: ignore[attr-defined]
        if isinstance(exception, OperationalError):
            return errors.unavailable(request)
        if isinstance(exception, SentinelError):
            return errors.for_error(request, exception)
        return None

    def _keep(self, request: HttpRequest) -> None:
        for actor, kind, said in kept_whatever_fails(request):
            try:
                with transaction.atomic():
                    state_actor(actor)
                    note(kind, **said)
            except DatabaseError:
                # The page of the first failure is what is answered: the log alone can tell that the audit lacks this.
                logger.exception("audit_not_kept", kind=kind, request_id=actor.request_id)

    def _record(self, request: HttpRequest, failure: Exception, status: int) -> None:
        if not isinstance(failure, Refused | KnownOnly | NotFound | PermissionDenied | Http404):
            return
        actor: Actor = getattr(request, "actor", NOBODY)
        match = request.resolver_match
        route = (match.view_name if match else "") or "none"
        metrics.REFUSALS.labels(route).inc()
        identifiers = {k: str(v)[:40] for k, v in (match.kwargs if match else {}).items()}
        # The owner sees who was refused what it holds; of a record nobody told this actor anything, nothing is kept.
        record = failure.record if isinstance(failure, KnownOnly) else None
        kept = failure.kept if isinstance(failure, SentinelError) else {}
        with transaction.atomic():
            state_actor(actor)
            said = {"subject": route, "record_id": uuid.UUID(record) if record else None, **kept}
            detail = {"status": status, "method": request.method, **identifiers, **kept.get("detail", {})}
            note("refused", **{**said, "detail": detail})
