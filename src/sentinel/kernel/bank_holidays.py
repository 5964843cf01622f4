"""England's bank holidays, from the list that GOV.UK publishes, as bundled with `govuk-bank-holidays`.

Nothing is fetched. Where the bundled list ends, the yearly rule goes on (Banking and Financial Dealings Act 1971,
Schedule 1, with the substitute days and the January and May holidays proclaimed each year): a deadline years
ahead then has its Easter, and a later list corrects it. One-off holidays cannot be foreseen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

FORESEEN_UNTIL: Final = 2050
_MONDAY: Final = 0
_SATURDAY: Final = 5


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _weekday_for(day: date, taken: frozenset[date] = frozenset()) -> date:
    """Return `day`, or the first weekday after it that is not taken: the substitute day."""
    while day.weekday() >= _SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def usual_bank_holidays(year: int) -> frozenset[date]:
    """Return the eight bank holidays of an ordinary year in England and Wales, with substitute days."""
    easter = easter_sunday(year)
    # Christmas on a Saturday or Sunday moves to the Monday or, Boxing Day being a Monday, the Tuesday.
    boxing = _weekday_for(date(year, 12, 26))
    christmas = _weekday_for(date(year, 12, 25), frozenset({boxing}))
    return frozenset(
        {
            _weekday_for(date(year, 1, 1)),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            _on_or_after(date(year, 5, 1), _MONDAY),
            _on_or_after(date(year, 5, 25), _MONDAY),
            _on_or_after(date(year, 8, 25), _MONDAY),
            christmas,
            boxing,
        }
    )


def _published() -> Iterator[date]:
    text = files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8")
    for event in json.loads(text)["england-and-wales"]["events"]:
        yield date.fromisoformat(event["date"])


@cache
def published_bank_holidays() -> frozenset[date]:
    """Return the dates of the bundled list (England and Wales)."""
    return frozenset(_published())


@cache
def england_bank_holidays() -> frozenset[date]:
    """Return England's bank holidays: as published, then by the yearly rule until `FORESEEN_UNTIL`."""
    published = published_bank_holidays()
    foreseen = (usual_bank_holidays(year) for year in range(max(published).year + 1, FORESEEN_UNTIL + 1))
    return published.union(*foreseen)
