"""A system that is sent markers: it takes what is signed and fresh, shows it, and refuses everything else."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sentinel.interfaces.command_control.fake.consumer import taken_in

FRESH_SECONDS = 300
LARGEST = 5_000_000


def is_signed(secret: str, header: str, body: bytes, *, now: float) -> bool:
    """Whether Sentinel signed this body with that secret, within five minutes of `now` (seconds since 1970)."""
    said = dict(part.partition("=")[::2] for part in header.split(","))
    moment = said.get("t", "")
    if not moment.isascii() or not moment.isdigit() or abs(now - int(moment)) > FRESH_SECONDS:
        return False
    wanted = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), said.get("v1", "").encode())


@dataclass
class Receiver:
    """The receiver: the secret that it was given, what it shows, and which deliveries it has had. `out` makes it answer 503, as a
    system that is out of order would."""

    secret: str
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[str] = field(default_factory=list)
    out: bool = False
    clock: Callable[[], float] = time.time
    said: Callable[[str], None] = lambda words: None

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Take what was sent. Returns the status to answer with; what came twice is taken once."""
        if self.out:
            return 503
        if not is_signed(self.secret, headers.get("sentinel-signature", ""), body, now=self.clock()):
            return 401
        delivery = headers.get("sentinel-delivery", "")
        entries = json.loads(body)["entries"]
        if delivery not in self.deliveries:
            self.deliveries.append(delivery)
            taken_in(self.shown, entries)
            for entry in entries:
                words = [entry["state"], entry["kind"], entry["who"], entry["where"], entry["reference"]]
                self.said("  ".join(word for word in words if word) or entry["id"])
        return 204


def server(receiver: Receiver, port: int = 0) -> ThreadingHTTPServer:
    """A web server on this machine alone that hands to the receiver what is sent to it. Port 0: any that is free."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST:
                self._answer(413)
                return
            headers = {key.lower(): value for key, value in self.headers.items()}
            self._answer(receiver.take(headers, self.rfile.read(length)))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: markers name people, and this server's log would."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
