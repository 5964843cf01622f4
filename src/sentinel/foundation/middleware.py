"""A name for every request: it stands in the log, the audit and the error page."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse

from sentinel.foundation import metrics

logger = structlog.get_logger("sentinel.request")


class RequestMiddleware:
    """Gives the request an id, counts its queries and time, and writes one log line without personal data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with X-Request-ID set. Routes are logged by name, never paths or queries."""
        request_id = uuid.uuid4().hex[:16]
        request.META["SENTINEL_REQUEST_ID"] = request_id
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begun = time.perf_counter()
        counter = QueryCounter()
        try:
            with connection.execute_wrapper(counter):
                response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        took = time.perf_counter() - begun
        match = request.resolver_match
        route = (match.view_name or "unnamed") if match else "none"
        metrics.REQUESTS.labels(route, request.method or "", str(response.status_code)).inc()
        metrics.SECONDS.labels(route).observe(took)
        response["X-Request-ID"] = request_id
        if route not in {"healthz", "readyz", "metrics"}:
            logger.info(
                "request",
                request_id=request_id,
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round(took * 1000, 1),
                queries=counter.count,
            )
        return response


class QueryCounter:
    """Counts the statements that pass through a connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's own signature
        self.count += 1
        return execute(sql, params, many, context)
