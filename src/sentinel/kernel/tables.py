"""Writing a table as CSV: the one place where a cell of a spreadsheet is made."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sentinel.kernel.text import spreadsheet_safe

BOM = "\ufeff"


def csv_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table in UTF-8 with the mark that spreadsheets look for, lines ended as RFC 4180 says.

    What a spreadsheet would run as a formula is made text, in every cell; None is an empty cell.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (heads, *rows):
        writer.writerow(["" if cell is None else spreadsheet_safe(cell) for cell in row])
    return (BOM + out.getvalue()).encode()
