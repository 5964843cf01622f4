"""Structured logs: one JSON line each, with the request's id, never with personal data.

What is logged is a fixed set of keys: no message of an exception, no path with a query, no form value, no address.
A library's line is kept only as far as it stands, word for word, in that library's source: a template is a constant,
what was put into it is not. Everything else becomes the place in the code that said it.
"""

from __future__ import annotations

import linecache
import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

ALLOWED = {
    "event", "level", "timestamp", "logger", "request_id", "method", "route", "status", "ms", "queries", "task",
    "job_id", "attempt", "kind", "count", "error_kind", "where", "worker", "seal", "rows", "duration_ms", "mode",
}  # fmt: skip
LIBRARY = "library message"
LONGEST = 120


def only_known_keys(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list: a value nobody thought about cannot leak."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def from_library(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What may be kept of a library's line: logger, level, the template as its source has it, the kind of error, the place."""
    record: logging.LogRecord | None = entry.get("_record")
    if record is None:
        return entry
    entry["logger"] = record.name
    entry["event"] = template_of(record)
    entry["where"] = f"{record.module}:{record.lineno}"
    # The formatter has taken it off the record by now, so that no trace is appended to the line.
    said = entry.get("exc_info")
    if isinstance(said, tuple) and said[0] is not None:
        entry["error_kind"] = said[0].__name__
        entry["where"] = place_of(said[2]) or entry["where"]
    return entry


def template_of(record: logging.LogRecord) -> str:
    """The record's message before anything is put into it, or a plain "library message" where that cannot be told.

    A message that a library made with an f-string holds values already; it then does not stand in the source.
    """
    words = record.msg
    if not isinstance(words, str) or not words.strip("%s") or "\n" in words:
        return LIBRARY
    quoted = (f'"{words}"', f"'{words}'")
    if any(one in line for line in linecache.getlines(record.pathname) for one in quoted):
        return words[:LONGEST]
    return LIBRARY


def place_of(trace: TracebackType | None) -> str:
    """Where an error arose: our own deepest line, then the deepest of all. Modules and line numbers only."""
    ours = deepest = ""
    while trace is not None:
        deepest = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        if deepest.startswith("sentinel."):
            ours = deepest
        trace = trace.tb_next
    return deepest if ours in ("", deepest) else f"{ours} > {deepest}"


def handler() -> logging.Handler:
    """Standard error, one JSON line for each record of the standard library's logging."""
    made = logging.StreamHandler(sys.stderr)
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[from_library, only_known_keys, structlog.processors.JSONRenderer()],
            # Nothing is put into the template; a library's wrong arguments cannot raise either.
            use_get_message=False,
        )
    )
    return made


def logging_configuration(*, server: bool = False) -> None:
    """Set up structlog and the standard library's logging, once, to standard error.

    `server`: the process runs for long and its standard error is a log. Then warnings and what nobody caught become
    lines like any other; a command at a terminal shows its operator the whole traceback.
    """
    structlog.configure(
        processors=[*_shared(), only_known_keys, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler()]
    root.setLevel(logging.WARNING)
    # A line that cannot be written is dropped: the library's own complaint would quote it.
    logging.raiseExceptions = False
    if server:
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        structlog.get_logger().error("uncaught", error_kind=kind.__name__, where=place_of(trace))


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    if not issubclass(found.exc_type, SystemExit):
        structlog.get_logger().error(
            "uncaught in a thread", error_kind=found.exc_type.__name__, where=place_of(found.exc_traceback)
        )
