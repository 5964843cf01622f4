"""How dates, times, spans and counts read on a page. Pure; datetimes come in aware (UTC), Europe/London goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sentinel.kernel.clock import LONDON

# The handling marking of what is shown, printed or taken out.
MARKING = "Official – sensitive"
MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Written out, not from the locale: a server's locale must not change what a page says.
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def local(value: datetime) -> datetime:
    """The moment as the clock on the wall in Leicester shows it. Raises ValueError for a naive datetime."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return value.astimezone(LONDON)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def uk_date(value: date | datetime | None) -> str:
    """'Sat 21 Nov 2026'; an empty string for nothing."""
    if value is None:
        return ""
    day = _day(value)
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def uk_day(value: date | datetime | None, now: date | datetime | None = None) -> str:
    """'Sat 21 Nov': the year is left out when it is that of `now`, or when no `now` is given."""
    if value is None:
        return ""
    if now is not None and _day(value).year != _day(now).year:
        return uk_date(value)
    return uk_date(value).rsplit(" ", 1)[0]


def uk_long_date(value: date | datetime | None, year: bool = True) -> str:
    """'Saturday 21 November 2026', or without its year."""
    if value is None:
        return ""
    day = _day(value)
    words = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
    return f"{words} {day.year}" if year else words


def uk_time(value: datetime | None) -> str:
    """'21:58'."""
    return "" if value is None else f"{local(value):%H:%M}"


def uk_datetime(value: datetime | None) -> str:
    """'Fri 20 Nov 2026, 21:58'."""
    return "" if value is None else f"{uk_date(value)}, {uk_time(value)}"


def uk_day_time(value: datetime | None, now: date | datetime | None = None) -> str:
    """'Fri 20 Nov, 21:58': without the year when it is that of `now`."""
    return "" if value is None else f"{uk_day(value, now)}, {uk_time(value)}"


def uk_month(value: date | datetime | None) -> str:
    """'November 2026'."""
    if value is None:
        return ""
    day = _day(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


def how_long(start: datetime, end: datetime) -> str:
    """The time between two moments in its largest fitting unit: '40 minutes', '31 hours', '19 days', '5 months'.

    Hours are kept up to two days, because '31 hours' tells more than '1 day' of somebody unassessed.
    """
    seconds = int(abs((end - start).total_seconds()))
    if seconds < MINUTE:
        return "less than a minute"
    if seconds < HOUR:
        return plural(seconds // MINUTE, "minute")
    if seconds < 2 * DAY:
        return plural(seconds // HOUR, "hour")
    days = abs((local(end).date() - local(start).date()).days)
    if days < 90:
        return plural(days, "day")
    months = days * 12 // 365
    return plural(months, "month") if months < 24 else plural(days // 365, "year")


def ago(value: datetime | None, now: datetime) -> str:
    """'9 days ago', 'in 3 days', 'just now'."""
    if value is None:
        return ""
    if abs((now - value).total_seconds()) < MINUTE:
        return "just now"
    span = how_long(value, now)
    return f"{span} ago" if value <= now else f"in {span}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """'1 day', '2 days', '1,200 cases'; `many` where an s is not enough."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence_list(words: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    items = [str(word) for word in words]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
