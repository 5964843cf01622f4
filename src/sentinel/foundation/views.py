"""Health and metrics. None of them redirects, reads a session or needs an actor."""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sentinel.foundation import metrics as gauges
from sentinel.foundation.clock import now
from sentinel.foundation.models import FailedJob, HeartBeat

WORKER_SILENT_AFTER = timedelta(seconds=90)


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return JsonResponse({"process": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 where database, migrations and a worker are ready; 503 with which of them is not."""
    state = {"database": "away", "migrations": "unknown", "worker": "unknown"}
    try:
        executor = MigrationExecutor(connection)
        state["database"] = "ok"
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        state["migrations"] = "waiting" if waiting else "ok"
        if not waiting:
            last = HeartBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
            state["worker"] = "ok" if last and now() - last < WORKER_SILENT_AFTER else "silent"
    except DatabaseError:
        connection.close()
    ready = set(state.values()) == {"ok"}
    return JsonResponse(state, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: from loopback, or with the bearer token where one is set. 404 otherwise."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    address = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104  an unknown address is not loopback
    allowed = (
        secrets.compare_digest(given, token)
        if token
        else (ipaddress.ip_address(address).is_loopback and "X-Forwarded-For" not in request.headers)
    )
    if not allowed:
        return HttpResponse(status=404)
    try:
        gauges.JOBS_WAITING.set(ProcrastinateJob.objects.filter(status="todo").count())
        gauges.JOBS_FAILED.set(FailedJob.objects.filter(settled_at__isnull=True).count())
    except DatabaseError:
        connection.close()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
