"""A file of a false type, too large or infected is refused with the reason, and the form is kept."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from sentinel.cases.models import Attachment, Case
from sentinel.foundation import clock
from sentinel.reports.operations import open_case_from_report, take_report
from tests.desk.report.calling import beside, page, value_of
from tests.reports.telling import telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Scanner(threading.Thread):
    """clamd's INSTREAM on a socket of its own: lengths in network order, a zero length ends; it knows one virus."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.scanned: list[int] = []

    def stop(self) -> None:
        # Closing alone leaves the waiting accept with its socket.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as line:
                self.answer(line)

    def answer(self, line: object) -> None:
        command = b""
        while not command.endswith((b"\0", b"\n")):
            command += line.read(1)  # type: ignore[attr-defined]
        assert command.strip(b"zn\0\n") == b"INSTREAM"
        content = b""
        while length := struct.unpack("!L", line.read(4))[0]:  # type: ignore[attr-defined]
            content += line.read(length)  # type: ignore[attr-defined]
        self.scanned.append(len(content))
        found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in content else b"OK"
        line.write(b"stream: " + found + command[-1:])  # type: ignore[attr-defined]
        line.flush()  # type: ignore[attr-defined]


@pytest.fixture
def scanner(settings: Any) -> Iterator[Scanner]:
    running = Scanner()
    running.start()
    settings.CLAMAV = f"tcp://127.0.0.1:{running.port}"
    yield running
    running.stop()


@pytest.fixture
def case() -> Case:
    with transaction.atomic():
        priya, now = acting(PRIYA), clock.now()
        report = take_report(actor=priya, now=now, telling=telling(told_at=now))
        return open_case_from_report(actor=priya, now=now, report=report, title="Noise at night")


def attach(client: Client, case: Case, name: str, content: bytes):  # type: ignore[no-untyped-def]
    file = SimpleUploadedFile(name, content)
    given = {"file": file, "description": "Her diary of nights", "audience": "own"}
    return client.post(f"/cases/{case.reference}/files/add", given)


def kept(case: Case) -> list[Attachment]:
    with transaction.atomic():
        acting(PRIYA)
        return list(Attachment.objects.filter(case=case))


def refused(answer: object, word: str) -> None:
    """The reason stands beside the box, and what was typed in the others is there."""
    assert answer.status_code in {200, 422}  # type: ignore[attr-defined]
    assert word in beside(answer, "file"), page(answer)  # type: ignore[arg-type]
    assert value_of(answer, "description") == "Her diary of nights"  # type: ignore[arg-type]


def test_a_file_of_a_false_type_is_refused(case: Case) -> None:
    priya = signed_in(PRIYA)
    for name, content in (
        ("photo.jpg", b"MZ\x90\x00" + b"\x00" * 500),
        ("diary.pdf", b"<html><script>alert(1)</script></html>"),
        ("letter.exe", b"MZ\x90\x00" + b"\x00" * 500),
        ("page.html", b"<!doctype html><p>Hello"),
        ("empty.txt", b""),
    ):
        refused(attach(priya, case, name, content), "")
        assert kept(case) == [], name


def test_a_file_that_is_too_large_is_refused(case: Case, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2000
    refused(attach(signed_in(PRIYA), case, "diary.txt", b"a night\n" * 1000), "large")
    assert kept(case) == []


def test_an_infected_file_is_refused_and_not_kept(case: Case, scanner: Scanner) -> None:
    refused(attach(signed_in(PRIYA), case, "diary.txt", b"A diary.\n" + EICAR), "virus")
    assert kept(case) == []
    assert scanner.scanned == [len(EICAR) + 9]


def test_a_clean_file_is_kept_as_clean(case: Case, scanner: Scanner) -> None:
    assert attach(signed_in(PRIYA), case, "diary.txt", b"A plain diary.\n").status_code == 302
    assert [one.scan for one in kept(case)] == ["clean"]


def test_with_the_scanner_away_the_file_waits_and_nobody_opens_it(case: Case, scanner: Scanner) -> None:
    scanner.stop()
    priya = signed_in(PRIYA)
    assert attach(priya, case, "diary.txt", b"A plain diary.\n").status_code == 302
    [one] = kept(case)
    assert one.scan == "waiting"
    assert priya.get(f"/cases/{case.reference}/files/{one.id}").status_code == 409
