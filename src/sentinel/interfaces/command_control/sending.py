"""One POST to an address that whoever runs the server has set: to that host and nowhere else, signed, in seconds or not at all.

The standard library alone. A client that follows redirects, reads proxies out of the environment or looks a name up a second time
would have to be told not to, each time.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from sentinel.kernel.errors import Invalid

# Seconds from the first packet to the end of the answer, however it trickles.
TIMEOUT = 10.0
READ_AT_MOST = 2000
HTTPS, HTTP = 443, 80


class NotTaken(Exception):
    """What was sent was not taken. Its words are fit for a page: a status, or the kind of failure, never the address."""


@dataclass(frozen=True)
class Target:
    """Where to send: a host, its port, and what stands behind."""

    host: str
    port: int
    path: str
    secure: bool


def target_of(url: str, *, loopback: bool) -> Target:
    """Read an address: https, or http on this machine alone where `loopback` (a demonstration). Raises Invalid (url)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise Invalid.of("url", "This is no address. It begins with https://") from error
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        raise Invalid.of(
            "url", "Give a plain address: https, a host and a path, without a user name, password or #."
        )
    if parts.scheme == "http" and loopback and _is_this_machine(parts.hostname):
        return Target(parts.hostname, port or HTTP, _path(parts), secure=False)
    if parts.scheme != "https":
        raise Invalid.of("url", "Markers name people: the address begins with https://")
    if _is_this_machine(parts.hostname) and not loopback:
        raise Invalid.of("url", "This is the server itself. Give the address of the other system.")
    return Target(parts.hostname, port or HTTPS, _path(parts), secure=True)


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_for(target: Target, *, loopback: bool) -> str:
    """The network address that is spoken to, looked up once. Raises NotTaken where the name leads to what no other system is
    at: this machine (but in a demonstration), the link itself (where clouds keep their keys), everybody or nobody."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotTaken("The name of the system was not found.") from error
    for _, _, _, _, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        strange = address.is_link_local or address.is_multicast or address.is_unspecified
        if strange or (address.is_loopback and not loopback):
            raise NotTaken("The name of the system leads to an address that is not another system’s.")
    return str(found[0][4][0])


def signature(secret: str, moment: int, body: bytes) -> str:
    """The header that signs a body: when it was sent (seconds since 1970) and the HMAC-SHA256 of both, in hexadecimal."""
    said = f"{moment}.".encode() + body
    return f"t={moment},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


def post(url: str, body: bytes, headers: dict[str, str], *, loopback: bool) -> None:
    """Send it. Raises NotTaken unless the other side says in 10 seconds that it has it (a status from 200 to 299)."""
    asked_of(url, body, headers, loopback=loopback, seconds=TIMEOUT)


def asked_of(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    loopback: bool,
    seconds: float,
    most: int = READ_AT_MOST,
) -> bytes:
    """The first `most` bytes of what is answered to it. Raises NotTaken unless that comes, with a status from 200 to 299, in so many
    seconds."""
    try:
        target = target_of(url, loopback=loopback)
    except Invalid as error:
        raise NotTaken(error.message) from error
    address = address_for(target, loopback=loopback)
    deadline = _Deadline(time.monotonic() + seconds)
    try:
        status, answer = _spoken(target, address, body, headers, deadline, seconds, most)
    except (OSError, http.client.HTTPException) as error:
        if deadline.passed or isinstance(error, TimeoutError):
            raise NotTaken("It did not answer in time.") from error
        if isinstance(error, ssl.SSLError):
            raise NotTaken("Its certificate is not one that is trusted.") from error
        raise NotTaken("It could not be reached.") from error
    if deadline.passed:
        raise NotTaken("It did not answer in time.")
    if not 200 <= status < 300:
        raise NotTaken(f"It answered with status {status}.")
    return answer


@dataclass
class _Deadline:
    """When a delivery ends whatever comes. A socket's own limit is for each read: who sends a byte now and then never meets it."""

    at: float
    passed: bool = False
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def over(self, held: socket.socket) -> Iterator[None]:
        """Shut a socket down when the time is up. Shut down and not closed: only that wakes who reads from it."""
        open_still = True

        def cut() -> None:
            with self._guard:
                if not open_still:
                    return
                self.passed = True
                try:
                    # Of a TLS socket too the plain one: its own shutdown would take the session from under who reads.
                    socket.socket.shutdown(held, socket.SHUT_RDWR)
                except OSError:
                    return

        timer = threading.Timer(max(self.at - time.monotonic(), 0.0), cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._guard:
                open_still = False
            held.close()


def _spoken(
    target: Target,
    address: str,
    body: bytes,
    headers: dict[str, str],
    deadline: _Deadline,
    seconds: float,
    most: int,
) -> tuple[int, bytes]:
    """Speak to that very address, whose certificate is the host's; the status that it answers with, and the beginning of what it says."""
    held = socket.create_connection((address, target.port), seconds)
    kind = http.client.HTTPSConnection if target.secure else http.client.HTTPConnection
    connection = kind(target.host, target.port, timeout=seconds)
    if target.secure:
        context = ssl.create_default_context()
        held = context.wrap_socket(held, server_hostname=target.host, do_handshake_on_connect=False)
    connection.sock = held
    with deadline.over(held):
        if isinstance(held, ssl.SSLSocket):
            held.do_handshake()
        connection.request("POST", target.path, body=body, headers=headers)
        answer = connection.getresponse()
        try:
            said = answer.read(most)
        finally:
            answer.close()
    return answer.status, said
