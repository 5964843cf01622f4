"""Dates of birth as they are known: a day, a month, a year, an age, "about 70".

Kept as the earliest and latest day it can have been. Whether somebody is a child is then yes, no or unknown, and
unknown is treated as what it is: the caller must not take it for no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from sentinel.kernel.clock import show_date
from sentinel.kernel.dates import MONTHS, not_before_1900, not_in_future, parse_date
from sentinel.kernel.errors import Invalid

EARLIEST: Final = date(1900, 1, 1)
# How far off an age said to be "about" may be: a fifth of the age, from one year to five.
_ABOUT_MOST: Final = 5
_DAY: Final = timedelta(days=1)
_AGE: Final = re.compile(
    r"(?P<about>about|around|approx(?:imately)?|roughly|c(?:irca)?|~)? ?(?:aged?)? ?"
    r"(?P<years>\d{1,3})(?P<ish> ?ish)?(?P<unit> ?(?:years? old|years?|yrs? old|yrs?|y/?o))?"
)
_DECADE: Final = re.compile(r"(?:in (?:his|her|their) )?(early |mid[ -]|late )?(\d)0'?s")
_MONTH_YEAR: Final = re.compile(r"([a-z]{3,9}|\d{1,2})[ /\-.](\d{4})")
_HOW: Final = "Enter a date of birth, like 3 April 1956, or a year, or an age, like about 70."


class BirthPrecision(Enum):
    """How a birth date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AGE = "age"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth between `earliest` and `latest`, both included, known by `precision`."""

    earliest: date
    latest: date
    precision: BirthPrecision

    @property
    def day(self) -> date | None:
        """The day itself where it is known, else None."""
        return self.earliest if self.earliest == self.latest else None

    def ages(self, on: date) -> tuple[int, int]:
        """Return the youngest and the oldest age in whole years on a day (0 before birth)."""
        return max(age(self.latest, on), 0), max(age(self.earliest, on), 0)

    def is_under(self, years: int, on: date) -> bool | None:
        """Say whether the person was under `years` on a day; None where what is known does not tell."""
        youngest, oldest = self.ages(on)
        if oldest < years:
            return True
        return False if youngest >= years else None

    def show(self, on: date) -> str:
        """Return the words: "3 April 1956 (age 70)", "April 1956", "1956", "about 70"."""
        youngest, oldest = self.ages(on)
        ages = str(youngest) if youngest == oldest else f"{youngest} to {oldest}"
        if self.precision is BirthPrecision.DAY:
            return f"{show_date(self.earliest)} (age {ages})"
        if self.precision is BirthPrecision.MONTH:
            return f"{MONTHS[self.earliest.month - 1].capitalize()} {self.earliest.year} (age {ages})"
        if self.precision is BirthPrecision.YEAR:
            return f"{self.earliest.year} (age {ages})"
        return f"age {ages}"


def years_before(day: date, years: int) -> date:
    """Return the same day `years` earlier; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def age(born: date, on: date) -> int:
    """Return the age in whole years on a day. One born on 29 February is a year older on 1 March.

    An age is attained at the start of the birthday (Family Law Reform Act 1969 s.9). That one born on a leap day has
    it on 1 March in other years is the usual reading; to be confirmed before anything turns on that one day.
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _between(youngest: int, oldest: int, today: date, precision: BirthPrecision) -> Birth:
    """Return the births that give an age from `youngest` to `oldest` today."""
    if youngest > today.year - EARLIEST.year or years_before(today, youngest) < EARLIEST:
        raise Invalid("Check the age: nobody is that old.")
    oldest = min(oldest, today.year - EARLIEST.year)
    earliest = max(years_before(today, oldest + 1) + _DAY, EARLIEST)
    return Birth(earliest, years_before(today, youngest), precision)


def _from_age(plain: str, today: date) -> Birth | None:
    decade = _DECADE.fullmatch(plain)
    if decade and decade[2] != "0":
        first = int(decade[2]) * 10
        low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(
            (decade[1] or "")[:5].strip(" -"), (0, 9)
        )
        return _between(first + low, first + high, today, BirthPrecision.ABOUT)
    found = _AGE.fullmatch(plain)
    if not found:
        return None
    years = int(found["years"])
    if found["about"] or found["ish"]:
        spread = min(max(years // 5, 1), _ABOUT_MOST)
        return _between(max(years - spread, 0), years + spread, today, BirthPrecision.ABOUT)
    return _between(years, years, today, BirthPrecision.AGE)


def _from_month_or_year(plain: str, today: date) -> Birth | None:
    if re.fullmatch(r"\d{4}", plain):
        first, last, precision = (
            date(max(int(plain), 1), 1, 1),
            date(max(int(plain), 1), 12, 31),
            BirthPrecision.YEAR,
        )
    else:
        found = _MONTH_YEAR.fullmatch(plain)
        if not found:
            return None
        word, year = found[1], max(int(found[2]), 1)
        names = [name for name in MONTHS if name.startswith(word)]
        month = int(word) if word.isdecimal() else (MONTHS.index(names[0]) + 1 if names else 0)
        if not 1 <= month <= 12:
            raise Invalid(_HOW)
        first = date(year, month, 1)
        after = date(year + month // 12, month % 12 + 1, 1) if year < 9999 else date(9999, 12, 31)
        last, precision = after - _DAY, BirthPrecision.MONTH
    not_before_1900(first)
    if first > today:
        raise Invalid(f"{plain.capitalize()} is in the future. Check the year.")
    return Birth(first, min(last, today), precision)


def birth_date(text: str, today: date) -> Birth:
    """Read a birth date or an age: "3/4/56", "April 1956", "1956", "70", "aged 70", "about 70", "in his 70s".

    `today` is the date in London. A year of two digits is the last one that is not in the future. Raises `Invalid`
    (field "") in plain words for what cannot be read, a day in the future and a birth before 1900.
    """
    if len(text) > 60 or "\x00" in text:
        raise Invalid(_HOW)
    plain = " ".join(text.casefold().split()).strip(" .,")
    known = _from_month_or_year(plain, today) or _from_age(plain, today)
    if known is not None:
        return known
    if not re.search(r"\d", plain) or not re.search(r"\d{4}|\d\D+\d{2}$|^\d{6}$|[a-z]\W*\d{2}$", plain):
        raise Invalid(_HOW)
    try:
        day = parse_date(plain, today)
    except Invalid as error:
        raise Invalid(
            error.message if "real date" in error.message or "month" in error.message else _HOW
        ) from error
    two_digits = re.search(r"(?<!\d)\d{2}$|^\d{6}$", plain)
    if two_digits and day > today:
        day = day.replace(year=day.year - 100)
    day = not_in_future(not_before_1900(day), today)
    return Birth(day, day, BirthPrecision.DAY)
