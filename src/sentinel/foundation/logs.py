"""Structured logs: one JSON line each, with the request's id, never with personal data.

What is logged is a fixed set of keys: no message text of an exception, no path with a query, no form value.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = {
    "event", "level", "timestamp", "logger", "request_id", "method", "route", "status", "ms", "queries", "task",
    "job_id", "attempt", "kind", "count", "error_kind", "where", "worker", "seal", "rows", "duration_ms", "mode",
}  # fmt: skip


def only_known_keys(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list: a value nobody thought about cannot leak."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def from_library(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Libraries format values into their messages: keep the logger, the level and the kind of error only."""
    record: logging.LogRecord | None = entry.get("_record")
    if record is not None:
        entry["logger"] = record.name
        entry["event"] = str(record.msg).split("\n")[0][:80] if "%" in str(record.msg) else "library message"
        if record.exc_info and record.exc_info[0]:
            entry["error_kind"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                entry["where"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    return entry


def logging_configuration() -> None:
    """Set up structlog and the standard library's logging, once, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, only_known_keys, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[from_library, only_known_keys, structlog.processors.JSONRenderer()],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
