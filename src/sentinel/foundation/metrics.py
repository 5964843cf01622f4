"""Prometheus metrics. Labels are route names and codes; never an id or a name.

The web server has several processes. `metric_files.share` gives them one folder, so that /metrics tells of all of
them whichever answers; a process that was not told so (a worker, a command, a test) counts for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from sentinel.foundation.metric_files import shared_folder

REQUESTS = Counter("sentinel_requests_total", "Requests served", ["route", "method", "status"])
SECONDS = Histogram(
    "sentinel_request_seconds",
    "Time to serve a request",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REFUSALS = Counter("sentinel_refusals_total", "Requests refused", ["route"])
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What is read from the database at the moment of asking, so that it is the same whichever process answers.
NOW = {
    "sentinel_jobs_waiting": "Jobs that wait for a worker",
    "sentinel_jobs_failed": "Jobs that failed for good and nobody has settled",
}


class _Now(Collector):
    """Gauges of one moment."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = values

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in self._values.items():
            yield GaugeMetricFamily(name, NOW[name], value=value)


def method_label(method: str | None) -> str:
    """The method as a label: anybody may send any word, and each would be a series of its own."""
    return method if method in METHODS else "other"


def text(values: Mapping[str, float]) -> bytes:
    """Everything in Prometheus's text form, with `values` (names of NOW) as they are now."""
    counted = REGISTRY
    if shared_folder() is not None:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # prometheus_client types half of itself
    present = CollectorRegistry()
    present.register(_Now(values))
    return generate_latest(counted) + generate_latest(present)
