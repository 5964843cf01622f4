"""A mail server for tests: takes every message and remembers it, so that what came twice can be counted."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say(b"220 localhost")
        recipients: list[str] = []
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                self._say(b"221 bye")
                return
            if word == b"RCPT":
                recipients.append(line.decode().split("<")[1].split(">")[0])
            if word == b"DATA":
                self._say(b"354 go on")
                self._take(recipients)
                recipients = []
            self._say(b"250 ok")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")

    def _take(self, recipients: list[str]) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        assert isinstance(self.server, MailServer)
        self.server.taken.append((recipients, message_from_bytes(b"".join(lines))))


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on loopback. `taken` are recipients and message, in the order in which they came."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[tuple[list[str], Message]] = []

    @property
    def url(self) -> str:
        """As SENTINEL_SMTP takes it."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def by_id(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(message["Message-ID"] for _, message in self.taken)

    def recipients(self) -> Counter[str]:
        """How many different messages each address got."""
        return Counter(to for to, _ in {(to, m["Message-ID"]) for some, m in self.taken for to in some})


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running one."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
