"""Files from outside, read as streams: plain, gzip or zip, within limits, as text of the encoding that fits.

Nothing is unpacked to disk and nothing is held whole in memory. What is wrong with a file as a whole raises
FileRefused, so that the transaction around it keeps nothing of it.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from sentinel.kernel.errors import SentinelError

BLOCK: Final = 1 << 18
# A year of a whole country's street files is about 1.5 GB unpacked; twenty times the largest file ever published.
MOST_UNPACKED: Final = 40 * 1024**3
# Such text packs to a tenth at best. Beyond this, and beyond a size that hurts, it is made to fill a machine.
MOST_RATIO: Final = 200
RATIO_FROM: Final = 64 * 1024**2
MOST_MEMBERS: Final = 20_000
LONGEST_LINE: Final = 1 << 20

Seen = Callable[[int], None]


class FileRefused(SentinelError):
    """A file cannot be read as what it should be: nothing of it is kept. `file` is its name, `reason` plain words."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


class NotUTF8(Exception):
    """The text is not UTF-8: read it once more as Latin-1."""


@dataclass(frozen=True)
class Part:
    """One file within a file: its name for messages; `open` gives its bytes unpacked, each time from the beginning."""

    name: str
    open: Callable[[], IO[bytes]]


class _Guarded(io.BytesIO):
    """Unpacked bytes, counted: stops a small file from filling the machine. Only `read` is ever used."""

    def __init__(self, inner: IO[bytes], name: str, packed: int) -> None:
        super().__init__()
        self.inner, self.name, self.packed, self.unpacked = inner, name, packed, 0

    def close(self) -> None:
        """Close what it reads, unless that is the file itself."""
        if isinstance(self.inner, gzip.GzipFile | zipfile.ZipExtFile):
            self.inner.close()
        super().close()

    def read(self, size: int | None = None, /) -> bytes:
        """The next bytes. Raises FileRefused for a cut or broken file and for one beyond the limits."""
        try:
            block = self.inner.read(size or BLOCK)
        except EOFError as error:
            raise FileRefused(self.name, "it is cut off: download it again.") from error
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
            raise FileRefused(self.name, "its packed data is broken: download it again.") from error
        except RuntimeError as error:  # what zipfile raises for a member with a password
            raise FileRefused(self.name, "it is locked with a password.") from error
        except NotImplementedError as error:
            raise FileRefused(self.name, "it is packed in a way that is not known here.") from error
        self.unpacked += len(block)
        unpacked = self.unpacked
        if unpacked > MOST_UNPACKED or (
            unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(self.packed, 1)
        ):
            raise FileRefused(self.name, "it unpacks to far more than such a file holds: it is not read.")
        return block


@contextmanager
def opened(path: Path, seen: Seen) -> Iterator[IO[bytes]]:
    """The file, calling `seen` with the number of bytes read so far. Raises FileRefused where it cannot be opened."""

    class Watched(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            block = super().read(-1 if size is None else size)
            seen(self.tell())
            return block or b""

        def readinto(self, buffer: bytearray | memoryview, /) -> int | None:  # type: ignore[override]
            count = super().readinto(buffer)
            seen(self.tell())
            return count

    try:
        raw = Watched(path)
    except OSError as error:
        raise FileRefused(path.name, f"it cannot be opened ({error.strerror}).") from error
    with io.BufferedReader(raw, BLOCK) as stream:
        yield stream


def parts_of(path: Path, stream: IO[bytes], wanted: Callable[[str], bool]) -> Iterator[Part]:
    """The file itself, unpacked where it is gzip, or those members of a zip whose names are `wanted`.

    What it is, its first bytes say and never its name. Raises FileRefused.
    """
    packed = path.stat().st_size
    start = stream.read(4)
    stream.seek(0)
    if start[:2] == b"\x1f\x8b":
        # GzipFile checks length and sum at the end of the stream, so a cut file is always noticed.
        yield Part(path.name, lambda: _Guarded(_gunzip(stream), path.name, packed))
    elif start == b"PK\x03\x04":
        yield from _members(path, stream, packed, wanted)
    elif start[:2] == b"PK":
        raise FileRefused(path.name, "this zip is empty.")
    else:
        yield Part(path.name, lambda: _Guarded(_rewound(stream), path.name, packed))


def _rewound(stream: IO[bytes]) -> IO[bytes]:
    stream.seek(0)
    return stream


def _gunzip(stream: IO[bytes]) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=_rewound(stream)))


def _members(path: Path, stream: IO[bytes], packed: int, wanted: Callable[[str], bool]) -> Iterator[Part]:
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError) as error:
        raise FileRefused(path.name, "this zip is cut off or broken: download it again.") from error
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise FileRefused(path.name, f"this zip holds more than {MOST_MEMBERS:,} files.")
        # Members that share their bytes are a known way to make a small file endless.
        if sum(member.compress_size for member in members) > packed:
            raise FileRefused(path.name, "its contents overlap: it is not read.")
        chosen = [member for member in members if not member.is_dir() and wanted(member.filename)]
        if not chosen:
            raise FileRefused(path.name, "this zip holds none of the files that are wanted.")
        for member in sorted(chosen, key=lambda one: one.filename):
            yield _member(path.name, archive, member, packed)


def _member(file: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, packed: int) -> Part:
    name = f"{file}: {member.filename.rpartition('/')[2]}"

    def unpacked() -> IO[bytes]:
        try:
            return _Guarded(archive.open(member), name, packed)
        except RuntimeError as error:  # how zipfile asks for a password
            raise FileRefused(name, "it is locked with a password.") from error
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise FileRefused(name, "its packed data is broken: download it again.") from error

    return Part(name, unpacked)


def texts(part: Part, encoding: str = "utf-8") -> Iterator[str]:
    """The part's text in blocks, without its byte order mark. Raises NotUTF8, and FileRefused for UTF-16."""
    with part.open() as stream:
        yield from _decoded(part.name, stream, encoding)


def _decoded(name: str, stream: IO[bytes], encoding: str) -> Iterator[str]:
    first = stream.read(BLOCK)
    if first[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        raise FileRefused(name, "it is written as UTF-16: save it as CSV in UTF-8.")
    if first.startswith(codecs.BOM_UTF8):
        first = first[3:]
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    block = first
    try:
        while block:
            yield decoder.decode(block)
            block = stream.read(BLOCK)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise NotUTF8 from error


def lines(part: Part, encoding: str = "utf-8") -> Iterator[tuple[list[str], bool]]:
    """The part's lines, without what ends them, as many at a time as a block holds; with each list whether a quotation
    mark is in it. Raises FileRefused for a line that no such file has."""
    rest = ""
    for text in texts(part, encoding):
        block = rest + text
        quoted = '"' in block
        found = block.split("\n")
        rest = found.pop()
        if "\r" in block:
            found = [line.removesuffix("\r") for line in found]
        yield found, quoted
        if len(rest) > LONGEST_LINE:
            raise FileRefused(
                part.name, "it has a line of more than a million characters: this is no such file."
            )
    if rest:
        yield [rest.removesuffix("\r")], '"' in rest


class Table:
    """The records of a CSV part, after its heading. `columns` maps each heading, without spaces at its ends, to its
    place; `line` is the number of the line last read, the heading being 1."""

    def __init__(self, part: Part, encoding: str = "utf-8") -> None:
        self.name = part.name
        self.line = 0
        self._lines = lines(part, encoding)
        self._ahead: Iterator[str] = iter(())
        self._source = self._read()
        # What came with the heading and is still to be read, and how many lines of its list were read before it.
        self._left: list[str] = []
        self._before = 0
        heading = self.fields(self._first())
        if not any(heading):
            raise FileRefused(part.name, "it is empty.")
        self.width = len(heading)
        self.columns = {name.strip(): at for at, name in enumerate(heading)}

    def _first(self) -> str:
        """The first record that is not empty; "" where there is none."""
        for run in self._source:
            for at, record in enumerate(run, 1):
                if record:
                    self._left, self._before = run[at:], at
                    return record
        return ""

    def runs(self) -> Iterator[list[str]]:
        """The records as text, not yet taken apart (most can be told by a part of it), in lists; an empty line is an
        empty record. While a list is in hand, `line` is the number of the line before the end of its first record.

        Raises FileRefused where a quote is never closed.
        """
        if left := self._left:
            self._left = []
            self.line += self._before
            yield left
            self.line -= self._before
        yield from self._source

    def _read(self) -> Iterator[list[str]]:
        for found, quoted in self._lines:
            if not quoted:
                yield found
                self.line += len(found)
                continue
            self._ahead = iter(found)
            while (line := next(self._ahead, None)) is not None:
                record = self._whole(line) if line.count('"') % 2 else line
                yield [record]
                self.line += 1

    def records(self) -> Iterator[str]:
        """Each record of `runs`, one by one, without the empty ones; `line` is the number of the line where it ends."""
        for run in self.runs():
            before = self.line
            for at, record in enumerate(run, 1):
                if record:
                    self.line = before + at
                    yield record
            self.line = before

    def _whole(self, record: str) -> str:
        begun = self.line + 1
        for line in self._following():
            self.line += 1
            record += "\n" + line
            if line.count('"') % 2:
                return record
            if len(record) > LONGEST_LINE:
                break
        raise FileRefused(
            self.name, f"a quotation mark in line {begun} is never closed: it is cut off or no CSV."
        )

    def _following(self) -> Iterator[str]:
        """The lines after the one in hand, into the next blocks, whose other lines are then read one by one."""
        while True:
            yield from self._ahead
            found, _ = next(self._lines, (None, False))
            if found is None:
                return
            self._ahead = iter(found)

    @staticmethod
    def fields(record: str) -> list[str]:
        """The fields of a record."""
        if '"' not in record:
            return record.split(",")
        return next(csv.reader([record]))

    def rows(self) -> Iterator[list[str]]:
        """Each record's fields."""
        return map(self.fields, self.records())

    def need(self, names: list[str], what: str) -> None:
        """Raise FileRefused, naming what is missing, unless every column of `names` is there."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            some = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")
            raise FileRefused(self.name, f"this is not {what}: it has no column {some}.")
