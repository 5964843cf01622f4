"""Reads a partner's own labelled CSV, plain or gzip, and says of what cannot be read in which line it is."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sentinel.kernel.errors import Invalid
from sentinel.matching.rules.values import is_nothing

MOST_ROWS: Final = 2_000_000
_GZIP: Final = b"\x1f\x8b"
_SEPARATORS: Final = ",;\t|"


@dataclass(frozen=True)
class Table:
    """A file's columns by name, each a list of cells as text, one for each record; `truth` is whom each record is of."""

    columns: dict[str, list[str]]
    truth: list[str]

    @property
    def size(self) -> int:
        """How many records."""
        return len(self.truth)


def read(
    paths: Sequence[Path],
    *,
    truth: str | None,
    pattern: str = "",
    ignored: Sequence[str] = (),
    encoding: str = "utf-8-sig",
) -> Table:
    """Read one file, or several of one head as if they were one.

    `truth` names the column that says whom a record is of; with `pattern` only what the expression's first group (or all of it, where
    it has none) finds there counts; with None there is no truth, and each record stands for itself. Raises `Invalid` naming the file and the line for what cannot be read, a column that is not there, a
    record without truth, and for a file in which no two records are of one person.
    """
    try:
        expression = re.compile(pattern) if pattern else None
    except re.error as error:
        raise Invalid.of("truth-pattern", f"--truth-pattern is not a regular expression: {error}.") from error
    head: list[str] = []
    rows: list[list[str]] = []
    persons: list[str] = []
    for path in paths:
        these_head, these = _rows(path, encoding)
        if not head:
            head = these_head
            for name in (truth, *ignored):
                if name is not None and name not in head:
                    raise Invalid(
                        f'{path.name} line 1: there is no column "{name}". There are: {", ".join(head)}.'
                    )
        elif these_head != head:
            raise Invalid(f"{path.name} line 1: its columns are not those of {paths[0].name}.")
        if truth is not None:
            at = head.index(truth)
            persons += [_person(path, line, row[at], truth, expression) for line, row in these]
        rows += [row for _, row in these]
        if len(rows) > MOST_ROWS:
            raise Invalid(
                f"{path.name}: more than {MOST_ROWS:,} records. `sentinel match batch` is for so many."
            )
    if len(rows) < 2:
        raise Invalid(f"{paths[0].name}: there are not two records to compare.")
    if truth is None:
        persons = [str(at) for at in range(len(rows))]
    elif len(set(persons)) == len(persons):
        raise Invalid(
            f'{paths[0].name}: no two records have the same "{truth}", so nothing can be measured. '
            "Is it the right column? --truth-pattern takes a part of it."
        )
    kept = [(at, name) for at, name in enumerate(head) if name != truth and name not in ignored]
    return Table({name: [row[at] for row in rows] for at, name in kept}, persons)


def _person(path: Path, line: int, cell: str, truth: str, expression: re.Pattern[str] | None) -> str:
    if is_nothing(cell):
        raise Invalid(f'{path.name} line {line}: "{truth}" is empty. Every record must say whom it is of.')
    if expression is None:
        return cell
    found = expression.search(cell)
    person = next((group for group in found.groups() if group), found.group()) if found else ""
    if not person:
        raise Invalid(f'{path.name} line {line}: --truth-pattern finds nothing in "{cell[:40]}".')
    return person


def _text(path: Path, encoding: str) -> str:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
    except OSError as error:
        raise Invalid(f"{path.name}: {error.strerror or 'it is not a whole gzip file'}.") from error
    except (EOFError, zlib.error) as error:
        raise Invalid(f"{path.name}: the gzip file is cut short or damaged.") from error
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise Invalid.of("encoding", f'There is no encoding "{encoding}".') from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f"{path.name} line {line}: byte 0x{data[error.start]:02x} is not {encoding.removesuffix('-sig').upper()}. "
            "Save the file as UTF-8, or say what it is with --encoding (often cp1252)."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Invalid(f"{path.name} line {line}: a NUL character. It may be UTF-16: say so with --encoding.")
    return text


def _rows(path: Path, encoding: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    text = _text(path, encoding)
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    head: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not head:
                head = cells
            elif len(cells) != len(head):
                raise Invalid(
                    f"{path.name} line {reader.line_num}: {len(cells)} cells where the head has {len(head)} columns."
                )
            else:
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise Invalid(f"{path.name} line {reader.line_num}: {error}.") from error
    if not head:
        raise Invalid(f"{path.name}: the file is empty.")
    twice = next((name for name in head if head.count(name) > 1), None)
    if twice is not None:
        raise Invalid(f'{path.name} line 1: two columns are called "{twice}".')
    return head, rows
