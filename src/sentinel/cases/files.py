"""Attached files: checked by what they hold, kept once each under their hash, readable by Sentinel alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.conf import settings

from sentinel.kernel.errors import Invalid, NotFound, Unavailable

FIELD = "file"
_HEAD = 8192

# What may be attached: media type by what the file holds -> the ends of name that go with it. Nothing that a browser
# or an office program runs: no HTML, SVG, scripts, archives, old Office files or such with macros.
ALLOWED: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "image/tiff": ("tif", "tiff"),
    "audio/mpeg": ("mp3",),
    "audio/x-wav": ("wav",),
    "audio/mp4": ("m4a",),
    "audio/amr": ("amr",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
    "video/3gpp": ("3gp",),
    "video/webm": ("webm",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "text/plain": ("txt",),
    "text/csv": ("csv",),
}
# Office files are archives: what they hold may be a program, whatever the file is called.
OFFICE = frozenset(kind for kind in ALLOWED if "officedocument" in kind or "opendocument" in kind)
PROGRAMS = frozenset({"vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin", "script-lc.xml"})
PROGRAM_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/")
TYPES = "[Content_Types].xml"
LONGEST_TYPES = 1_000_000
MOST_PARTS = 20_000
WORDS = "PDF, pictures, sound, video, Word (docx), Excel (xlsx), OpenDocument, plain text and CSV"


@dataclass(frozen=True)
class Received:
    """A file that has come, still under a name of its own: `keep` it or `forget` it."""

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str


def store() -> Path:
    """The folder that holds the files, closed to everybody else."""
    folder = Path(settings.HOME) / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(sha256: str) -> Path:
    """Where a file with this hash lies."""
    return store() / sha256[:2] / sha256


def receive(name: str, chunks: Iterable[bytes], *, limit: int | None = None) -> Received:
    """Write what was sent to a file of its own, counting and hashing as it comes; memory stays flat.

    Raises Invalid (field file) where it is empty, larger than `limit` bytes (settings.UPLOAD_MAX_BYTES), of a type that
    is not taken, or not what its name says; Unavailable where the folder cannot be written. Then nothing stays.
    """
    largest = settings.UPLOAD_MAX_BYTES if limit is None else limit
    try:
        handle, temporary = tempfile.mkstemp(prefix="incoming-", dir=store())
    except OSError as error:
        raise Unavailable("Files cannot be kept just now. What you sent has not been saved.") from error
    path = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            size, digest, head = _write(file, chunks, largest)
        kept_name = clean_name(name)
        mime = media_type_of(kept_name, head)
        if mime in OFFICE:
            _without_programs(path)
        return Received(path, kept_name, mime, size, digest)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable("Files cannot be kept just now. What you sent has not been saved.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(file: object, chunks: Iterable[bytes], largest: int) -> tuple[int, str, bytes]:
    size, hashed, head = 0, hashlib.sha256(), b""
    for chunk in chunks:
        size += len(chunk)
        if size > largest:
            raise Invalid.of(
                FIELD, f"The file is larger than {largest // (1024 * 1024)} MB. Send a smaller one."
            )
        hashed.update(chunk)
        if len(head) < _HEAD:
            head += chunk[: _HEAD - len(head)]
        file.write(chunk)  # type: ignore[attr-defined]
    if not size:
        raise Invalid.of(FIELD, "The file is empty.")
    return size, hashed.hexdigest(), head


def clean_name(name: str) -> str:
    """The name to show: no folder, no control characters, 200 characters at most. Raises Invalid for none."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    base = "".join(one for one in base if one.isprintable()).strip(" .")
    if not base:
        raise Invalid.of(FIELD, "The file needs a name.")
    if len(base) > 200:
        stem, dot, end = base.rpartition(".")
        base = f"{stem[: 199 - len(end)]}{dot}{end}" if dot else base[:200]
    return base


def media_type_of(name: str, head: bytes) -> str:
    """The type of a file by its first bytes. Raises Invalid where it is not taken or the name claims another."""
    end = name.rpartition(".")[2].lower() if "." in name else ""
    found = filetype.guess(head)
    mime = str(found.mime) if found else _text_type(end, head)
    if mime == "audio/x-m4a":
        mime = "audio/mp4"
    if mime not in ALLOWED:
        raise Invalid.of(FIELD, f"Files of this kind are not taken. You can attach {WORDS}.")
    if end not in ALLOWED[mime]:
        raise Invalid.of(
            FIELD,
            f"The name ends in “.{end}” but the file is something else ({ALLOWED[mime][0]}). Give it its own ending."
            if end
            else f"Give the file the ending “.{ALLOWED[mime][0]}”.",
        )
    return mime


def _without_programs(path: Path) -> None:
    """Raise Invalid for an office file that holds a program, or that cannot be read: its name says nothing of that.

    Only the list of what it holds is read, nothing is unpacked.
    """
    try:
        with zipfile.ZipFile(path) as whole:
            names = [one.filename.lower() for one in whole.infolist()[:MOST_PARTS]]
            types = whole.open(TYPES).read(LONGEST_TYPES).lower() if TYPES in whole.namelist() else b""
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        NotImplementedError,
        ValueError,
        EOFError,
        zlib.error,
    ) as error:
        raise Invalid.of(
            FIELD, "This file is damaged or locked with a password. Send it again without."
        ) from error
    ends = tuple(name.rsplit("/", 1)[-1] for name in names)
    if (
        b"macroenabled" in types
        or any(end in PROGRAMS for end in ends)
        or any(name.startswith(PROGRAM_FOLDERS) or "/activex/" in name for name in names)
    ):
        raise Invalid.of(
            FIELD,
            "This file holds a program (macros), which may do harm. Save it without macros, or as PDF, and send that.",
        )


def _text_type(end: str, head: bytes) -> str:
    if b"\x00" in head:
        return "application/octet-stream"
    lowered = head[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    # What a browser would run stays out, whatever it is called.
    if lowered.startswith((b"<", b"#!", b"%!", b"{\\rtf")):
        return "application/octet-stream"
    return {"txt": "text/plain", "csv": "text/csv"}.get(end, "application/octet-stream")


def keep(received: Received) -> None:
    """Put a received file under its hash; the same content is kept once."""
    target = path_of(received.sha256)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(received.path, 0o600)
    os.replace(received.path, target)


def forget(received: Received) -> None:
    """Throw away a received file that is not kept."""
    received.path.unlink(missing_ok=True)


def read(sha256: str) -> bytes:
    """The content of a kept file. Raises NotFound where it is not there, Unavailable where it cannot be read or is
    not what it was."""
    try:
        content = path_of(sha256).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("The file is no longer kept.") from error
    except OSError as error:
        raise Unavailable("Files cannot be read just now.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unavailable("The file on the disk is not the one that was attached. Tell your administrator.")
    return content


def remove(sha256: str) -> None:
    """Remove a kept file; nothing where it is not there."""
    path_of(sha256).unlink(missing_ok=True)
