"""Gunicorn's log in Sentinel's form. Its own would quote the address asked for, with what was searched, and the caller's IP."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from sentinel.foundation.logs import handler


class ServerLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Errors as JSON lines on standard error; no access log: Sentinel writes one line a request itself, by route."""

    def setup(self, cfg: Any) -> None:
        """Replace the handlers that Gunicorn has just made, whatever its settings say."""
        super().setup(cfg)
        self.error_log.handlers[:] = [handler()]
        self.access_log.handlers[:] = []

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing."""
