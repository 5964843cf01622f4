"""Prometheus metrics. Labels are route names and codes; never an id or a name."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("sentinel_requests_total", "Requests served", ["route", "method", "status"])
SECONDS = Histogram(
    "sentinel_request_seconds",
    "Time to serve a request",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REFUSALS = Counter("sentinel_refusals_total", "Requests refused", ["route"])
JOBS_WAITING = Gauge("sentinel_jobs_waiting", "Jobs that wait for a worker")
JOBS_FAILED = Gauge("sentinel_jobs_failed", "Jobs that failed for good and nobody has settled")
