"""Health and metrics. None of them redirects, reads a session, looks at the host name or needs an actor."""

from __future__ import annotations

import ipaddress
import secrets
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from procrastinate.contrib.django.models import ProcrastinateJob
from prometheus_client import CONTENT_TYPE_LATEST

from sentinel.foundation import metrics as gauges
from sentinel.foundation.clock import moved_by, now
from sentinel.foundation.models import FailedJob, HeartBeat
from sentinel.kernel.errors import Unavailable

WORKER_SILENT_AFTER = timedelta(seconds=90)


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return JsonResponse({"process": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 where database, migrations and a worker are ready; 503 with which of them is not.

    In production the clock stands beside them: "moved" keeps this copy from being served.
    """
    state = {"database": "away", "migrations": "unknown", "worker": "unknown"}
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        state["database"] = "ok"
        state["migrations"] = "ok" if known_migrations() <= applied else "waiting"
        if state["migrations"] == "ok":
            if settings.PRODUCTION:
                state["clock"] = "moved" if moved_by() else "ok"
            state["worker"] = "ok" if _worker_is_alive() else "silent"
    except Unavailable:
        state["worker"] = "unknown"
    except Error:
        connection.close()
    ready = set(state.values()) == {"ok"}
    return JsonResponse(state, status=200 if ready else 503)


@lru_cache(maxsize=1)
def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration of this code, read from its files once: a probe comes every few seconds."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or {})


def _worker_is_alive() -> bool:
    last = HeartBeat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return last is not None and now() - last < WORKER_SILENT_AFTER


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: with the bearer token where one is set, else from this machine alone. 404 otherwise."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    values: dict[str, float] = {}
    try:
        values["sentinel_jobs_waiting"] = ProcrastinateJob.objects.filter(status="todo").count()
        values["sentinel_jobs_failed"] = FailedJob.objects.filter(settled_at__isnull=True).count()
    except Error:
        connection.close()
    return HttpResponse(gauges.text(values), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    # A proxy on this machine is on loopback too: what it hands on is not from this machine.
    return address.is_loopback and not {"X-Forwarded-For", "Forwarded"} & set(request.headers)
