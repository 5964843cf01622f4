"""A name for every request: it stands in the log, the audit and the error page."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from sentinel.foundation import metrics

logger = structlog.get_logger("sentinel.request")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class RequestMiddleware:
    """Gives the request an id, counts its queries and time, and writes one log line without personal data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with X-Request-ID set. Routes are logged by name, never paths or queries."""
        request_id = uuid.uuid4().hex[:16]
        request.META["SENTINEL_REQUEST_ID"] = request_id
        request.request_id = request_id  # type: ignore[attr-defined]
        begun = time.perf_counter()
        counter = QueryCounter()
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            connection.execute_wrapper(counter),
        ):
            response = self.get_response(request)
        took = time.perf_counter() - begun
        match = request.resolver_match
        route = (match.view_name or "unnamed") if match else "none"
        method = metrics.method_label(request.method)
        metrics.REQUESTS.labels(route, method, str(response.status_code)).inc()
        metrics.SECONDS.labels(route).observe(took)
        response["X-Request-ID"] = request_id
        if request.path_info not in PROBES:
            logger.info(
                "request",
                request_id=request_id,
                method=method,
                route=route,
                status=response.status_code,
                ms=round(took * 1000, 1),
                queries=counter.count,
            )
        return response


class ProbeMiddleware:
    """Answers a machine that asks after our health: whatever host name it uses, without session, sign-in or transaction.

    It stands below what redirects to https (which leaves these out) and above everything that reads the host name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The probe's answer, or the next middleware's."""
        if request.path_info not in PROBES:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)
        answer: HttpResponse = request.resolver_match.func(request)
        return answer


class QueryCounter:
    """Counts the statements that pass through a connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # Django's own signature
        self.count += 1
        return execute(sql, params, many, context)
