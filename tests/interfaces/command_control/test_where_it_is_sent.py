"""The push goes to the address that was set and to no other, and waits for nobody who trickles."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import pytest
from django.db import transaction
from django.test import Client as Browser

from sentinel.foundation.clock import now
from sentinel.interfaces.command_control import sending
from sentinel.interfaces.command_control.fake.receiver import Receiver
from sentinel.interfaces.command_control.pushing import set_push
from sentinel.interfaces.command_control.sending import NotTaken, address_for, target_of
from sentinel.kernel.errors import Invalid, Refused
from tests.interfaces.command_control.making import (
    NEIL,
    a_system,
)
from tests.support import acting

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_only_whoever_runs_sentinel_says_where_to_send() -> None:
    issued = a_system()
    with pytest.raises(Refused), transaction.atomic():
        set_push(actor=acting(NEIL), now=now(), client=issued.client, url="https://control.example/")
    assert Browser().post("/agency/systems", {"url": "https://evil.example"}).status_code in {302, 403}


TRICKLES = {
    "a byte now and then": ("http", b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "wait, for ever": ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body without end": ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n", b"x"),
    "a handshake without end": ("https", b"\x16\x03\x03\x40\x00\x02", b"\x00"),
}


@pytest.mark.parametrize("way", TRICKLES)
def test_one_that_trickles_its_answer_is_cut_off(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", 0.6)
    scheme, begins, goes_on = TRICKLES[way]
    gone = threading.Event()

    def trickle(web: socket.socket) -> None:
        with web, web.accept()[0] as other:
            try:
                other.sendall(begins)
                for _ in range(100):
                    other.sendall(goes_on)
                    if gone.wait(0.1):
                        return
            except OSError:
                return

    web = socket.create_server(("127.0.0.1", 0))
    port = web.getsockname()[1]
    thread = threading.Thread(target=trickle, args=(web,))
    thread.start()
    began = time.monotonic()
    try:
        with pytest.raises(NotTaken, match="in time"):
            sending.post(f"{scheme}://127.0.0.1:{port}/", b"{}", {}, loopback=True)
        assert time.monotonic() - began < 3
    finally:
        gone.set()
        thread.join()


@pytest.mark.parametrize(
    "url",
    ["http://control.example/", "ftp://control.example/", "control.example", "https://", "https://a:b@control.example/",
     "https://control.example/#x", "https://control.example:99999/", "file:///etc/passwd", "http://127.0.0.1.evil.example/", ""],
)  # fmt: skip
def test_an_address_that_is_not_plain_https_is_refused_in_words(url: str) -> None:
    with pytest.raises(Invalid) as found:
        target_of(url, loopback=True)
    assert list(found.value.errors) == ["url"]


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/", "https://127.0.0.1/", "https://[::1]/", "https://x.localhost/"]
)
def test_this_machine_is_spoken_to_in_a_demonstration_alone(url: str) -> None:
    assert target_of(url, loopback=True).host
    with pytest.raises(Invalid):
        target_of(url, loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "::1",
        "fe80::1",
        str(ipaddress.IPv4Address(0)),
        "224.0.0.1",
        "::ffff:127.0.0.1",
    ],
)
def test_a_name_that_leads_to_where_no_other_system_is_is_not_followed(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.socket, "getaddrinfo", lambda *given, **more: [(2, 1, 6, "", (address, 443))])
    with pytest.raises(NotTaken, match="not another system"):
        address_for(target_of("https://control.example/", loopback=False), loopback=False)


def test_a_redirect_is_not_followed(listening: tuple[Receiver, str], monkeypatch: pytest.MonkeyPatch) -> None:
    receiver, url = listening
    monkeypatch.setattr(receiver, "take", lambda headers, body: 307)
    with pytest.raises(NotTaken, match="307"):
        sending.post(url, b"{}", {}, loopback=True)
