"""The figures as a file: a table for a spreadsheet, or a document to print. Numbers and names of agencies and teams; no case."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sentinel.audit.operations import note
from sentinel.foundation.actor import Actor
from sentinel.insight.chart import Trend, trends_of
from sentinel.insight.rules import (
    AGES,
    MEASURES,
    Baseline,
    Figures,
    age_words,
)
from sentinel.insight.weeks import WEEK_HEADS, Week
from sentinel.kernel.errors import Invalid
from sentinel.kernel.tables import csv_table
from sentinel.kernel.text import clean_text
from sentinel.web.charts import LEFT
from sentinel.web.formats import MARKING, uk_date, uk_datetime

if TYPE_CHECKING:
    from fpdf import FPDF

SHORTEST_WHY = 10
FORMATS = {"csv": "For a spreadsheet (CSV)", "pdf": "To print (PDF)"}


@dataclass(frozen=True)
class Line:
    """The figures of one agency, and of one of its teams where `team` is said."""

    agency: str
    team: str
    figures: Figures


@dataclass(frozen=True)
class Shown:
    """What the page shows one reader at a moment (UTC): the sum, its lines, the past weeks of their agency, and what
    these are compared with."""

    now: datetime
    whole: Figures
    lines: Sequence[Line]
    weeks: Sequence[Week]
    founding: Baseline | None


HEADS = (
    "As of", "Agency", "Team", "Open cases", *(one.title for one in MEASURES.values()),
    *(f"Not known {age_words(age)}" for age in AGES), "Worked out",
)  # fmt: skip


def export(*, actor: Actor, shown: Shown, as_what: str, why: str) -> bytes:
    """The figures as a file in one of FORMATS, with an entry in the audit that says what for.

    Raises Invalid (field why) where that is not said, or (field format) for another format.
    """
    reason = clean_text(why, 500, one_line=True)
    if len(reason) < SHORTEST_WHY:
        raise Invalid.of("why", "Say what the file is for: a few words.")
    if as_what not in FORMATS:
        raise Invalid.of("format", "Choose a spreadsheet or a document to print.")
    ends = f"{MARKING}. Made {uk_datetime(shown.now)} by {actor.name} for: {reason}"
    content = as_csv(shown, ends) if as_what == "csv" else as_pdf(shown, ends)
    note("export", subject="compliance", detail={"format": as_what, "lines": len(shown.lines), "why": reason})
    return content


def _cells(figures: Figures) -> list[object]:
    return [*(figures.of(key) for key in MEASURES), *figures.unknown]


def as_csv(shown: Shown, ends: str) -> bytes:
    """One row for now in all, for each agency and team, and for each past week of the reader's agency."""
    now = uk_datetime(shown.now)
    rows: list[list[object]] = [[now, "All that the reader may see", "", "", *_cells(shown.whole), ""]]
    rows += [[now, one.agency, one.team, "", *_cells(one.figures), ""] for one in shown.lines]
    for week in shown.weeks:
        taken = f"{uk_datetime(week.taken_at)}{', late' if week.taken_late else ''}"
        rows.append(
            [
                f"Week to {uk_date(week.ended)}",
                "Own agency",
                "",
                week.open_cases,
                *_cells(week.figures),
                taken,
            ]
        )
    founding = shown.founding
    told = (
        [[], [f"{founding.in_year}; {founding.average} on average since: {founding.source}"]]
        if founding
        else []
    )
    return csv_table(HEADS, [*rows, *told, [ends]])


def as_pdf(shown: Shown, ends: str) -> bytes:
    """The same on A4, landscape."""
    # Imported late: a web process that makes no document does not carry it.
    from fpdf import FPDF

    document = FPDF(orientation="landscape", format="A4")
    document.set_lang("en-GB")
    document.set_title("Compliance")
    document.set_creator("Sentinel")
    document.set_creation_date(shown.now)
    document.set_auto_page_break(auto=True, margin=18)
    document.add_page()
    _words(document, MARKING.upper(), 9)
    _words(document, "Compliance", 20, bold=True)
    cases = shown.whole.cases
    _words(
        document,
        f"{cases:,} {'case has' if cases == 1 else 'cases have'} somebody who is not assessed, counting those put off. Counted "
        f"{uk_datetime(shown.now)}, over the open cases that the reader may see.",
        12,
    )
    heads = ["Whose", *(one.title for one in MEASURES.values())]
    rows = [["All", *_numbers(shown.whole)]]
    rows += [[f"    {one.team}" if one.team else one.agency, *_numbers(one.figures)] for one in shown.lines]
    _table(document, "By agency and team", heads, rows)
    _table(
        document, "Answers not known, by how long", [age_words(age) for age in AGES],
        [[f"{number:,}" for number in shown.whole.unknown]], first="RIGHT",
    )  # fmt: skip
    if shown.weeks:
        document.add_page()
        _words(document, "By week, own agency", 13, bold=True)
        _pictures(document, [one for one in trends_of(shown.weeks, shown.founding).values() if one])
        heads = ["Week to", *WEEK_HEADS, "Worked out"]
        _table(document, "The same as a table", heads, [_week(week) for week in reversed(shown.weeks)])
    kept = "A week is worked out once, when it is over, and does not change later."
    if founding := shown.founding:
        kept = (
            f"In {founding.year}, {founding.without:,} of {founding.of:,} cases had no assessment; since it was compulsory "
            f"{founding.average} on average at any one time, over the whole partnership ({founding.source}). {kept}"
        )
    _words(document, kept, 9)
    _words(document, ends, 9)
    return bytes(document.output())


def _week(week: Week) -> list[str]:
    return [
        uk_date(week.ended),
        *week.cells,
        f"{uk_date(week.taken_at)}{', late' if week.taken_late else ''}",
    ]


def _numbers(figures: Figures) -> list[str]:
    return [f"{figures.of(key):,}" for key in MEASURES]


def _words(document: FPDF, words: str, size: int, *, bold: bool = False) -> None:
    document.set_font("Helvetica", "B" if bold else "", size)
    document.multi_cell(0, size * 0.5, plain(words), align="LEFT", new_x="LMARGIN", new_y="NEXT")
    document.ln(2)


def _pictures(document: FPDF, trends: Sequence[Trend]) -> None:
    """The lines by week side by side, in the shapes of the page's drawing."""
    gap = 8.0
    width = (document.epw - gap * (len(trends) - 1)) / len(trends)
    top, left = document.get_y(), document.l_margin
    with document.local_context():
        for at, trend in enumerate(trends):
            _picture(document, trend, left + at * (width + gap), top, width / trend.width)
    document.set_y(top + max(trend.height * width / trend.width for trend in trends) + 10)


def _picture(document: FPDF, trend: Trend, left: float, top: float, scale: float) -> None:
    """One drawing with its words. `left` and `top` in mm; `scale` is mm for each of the drawing's units."""

    def line(at: float, grey: int, *, dashed: bool = False) -> None:
        document.set_draw_color(grey)
        document.set_dash_pattern(*((1, 1) if dashed else (0, 0)))
        document.line(left + LEFT * scale, top + at * scale, left + trend.width * scale, top + at * scale)

    def words(x: float, y: float, said: str, align: str = "LEFT") -> None:
        said = plain(said)
        shift = document.get_string_width(said) if align == "RIGHT" else 0
        document.text(left + x * scale - shift, top + y * scale, said)

    document.set_font("Helvetica", "", 7)
    document.set_line_width(0.2)
    for tick in trend.lines:
        line(tick.at, 200)
        words(LEFT - 4, tick.at + 3.5, tick.words, "RIGHT")
    if trend.across:
        line(trend.across.at, 0, dashed=True)
        words(trend.width, trend.across.at - 4, trend.across.words, "RIGHT")
    line(trend.base, 0)
    for tick in trend.words:
        words(tick.at, trend.height - 8, tick.words)
    document.set_line_width(0.4)
    spots = [(left + point.x * scale, top + point.y * scale) for point in trend.points]
    document.polyline(spots)
    for (x, y), point in zip(spots, trend.points, strict=True):
        document.set_fill_color(255 if point.late else 0)
        document.circle(x, y, 0.8, style="DF")
    document.set_font("Helvetica", "B", 9)
    words(LEFT, trend.height + 10, trend.title)


def _table(
    document: FPDF, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, first: str = "LEFT"
) -> None:
    document.ln(2)
    _words(document, title, 13, bold=True)
    document.set_font("Helvetica", "", 9)
    widths = (2, *(1,) * (len(heads) - 1)) if first == "LEFT" else (1,) * len(heads)
    align = (first, *("RIGHT",) * (len(heads) - 1))
    with document.table(
        col_widths=widths, text_align=align, borders_layout="HORIZONTAL_LINES", line_height=5, padding=1
    ) as table:
        for row in (heads, *rows):
            table.row([plain(cell) for cell in row])
    document.ln(3)


def plain(words: str) -> str:
    """Words in the letters that every reader of documents has: a letter that is not among them loses its accent."""
    swapped = words.translate(str.maketrans("–’‘“”", "-''\"\""))
    return "".join(letter if ord(letter) < 256 else _folded(letter) for letter in swapped)


def _folded(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter).encode("latin-1", "ignore").decode("latin-1")
