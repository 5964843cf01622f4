"""Files are taken for what they hold, counted, hashed and scanned; what is refused leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sentinel.cases import files, scanning
from sentinel.cases.models import Attachment, Case
from sentinel.cases.operations.attachments import attach, open_attachment, settle_scan
from sentinel.foundation.models import Event
from sentinel.kernel.errors import Conflict, Invalid, Unavailable
from tests.cases.making import a_case
from tests.support import NOW, acting

pytestmark = pytest.mark.django_db
PRIYA = "priya.nair@charnwood.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 64
BAD = b"This plain text stands for a virus: X5O!P%@AP"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.CLAMAV = ""
    return tmp_path


def kept(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "files").rglob("*") if one.is_file())


def attached(case: Case, name: str = "diary.txt", content: bytes = b"Nights.\n") -> Attachment:
    return attach(actor=acting(PRIYA), now=NOW, case=case, name=name, chunks=iter([content]))


@contextmanager
def scanner(settings) -> Iterator[None]:
    """A scanner that speaks ClamAV's protocol and finds BAD."""

    class Clam(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = self.rfile.read(len(b"nINSTREAM\n"))
            assert command[1:9] == b"INSTREAM"
            whole = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                whole += self.rfile.read(size)
            self.wfile.write(b"stream: Test-Signature FOUND\n" if b"X5O!" in whole else b"stream: OK\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clam)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.CLAMAV = f"tcp://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def test_a_file_is_kept_once_under_its_hash_for_nobody_else_and_told(own_folder: Path) -> None:
    case = a_case(acting(PRIYA))
    one, again = attached(case, "..\\nights\x07 of\u202e mine.txt"), attached(case, "copy.txt")
    sha = hashlib.sha256(b"Nights.\n").hexdigest()
    assert (one.sha256, one.size, one.media_type, again.sha256) == (sha, 8, "text/plain", sha)
    assert one.name == "nights of mine.txt"
    assert kept(own_folder) == [sha]
    assert files.path_of(sha).stat().st_mode & 0o777 == 0o600
    assert Event.objects.filter(record_id=case.id, kind="attachment_added").count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", b"MZ\x90\x00" + b"\x00" * 100),
        ("photo.jpg", PNG),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("page.txt", b"  <!DOCTYPE html><script>"),
        ("marked.txt", b"\xef\xbb\xbf <html><script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("tool.sh", b"#!/bin/sh\n"),
        ("old.txt", b"a\x00b"),
        ("none.txt", b""),
        ("no-ending", b"words"),
    ],
)
def test_a_false_type_is_refused_beside_the_field_and_nothing_stays(
    own_folder: Path, name: str, content: bytes
) -> None:
    case = a_case(acting(PRIYA))
    with pytest.raises(Invalid) as error:
        attached(case, name, content)
    assert set(error.value.errors) == {"file"}
    assert kept(own_folder) == []


def test_an_archive_is_not_taken_for_a_document(own_folder: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("run.exe", "MZ")
    with pytest.raises(Invalid):
        attached(a_case(acting(PRIYA)), "letter.docx", made.getvalue())


def office(parts: dict[str, str]) -> bytes:
    """An office file with these parts, the first as office programs write it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return made.getvalue()


WORD = {
    "[Content_Types].xml": "<Types>wordprocessingml.document.main+xml</Types>",
    "word/document.xml": "<w:p>Nights</w:p>",
}
OPEN = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<p>Nights</p>"}


@pytest.mark.parametrize(("name", "parts"), [("letter.docx", WORD), ("letter.odt", OPEN)])
def test_an_office_file_without_a_program_is_taken(
    own_folder: Path, name: str, parts: dict[str, str]
) -> None:
    assert attached(a_case(acting(PRIYA)), name, office(parts)).name == name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("letter.docx", {**WORD, "word/vbaProject.bin": "Sub AutoOpen()"}),
        ("letter.docx", {**WORD, "word/VBAPROJECT.BIN": "Sub AutoOpen()"}),
        (
            "letter.docx",
            {**WORD, "[Content_Types].xml": "<Types>ms-word.document.macroEnabled.main+xml</Types>"},
        ),
        ("letter.docx", {**WORD, "word/activeX/activeX1.bin": "x"}),
        ("letter.odt", {**OPEN, "Basic/Standard/Module1.xml": "Sub Main"}),
        ("letter.odt", {**OPEN, "Scripts/python/run.py": "import os"}),
    ],
)
def test_an_office_file_with_a_program_in_it_is_refused_whatever_it_is_called(
    own_folder: Path, name: str, parts: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        attached(a_case(acting(PRIYA)), name, office(parts))
    assert "macros" in error.value.errors["file"][0]
    assert kept(own_folder) == []


def test_an_office_file_that_is_cut_off_is_refused(own_folder: Path) -> None:
    whole = office({**WORD, "word/media.bin": "x" * 500})
    with pytest.raises(Invalid) as error:
        attached(a_case(acting(PRIYA)), "letter.docx", whole[:-60])
    assert "damaged" in error.value.errors["file"][0]


def test_a_file_that_is_too_large_is_refused_while_it_comes(own_folder: Path, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    came = 0

    def endless() -> Iterator[bytes]:
        nonlocal came
        while True:
            came += 1
            yield b"a" * 1024 * 1024

    with pytest.raises(Invalid) as error:
        attach(actor=acting(PRIYA), now=NOW, case=a_case(acting(PRIYA)), name="a.txt", chunks=endless())
    assert "larger than 3 MB" in error.value.errors["file"][0]
    assert (came, kept(own_folder)) == (4, [])


def test_the_scanner_lets_a_clean_file_in_and_keeps_an_infected_one_out(own_folder: Path, settings) -> None:
    case = a_case(acting(PRIYA))
    with scanner(settings):
        clean = attached(case)
        with pytest.raises(Invalid) as error:
            attached(case, "bad.txt", BAD)
    assert clean.scan == "clean"
    assert "virus scanner" in error.value.errors["file"][0]
    assert kept(own_folder) == [clean.sha256]
    assert not Attachment.objects.filter(name="bad.txt").exists()


def test_with_the_scanner_away_a_file_waits_unopened_and_is_scanned_when_it_is_back(
    own_folder: Path, settings
) -> None:
    case = a_case(acting(PRIYA))
    settings.CLAMAV = "tcp://127.0.0.1:9"
    good, bad = attached(case), attached(case, "bad.txt", BAD)
    assert (good.scan, bad.scan) == ("waiting", "waiting")
    with pytest.raises(Conflict):
        open_attachment(actor=acting(PRIYA), now=NOW, case=case, attachment=good)
    with scanner(settings):
        for row in (good, bad):
            found_now = scanning.scan(files.path_of(row.sha256))
            settle_scan(actor=acting(PRIYA), now=NOW, attachment=row, verdict=found_now)
    found = {one.name: one for one in Attachment.objects.filter(case=case)}
    assert {name: one.scan for name, one in found.items()} == {"diary.txt": "clean", "bad.txt": "infected"}
    assert (
        open_attachment(actor=acting(PRIYA), now=NOW, case=case, attachment=found["diary.txt"])
        == b"Nights.\n"
    )
    with pytest.raises(Conflict):
        open_attachment(actor=acting(PRIYA), now=NOW, case=case, attachment=found["bad.txt"])
    assert kept(own_folder) == [good.sha256]


def test_a_file_that_was_changed_on_the_disk_is_not_handed_out(own_folder: Path) -> None:
    case = a_case(acting(PRIYA))
    row = attached(case)
    files.path_of(row.sha256).write_bytes(b"Days.\n")
    with pytest.raises(Unavailable):
        open_attachment(actor=acting(PRIYA), now=NOW, case=case, attachment=row)
