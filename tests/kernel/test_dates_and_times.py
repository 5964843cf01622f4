"""Dates and times are read as people type them, and what is impossible or unclear is said."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.clock import show_date, utc
from sentinel.kernel.dates import (
    WEEKDAYS,
    make_date,
    moment,
    not_after_2199,
    not_before_1900,
    not_in_future,
    not_in_past,
    parse_date,
    parse_time,
)
from sentinel.kernel.errors import Invalid

TODAY = date(2026, 11, 21)  # a Saturday
days = st.dates(date(1900, 1, 1), date(2036, 12, 31))


def is_a_sentence(error: Invalid) -> None:
    """Fail where an error is not said in words."""
    assert error.message[:1].isupper() or error.message[:1].isdigit()
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3/4/26", date(2026, 4, 3)),
        ("03/04/2026", date(2026, 4, 3)),
        ("3.4.26", date(2026, 4, 3)),
        ("3-4-2026", date(2026, 4, 3)),
        ("3 April", date(2026, 4, 3)),
        ("3rd April", date(2026, 4, 3)),
        ("the 3rd of April", date(2026, 4, 3)),
        ("3 Apr 2026", date(2026, 4, 3)),
        ("April 3", date(2026, 4, 3)),
        ("April 3, 2026", date(2026, 4, 3)),
        ("3apr26", date(2026, 4, 3)),
        ("3-Apr-26", date(2026, 4, 3)),
        ("5 sept 26", date(2026, 9, 5)),
        ("2026-04-03", date(2026, 4, 3)),
        ("2026/4/3", date(2026, 4, 3)),
        ("030426", date(2026, 4, 3)),
        ("03042026", date(2026, 4, 3)),
        ("21 11 2026", TODAY),
        ("Fri 3 April 2026", date(2026, 4, 3)),
        ("on Friday 3rd April", date(2026, 4, 3)),
        ("3/4/99", date(1999, 4, 3)),
        ("3/4/36", date(2036, 4, 3)),
        ("3/4/37", date(1937, 4, 3)),
        ("  3   April  2026. ", date(2026, 4, 3)),
    ],
)
def test_a_date_is_read_with_the_day_first(typed: str, day: date) -> None:
    assert parse_date(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        ("Today", TODAY),
        ("this morning", TODAY),
        ("yesterday", date(2026, 11, 20)),
        ("last night", date(2026, 11, 20)),
        ("the day before yesterday", date(2026, 11, 19)),
        ("tomorrow", date(2026, 11, 22)),
        ("Friday", date(2026, 11, 20)),
        ("fri", date(2026, 11, 20)),
        ("last Friday", date(2026, 11, 20)),
        ("on Friday", date(2026, 11, 20)),
        ("Saturday", date(2026, 11, 14)),
        ("Sunday", date(2026, 11, 15)),
        ("next Friday", date(2026, 11, 27)),
        ("two days ago", date(2026, 11, 19)),
        ("3 days ago", date(2026, 11, 18)),
        ("a week ago", date(2026, 11, 14)),
        ("2 weeks ago", date(2026, 11, 7)),
    ],
)
def test_a_day_is_read_in_words(typed: str, day: date) -> None:
    assert parse_date(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "past", "future"),
    [
        ("31 December", date(2025, 12, 31), date(2026, 12, 31)),
        ("1 January", date(2026, 1, 1), date(2027, 1, 1)),
        ("21 November", TODAY, TODAY),
        ("29 February", date(2024, 2, 29), date(2028, 2, 29)),
        ("Monday", date(2026, 11, 16), date(2026, 11, 23)),
        ("Saturday", date(2026, 11, 14), date(2026, 11, 28)),
    ],
)
def test_a_date_without_its_year_lies_on_the_side_that_is_meant(typed: str, past: date, future: date) -> None:
    assert parse_date(typed, TODAY) == past
    assert parse_date(typed, TODAY, towards="future") == future


@given(days, days)
def test_every_date_is_read_back_from_every_way_of_writing_it(day: date, today: date) -> None:
    for typed in (
        day.isoformat(),
        show_date(day),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d%m%Y}",
        f"{day:%a %d %b %Y}",
        f"{day:%B %d, %Y}",
    ):
        assert parse_date(typed, today) == day, typed


@given(days, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_one_of_the_seven_days_before_today_or_after(today: date, name: str) -> None:
    past = parse_date(name, today)
    future = parse_date(name, today, towards="future")
    assert timedelta(days=1) <= today - past <= timedelta(days=7)
    assert timedelta(days=1) <= future - today <= timedelta(days=7)
    assert WEEKDAYS[past.weekday()] == WEEKDAYS[future.weekday()] == name


@given(days, st.integers(1, 28), st.integers(1, 12))
def test_a_date_without_its_year_is_less_than_a_year_away(today: date, day: int, month: int) -> None:
    found = parse_date(f"{day}/{month}", today)
    assert timedelta(0) <= today - found < timedelta(days=366)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/2/26", "31 February 2026 is not a real date"),
        ("29/2/2026", "29 February 2026 is not a real date"),
        ("31 April", "31 April 2000 is not a real date"),
        ("4/13/26", "no month 13"),
        ("0/4/26", "not a real date"),
        ("Sat 3 April 2026", "was not a Saturday"),
        ("3/4/026", "four digits"),
        ("3", "Enter a date"),
        ("", "Enter a date"),
        ("hello", "Enter a date"),
        ("soon", "Enter a date"),
        ("3 Aprl", "Enter a date"),
        ("3 ma 2026", "Enter a date"),
        ("1/2/3/4", "Enter a date"),
        ("3/4/26\x00", "Enter a date"),
        ("9" * 100, "Enter a date"),
        ("32/1/26", "not a real date"),
    ],
)
def test_an_impossible_date_is_answered_in_plain_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_date(typed, TODAY)


@given(st.text(max_size=70))
def test_whatever_is_typed_is_a_date_or_refused(typed: str) -> None:
    try:
        assert isinstance(parse_date(typed, TODAY), date)
    except Invalid as error:
        is_a_sentence(error)


@given(st.from_regex(r"[0-9]{1,4}[/ .-][0-9a-z]{1,5}([/ .-][0-9]{1,5})?", fullmatch=True))
def test_whatever_looks_like_a_date_is_one_or_refused(typed: str) -> None:
    try:
        assert isinstance(parse_date(typed, TODAY), date)
    except Invalid as error:
        is_a_sentence(error)


@pytest.mark.parametrize(("day", "month", "year"), [(1, 0, 2026), (1, 13, 2026), (1, 1, 0), (30, 2, 2024)])
def test_impossible_numbers_make_no_date(day: int, month: int, year: int) -> None:
    with pytest.raises(Invalid):
        make_date(day, month, year)


def test_the_future_the_past_and_the_time_before_1900_are_checks_of_their_own() -> None:
    assert not_in_future(TODAY, TODAY) == not_in_past(TODAY, TODAY) == TODAY
    with pytest.raises(Invalid, match="22 November 2026 is in the future"):
        not_in_future(date(2026, 11, 22), TODAY)
    with pytest.raises(Invalid, match="20 November 2026 is in the past"):
        not_in_past(date(2026, 11, 20), TODAY)
    assert not_before_1900(date(1900, 1, 1)) == date(1900, 1, 1)
    with pytest.raises(Invalid, match="1900 or later"):
        not_before_1900(date(1899, 12, 31))
    assert not_after_2199(date(2199, 12, 31)) == date(2199, 12, 31)
    with pytest.raises(Invalid, match="2199 or earlier"):
        not_after_2199(date(2200, 1, 1))


def test_four_digits_are_the_year_itself() -> None:
    assert parse_date("1/1/0001", TODAY) == date(1, 1, 1)
    assert parse_date("1/1/01", TODAY) == date(2001, 1, 1)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("21:58", time(21, 58)),
        ("21.58", time(21, 58)),
        ("2158", time(21, 58)),
        ("0930", time(9, 30)),
        ("9.30pm", time(21, 30)),
        ("9:30 PM", time(21, 30)),
        ("9.30 p.m.", time(21, 30)),
        ("9pm", time(21)),
        ("9 am", time(9)),
        ("about 9pm", time(21)),
        ("at 9pm", time(21)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("12:30am", time(0, 30)),
        ("midday", time(12)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("13", time(13)),
        ("21h30", time(21, 30)),
        ("2158 hrs", time(21, 58)),
        ("21:58:30", time(21, 58, 30)),
        ("00:00", time(0)),
    ],
)
def test_a_time_is_read_as_typed(typed: str, at: time) -> None:
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9", "9am or 9pm"),
        ("12", "12am or 12pm"),
        ("25:00", "not a time"),
        ("12.60", "not a time"),
        ("13pm", "not a time"),
        ("0am", "not a time"),
        ("", "Enter a time"),
        ("evening", "Enter a time"),
        ("9:3", "Enter a time"),
        ("٩:٣٠", "Enter a time"),
        ("1" * 50, "Enter a time"),
    ],
)
def test_an_impossible_or_unclear_time_is_answered_in_plain_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        parse_time(typed)


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_every_time_is_read_back_from_every_way_of_writing_it(at: time) -> None:
    for typed in (f"{at:%H:%M}", f"{at:%H%M}", f"{at:%H.%M}", f"{at:%I:%M%p}".lower(), f"{at:%I.%M %p}"):
        assert parse_time(typed) == at, typed


@given(st.text(max_size=35))
def test_whatever_is_typed_is_a_time_or_refused(typed: str) -> None:
    try:
        assert isinstance(parse_time(typed), time)
    except Invalid as error:
        is_a_sentence(error)


def test_a_moment_is_a_london_date_and_time() -> None:
    assert moment(date(2026, 7, 1), time(21, 30)) == utc(2026, 7, 1, 20, 30)
    assert moment(date(2026, 1, 1), time(21, 30)) == utc(2026, 1, 1, 21, 30)


def test_a_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(Invalid, match="clocks went forward on 29 March 2026: there was no 01:30"):
        moment(date(2026, 3, 29), time(1, 30))
