"""The timeline in words: entries with their names put in, their days as pages show them, their links made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from sentinel.cases.models import Case
from sentinel.cases.queries.timeline import Entry
from sentinel.cases.timeline import Part
from sentinel.web.formats import plural, sentence_list, uk_day, uk_day_time


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence on a page. A `way` only says what one may do: paper does not have it."""

    text: str
    strong: bool = False
    href: str = ""
    way: bool = False


@dataclass(frozen=True)
class Happened:
    """One entry as the page shows it. `entered` says when it was entered, where that was another day."""

    at: datetime
    when: str
    agency: str
    user: str
    entered: str
    mark: str
    pieces: list[Piece]
    more: str
    quiet: bool = False


@dataclass(frozen=True)
class Folded:
    """A run of entries that only keep the books, newest first: told in one line, opened by who wants them."""

    at: datetime
    when: str
    words: str
    entries: list[Happened]


def folded(entries: Sequence[Entry], case: Case, now: datetime) -> list[Happened | Folded]:
    """A page of entries in words, runs of two or more quiet ones folded into one line each."""
    shown: list[Happened | Folded] = []
    run: list[Happened] = []

    def close() -> None:
        if len(run) > 1:
            shown.append(Folded(run[0].at, run[0].when, _words_of(run), list(run)))
        else:
            shown.extend(run)
        run.clear()

    for entry in entries:
        one = happened(entry, case, now)
        if one.quiet:
            run.append(one)
            continue
        close()
        shown.append(one)
    close()
    return shown


def _words_of(run: list[Happened]) -> str:
    """'Added, shared and 3 more': the loud words of a run, each once, the first few of them."""
    loud = list(dict.fromkeys(piece.text for one in run for piece in one.pieces if piece.strong))
    named = sentence_list([one if at == 0 else one[0].lower() + one[1:] for at, one in enumerate(loud[:3])])
    return f"{plural(len(run), 'change')} to the file: {named[0].lower()}{named[1:]}{' and more' if len(loud) > 3 else ''}"


def happened(entry: Entry, case: Case, now: datetime) -> Happened:
    """An entry in words. Times in Europe/London; the year is left out where it is this one."""
    return Happened(
        at=entry.at,
        when=uk_day_time(entry.at, now),
        agency=entry.agency,
        user=entry.user,
        entered=uk_day(entry.recorded_at, now) if entry.back_dated else "",
        mark=entry.told.mark,
        pieces=[_piece(part, case, now) for part in entry.told.parts],
        more=entry.told.more,
        quiet=entry.quiet,
    )


def _piece(part: Part, case: Case, now: datetime) -> Piece:
    href = (
        reverse(part.url_name, kwargs={"reference": case.reference, **part.url_args}) if part.url_name else ""
    )
    if part.sort == "moment":
        value = part.value
        text = uk_day(value, now) if isinstance(value, date) and value else ""
        return Piece(text, href=href)
    return Piece(str(part.value), strong=part.sort == "strong", href=href, way=part.sort == "way")
