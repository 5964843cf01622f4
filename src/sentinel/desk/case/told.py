"""The timeline in words: entries with their names put in, their days as pages show them, their links made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from sentinel.cases.models import Case
from sentinel.cases.queries.timeline import Entry
from sentinel.cases.timeline import Part
from sentinel.web.formats import uk_day, uk_day_time


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence on a page."""

    text: str
    strong: bool = False
    href: str = ""


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
    )


def _piece(part: Part, case: Case, now: datetime) -> Piece:
    href = (
        reverse(part.url_name, kwargs={"reference": case.reference, **part.url_args}) if part.url_name else ""
    )
    if part.sort == "moment":
        value = part.value
        text = uk_day(value, now) if isinstance(value, date) and value else ""
        return Piece(text, href=href)
    return Piece(str(part.value), strong=part.sort == "strong", href=href)
