"""Reading a street-level CSV: which rows are ASB, what is wrong with one, and each point and kind numbered once.

Pure: no database. Speed matters here (millions of rows), so points and kinds are read once and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Final, NamedTuple

from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused, Table
from sentinel.places.geometry import cell_of, in_united_kingdom
from sentinel.places.rules import street_key

COLUMNS: Final = [
    "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type",
    "Last outcome category", "Context",
]  # fmt: skip
CATEGORY: Final = "anti-social behaviour"
EARLIEST: Final = "2000-01"
MOST_REMEMBERED: Final = 100_000
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_NEAR: Final = re.compile(r"^\s*on or near\s+", re.IGNORECASE)
_LSOA: Final = re.compile(r"[EWSN]\d{8}")
NO_PLACE: Final = {"", "no location"}
# What rows say alike: a force for each of the country's forces and a handful of outcomes.
MOST_KINDS: Final = 5_000


class Point(NamedTuple):
    """An anonymised point as the file has it, checked. `number` is its number in this run."""

    number: int
    key: str
    street: str
    street_key: str
    latitude: float | None
    longitude: float | None
    cell: str
    lsoa_code: str
    lsoa_name: str


class RowKind(NamedTuple):
    """What many rows say alike. `number` is its number in this run."""

    number: int
    key: str
    reported_by: str
    falls_within: str
    category: str
    outcome: str
    context: str


def hash_of(words: tuple[str, ...]) -> str:
    """128 bits over some words, in hexadecimal: what tells one point or kind from another."""
    return blake2b("\x1f".join(words).encode(), digest_size=16).hexdigest()


# Points of one street come by the dozen.
_street_key = lru_cache(MOST_REMEMBERED // 5)(street_key)


def read_point(number: int, words: tuple[str, ...]) -> Point:
    """Check longitude, latitude, location, LSOA code and name. Raises ValueError with the reason in plain words."""
    if "\x00" in "".join(words):
        raise ValueError("it has a character that cannot be stored")
    longitude, latitude, location, lsoa_code, lsoa_name = map(str.strip, words)
    street = "" if location.casefold() in NO_PLACE else _NEAR.sub("", location)
    if len(street) > 160 or len(lsoa_name) > 60 or len(longitude) + len(latitude) > 60:
        raise ValueError("a text in it is longer than such a file has")
    if lsoa_code and not _LSOA.fullmatch(lsoa_code):
        raise ValueError("its LSOA code has not the form of one")
    lat = lon = None
    cell = ""
    if longitude or latitude:
        try:
            lat, lon = float(latitude), float(longitude)
        except ValueError as error:
            raise ValueError("its longitude or latitude is not a number") from error
        if not in_united_kingdom(lat, lon):  # nor is "nan" or "inf"
            raise ValueError("its point is not in the United Kingdom")
        cell = cell_of(lat, lon)
    key = hash_of((longitude, latitude, street, lsoa_code, lsoa_name))
    return Point(number, key, street, _street_key(street), lat, lon, cell, lsoa_code, lsoa_name)


def read_kind(number: int, words: tuple[str, ...]) -> RowKind:
    """Check reported by, falls within, crime type, outcome and context. Raises ValueError with the reason."""
    if "\x00" in "".join(words):
        raise ValueError("it has a character that cannot be stored")
    reported_by, falls_within, category, outcome, context = (word.strip() for word in words)
    if not reported_by:
        raise ValueError("it does not say which force reported it")
    texts = (reported_by, falls_within, category, outcome, context)
    if any(len(text) > most for text, most in zip(texts, (80, 80, 60, 120, 200), strict=True)):
        raise ValueError("a text in it is longer than such a file has")
    key = hash_of((reported_by, falls_within, category.casefold(), outcome, context))
    return RowKind(number, key, reported_by, falls_within, category, outcome, context)


def read_month(text: str, now: date) -> date:
    """Read "2021-06". Raises ValueError where it is no month, or none that has begun."""
    if not _MONTH.fullmatch(text) or text < EARLIEST:
        raise ValueError("its month is not written as year and month, like 2021-06")
    if text > f"{now:%Y-%m}":
        raise ValueError("its month is in the future")
    return date(int(text[:4]), int(text[5:]), 1)


class _NotWantedError(Exception):
    """The row is no ASB row."""


@dataclass
class Reader:
    """Reads the tables of one run. New points and kinds are put aside until somebody takes them from the lists.

    `today` decides what is in the future. Numbers that were given are remembered for 100,000 points and then
    forgotten: a point may get a second number, which its key makes one again in the database.
    """

    today: date
    figures: Figures
    new_points: list[Point] = field(default_factory=list)
    new_kinds: list[RowKind] = field(default_factory=list)
    months: set[tuple[str, date]] = field(default_factory=set)
    _points: dict[tuple[str, ...], int] = field(default_factory=dict)
    _kinds: dict[tuple[str, ...], int] = field(default_factory=dict)
    _dates: dict[str, date] = field(default_factory=dict)
    _points_given: int = 0

    def runs(self, table: Table) -> Iterator[list[str]]:
        """The good ASB rows as "month, point, kind" in numbers (a month's is its count from the year 0), a tab after each:
        lines for COPY that still want how often they were said. Many at a time.

        Raises FileRefused for other columns. A bad row is counted and left out.
        """
        table.need(COLUMNS, "a street-level file of data.police.uk")
        columns = _Columns(table)
        # After crime id and month, a row of the published order says the same as many others: point and kind.
        alike: dict[str, str] = {}
        dates: dict[str, str] = {}
        for run in table.runs():
            rows: list[str] = []
            keep = rows.append
            for at, record in enumerate(run, 1):
                try:
                    _, month, rest = record.split(",", 2)
                    keep(dates[month] + alike[rest])
                except (KeyError, ValueError):  # not seen yet
                    row = self._checked(table, columns, record, at)
                    if row is None:
                        continue
                    keep(row)
                    if columns.published and '"' not in record:
                        if len(alike) >= MOST_REMEMBERED:
                            alike.clear()
                            dates.clear()
                        dates[month], tab, told = row.partition("\t")
                        alike[rest] = tab + told
            self.figures.read += len(rows)
            if len(self.months) > MOST_KINDS or len(self._kinds) > MOST_KINDS:
                raise FileRefused(table.name, "it names more months, forces and outcomes than there are.")
            yield rows

    def _checked(self, table: Table, columns: _Columns, record: str, at: int) -> str | None:
        """A row for COPY; None for one that is not wanted, or is bad and counted as such."""
        if not record:
            return None
        try:
            return self._row(table.fields(record), columns)
        except _NotWantedError:
            return None
        except ValueError as error:
            self.figures.read += 1
            self.figures.refuse(table.name, table.line + at, str(error))
            return None

    def months_named(self) -> list[date]:
        """Every month that a row of these tables names."""
        return sorted(set(self._dates.values()))

    def _row(self, fields: list[str], columns: _Columns) -> str:
        if len(fields) != columns.width:
            raise ValueError(f"it has {len(fields)} fields where the heading has {columns.width}")
        wanted = fields[columns.category].strip().casefold() == CATEGORY
        try:
            month = self._month(fields[columns.month], fields[columns.reported_by].strip())
        except ValueError:
            if wanted:
                raise
        if not wanted:
            raise _NotWantedError
        months = month.year * 12 + month.month - 1
        return f"{months}\t{self._point(columns.place(fields))}\t{self._kind(columns.kind(fields))}\t"

    def _month(self, text: str, force: str) -> date:
        found = self._dates.get(text)
        if found is None:
            found = self._dates[text] = read_month(text.strip(), self.today)
        # A month without one ASB row has been imported all the same.
        self.months.add((force[:80], found))
        return found

    def _point(self, words: tuple[str, ...]) -> int:
        found = self._points.get(words)
        if found is None:
            if len(self._points) >= MOST_REMEMBERED:
                self._points.clear()
            self.new_points.append(read_point(self._points_given, words))
            found = self._points[words] = self._points_given
            self._points_given += 1
        return found

    def _kind(self, words: tuple[str, ...]) -> int:
        found = self._kinds.get(words)
        if found is None:
            self.new_kinds.append(read_kind(len(self._kinds), words))
            found = self._kinds[words] = len(self._kinds)
        return found


class _Columns:
    """Where a table has what."""

    def __init__(self, table: Table) -> None:
        at = [table.columns[name] for name in COLUMNS]
        self.width = table.width
        self.month, self.reported_by, self.category = at[0], at[1], at[8]
        self.place: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at[3:8])
        self.kind: Callable[[list[str]], tuple[str, ...]] = itemgetter(at[1], at[2], at[8], at[9], at[10])
        self.published = at == list(range(1, 12)) and table.columns.get("Crime ID") == 0
