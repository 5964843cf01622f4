"""The virus scan by ClamAV, where one is set up (SENTINEL_CLAMAV)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import clamd
from django.conf import settings

TIMEOUT = 30.0


def is_set_up() -> bool:
    """Whether a scanner is configured."""
    return bool(settings.CLAMAV)


def scan(path: Path) -> str:
    """What the scanner says of a file: clean, infected, or waiting where it is away or could not finish.

    not_scanned where none is set up.
    """
    if not is_set_up():
        return "not_scanned"
    try:
        with path.open("rb") as file:
            answer = _scanner().instream(file)
    except (clamd.ClamdError, OSError):
        return "waiting"
    verdict = next(iter((answer or {}).values()), ("ERROR", None))[0]
    return {"OK": "clean", "FOUND": "infected"}.get(verdict, "waiting")


def _scanner() -> Any:
    kind, _, where = settings.CLAMAV.partition(":")
    if kind == "unix":
        return clamd.ClamdUnixSocket(where, timeout=TIMEOUT)
    host, _, port = where.removeprefix("//").rpartition(":")
    return clamd.ClamdNetworkSocket(host or "localhost", int(port), timeout=TIMEOUT)
