"""Dates and times as people type them, read with a given today. Nothing here asks what day it is.

The day comes before the month, as everybody here writes it. What cannot be read is refused with a sentence that
says how to write it; what can be read in two ways is refused too, never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from sentinel.kernel.clock import exists_in_london, from_london, show_date
from sentinel.kernel.errors import Invalid

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2199, 12, 31)
_NOISE: Final = re.compile(r"\b(on|the|of|at|about|around|last|this|past)\b")
_ORDINAL: Final = re.compile(r"(\d)(st|nd|rd|th)\b")
_SEPARATORS: Final = re.compile(r"[\s,./\\\-–—]+")
_DAYS_AGO: Final = re.compile(r"(\d{1,3}|a|an|one|two|three|four|five|six|seven) (day|week)s? ago")
_NUMBERS: Final = {
    word: at for at, word in enumerate(["", "one", "two", "three", "four", "five", "six", "seven"])
}
_HOW: Final = "Enter a date, like 3 April 2026 or 3/4/26."
_TIME: Final = re.compile(r"(\d{1,2})(?:[:. h]?(\d{2}))?(?::(\d{2}))? ?(am|pm|a|p|hrs?|hours)?")
_HOW_TIME: Final = "Enter a time, like 9:30pm or 21:30."


def _month(word: str) -> int | None:
    """Return the number of a month written in figures, in full or by at least three letters."""
    if word.isdecimal():
        return int(word)
    if len(word) < 3:
        return None
    return next(
        (at for at, name in enumerate(MONTHS, 1) if name.startswith(word) or word == f"{name[:3]}t"), None
    )


def _weekday(word: str) -> int | None:
    if len(word) < 3:
        return None
    return next((at for at, name in enumerate(WEEKDAYS) if name.startswith(word)), None)


def _full_year(year: int, today: date) -> int:
    """Return the four digits of a year typed with two: the last such year up to ten years from today."""
    century = today.year - today.year % 100
    return century + year if century + year <= today.year + 10 else century + year - 100


def make_date(day: int, month: int, year: int) -> date:
    """Return the date, or raise `Invalid` saying what about it is impossible."""
    if not 1 <= month <= 12:
        raise Invalid(f"There is no month {month}. Put the day first, then the month, like 3/4/26.")
    if not 1 <= year <= 9999:
        raise Invalid(_HOW)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Invalid(f"{day} {MONTHS[month - 1].capitalize()} {year} is not a real date.") from error


def _without_year(day: int, month: int, today: date, towards: Literal["past", "future"]) -> date:
    """Return that day of this year, or of the nearest year on the side meant; 29 February finds a leap year."""
    make_date(day, month, 2000)
    step = -1 if towards == "past" else 1
    for year in range(today.year, today.year + 9 * step, step):
        if (month, day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400)):
            continue
        found = date(year, month, day)
        if (found <= today) if towards == "past" else (found >= today):
            return found
    raise Invalid(_HOW)  # pragma: no cover - only 29 February about the year 2100 comes here


def _worded(text: str, today: date, towards: Literal["past", "future"]) -> date | None:
    named = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
    if text in named:
        return today + timedelta(days=named[text])
    if text in {"last night", "yesterday evening", "yesterday morning", "yesterday afternoon"}:
        return today - timedelta(days=1)
    if text in {"this morning", "this afternoon", "this evening"}:
        return today
    if text == "day before yesterday" or text == "the day before yesterday":
        return today - timedelta(days=2)
    ago = _DAYS_AGO.fullmatch(text)
    if ago:
        number = 1 if ago[1] in {"a", "an"} else _NUMBERS.get(ago[1]) or int(ago[1])
        return today - timedelta(days=number * (7 if ago[2] == "week" else 1))
    word = text.removeprefix("next ")
    if word != text:
        towards = "future"
    weekday = _weekday(_NOISE.sub("", word).strip())
    if weekday is None:
        return None
    if towards == "past":
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def parse_date(text: str, today: date, *, towards: Literal["past", "future"] = "past") -> date:
    """Read a date: "3/4/26", "3 April", "3rd Apr 2026", "2026-04-03", "21 11 2026", "030426", "yesterday", "Friday".

    `today` is the date in London. `towards` says on which side of today a date without its year, or a weekday,
    lies; a weekday's name never means today. A weekday given with a date must agree with it.
    Raises `Invalid` (field "") in plain words. A future date is no error here: see `not_in_future`.
    """
    if len(text) > 60 or "\x00" in text:
        raise Invalid(_HOW)
    plain = " ".join(text.casefold().split()).strip(" .,")
    if not plain:
        raise Invalid(_HOW)
    worded = _worded(plain, today, towards)
    if worded is not None:
        return worded
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", plain)
    if iso:
        return make_date(int(iso[3]), int(iso[2]), int(iso[1]))
    words = _SEPARATORS.sub(" ", _NOISE.sub(" ", _ORDINAL.sub(r"\1", plain))).strip()
    words = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", words)
    parts = words.split()
    said = _weekday(parts[0]) if parts else None
    if said is not None:
        parts = parts[1:]
    found = _from_parts(parts, today, towards)
    if said is not None and found.weekday() != said:
        raise Invalid(f"{show_date(found)} was not a {WEEKDAYS[said].capitalize()}. Check the day.")
    return found


def _from_parts(parts: list[str], today: date, towards: Literal["past", "future"]) -> date:
    if len(parts) == 1 and re.fullmatch(r"\d{6}|\d{8}", parts[0]):
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) == 3 and len(parts[0]) == 4 and all(part.isdecimal() for part in parts):
        parts = parts[::-1]
    if len(parts) in (2, 3) and not parts[0].isdecimal() and parts[1].isdecimal() and len(parts[1]) <= 2:
        parts = [parts[1], parts[0], *parts[2:]]
    if len(parts) not in (2, 3) or not parts[0].isdecimal() or len(parts[0]) > 2:
        raise Invalid(_HOW)
    day, month = int(parts[0]), _month(parts[1])
    if month is None:
        raise Invalid(_HOW)
    if len(parts) == 2:
        return _without_year(day, month, today, towards)
    if not re.fullmatch(r"\d{2}|\d{4}", parts[2]):
        raise Invalid("Enter the year with four digits, like 2026.")
    year = int(parts[2])
    return make_date(day, month, _full_year(year, today) if len(parts[2]) == 2 else year)


def not_in_future(day: date, today: date) -> date:
    """Return `day`, or raise `Invalid` where it is after `today`."""
    if day > today:
        raise Invalid(f"{show_date(day)} is in the future. Check the day, month and year.")
    return day


def not_in_past(day: date, today: date) -> date:
    """Return `day`, or raise `Invalid` where it is before `today`."""
    if day < today:
        raise Invalid(f"{show_date(day)} is in the past. Check the day, month and year.")
    return day


def not_after_2199(day: date) -> date:
    """Return `day`, or raise `Invalid` where it is after 2199: a slip, and near the last day that can be counted from."""
    if day > _LATEST:
        raise Invalid("The year must be 2199 or earlier.")
    return day


def not_before_1900(day: date) -> date:
    """Return `day`, or raise `Invalid` where it is before 1900."""
    if day < _EARLIEST:
        raise Invalid("The year must be 1900 or later.")
    return day


def parse_time(text: str) -> time:
    """Read a time of day: "21:58", "9.30pm", "2158", "9pm", "midday".

    Raises `Invalid` (field "") in plain words, also for a bare hour up to 12 ("9"), which may be morning or evening.
    """
    plain = " ".join(text.casefold().split()) if len(text) <= 30 else ""
    plain = re.sub(r"^(at|about|around|~) ?", "", plain).rstrip(".").replace(".m", "m")
    named = {
        "midnight": time(0),
        "noon": time(12),
        "midday": time(12),
        "12 noon": time(12),
        "12 midnight": time(0),
    }
    if plain in named:
        return named[plain]
    found = _TIME.fullmatch(plain)
    if not found or (found[3] and found[2] is None) or not plain.isascii():
        raise Invalid(_HOW_TIME)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[4] or "")[:1]
    if half == "h":
        half = ""
    elif half and not 1 <= hour <= 12:
        raise Invalid(f"{plain} is not a time. {_HOW_TIME}")
    if found[2] is None and not half and hour <= 12:
        raise Invalid(f"Say whether {hour} is morning or evening: {hour or 12}am or {hour or 12}pm.")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or int(found[3] or 0) > 59:
        raise Invalid(f"{plain} is not a time. {_HOW_TIME}")
    return time(hour, minute, int(found[3] or 0))


def moment(day: date, at: time) -> datetime:
    """Return the UTC moment of a London date and time. Raises `Invalid` for the hour that March skips."""
    if not exists_in_london(day, at):
        raise Invalid(f"The clocks went forward on {show_date(day)}: there was no {at:%H:%M}.")
    return from_london(day, at)
