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
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from sentinel.kernel.errors import Invalid

TIMEOUT = 10
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
    try:
        target = target_of(url, loopback=loopback)
    except Invalid as error:
        raise NotTaken(error.message) from error
    address = address_for(target, loopback=loopback)
    connection = None
    try:
        connection = _connection(target, address)
        connection.request("POST", target.path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(READ_AT_MOST)
    except ssl.SSLError as error:
        raise NotTaken("Its certificate is not one that is trusted.") from error
    except TimeoutError as error:
        raise NotTaken("It did not answer in time.") from error
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken("It could not be reached.") from error
    finally:
        if connection is not None:
            connection.close()
    if not 200 <= answer.status < 300:
        raise NotTaken(f"It answered with status {answer.status}.")


def _connection(target: Target, address: str) -> http.client.HTTPConnection:
    """A connection to that very address, whose certificate is the host's."""
    kind = http.client.HTTPSConnection if target.secure else http.client.HTTPConnection
    made = kind(target.host, target.port, timeout=TIMEOUT)
    plain = socket.create_connection((address, target.port), TIMEOUT)
    made.sock = (
        ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        if target.secure
        else plain
    )
    return made
