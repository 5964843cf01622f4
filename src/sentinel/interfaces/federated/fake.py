"""A partner's system that knows a few invented things: it answers who signs, shows what it was asked, and can be made slow or out of order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sentinel.interfaces.command_control.fake.receiver import is_signed

LARGEST = 10_000
KNOWN = (
    ("Margaret Ellis", "14 Sparrow Lane", "rang three times in 2024"),
    ("Dean Horton", "16 Sparrow Lane", "a tenancy warning"),
    ("Sparrow Lane", "Loughborough", "two logs of nuisance"),
)


def known(words: str) -> bytes:
    """What is known of any of these words, as an engine answers."""
    wanted = set(words.casefold().split())
    lines = [
        {"what": what, "where": where, "more": more}
        for what, where, more in KNOWN
        if wanted & set(what.casefold().split())
    ]
    return json.dumps({"lines": lines}).encode()


@dataclass
class Engine:
    """The engine. `slow` is how many seconds it takes, `out` makes it answer 503, `garbled` something that is no answer."""

    secret: str
    slow: float = 0.0
    out: bool = False
    garbled: bool = False
    asked: list[str] = field(default_factory=list)
    said: Callable[[str], None] = lambda words: None

    def answer(self, header: str, body: bytes) -> tuple[int, bytes]:
        """The status and body for a question."""
        time.sleep(self.slow)
        if self.out:
            return 503, b""
        if not is_signed(self.secret, header, body, now=time.time()):
            return 401, b""
        words = str(json.loads(body)["words"])
        self.asked.append(words)
        self.said(words)
        if self.garbled:
            return 200, b"<html>"
        return 200, known(words)


def server(engine: Engine, port: int = 0) -> ThreadingHTTPServer:
    """A web server on this machine alone that asks the engine. Port 0: any that is free."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
            status, body = engine.answer(self.headers.get("Sentinel-Signature", ""), self.rfile.read(length))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what is asked names people, and this server's log would."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
