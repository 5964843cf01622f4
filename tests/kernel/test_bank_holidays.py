"""England's bank holidays: as published, then by the yearly rule."""

from __future__ import annotations

import socket
from datetime import date, timedelta

import pytest

from sentinel.kernel.bank_holidays import (
    FORESEEN_UNTIL,
    easter_sunday,
    england_bank_holidays,
    published_bank_holidays,
    usual_bank_holidays,
)

# Years in which a holiday was moved or added by proclamation, which no rule foresees.
PROCLAIMED = {2012, 2020, 2022, 2023}


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)],
)
def test_easter_falls_where_the_almanac_has_it(year: int, month: int, day: int) -> None:
    assert easter_sunday(year) == date(year, month, day)


def test_easter_is_a_sunday_between_its_bounds_in_every_year() -> None:
    for year in range(1900, 2200):
        easter = easter_sunday(year)
        assert easter.weekday() == 6
        assert date(year, 3, 22) <= easter <= date(year, 4, 25)


def test_the_rule_gives_what_was_published_for_every_ordinary_year() -> None:
    published = published_bank_holidays()
    for year in range(min(published).year, max(published).year + 1):
        if year not in PROCLAIMED:
            assert usual_bank_holidays(year) == {day for day in published if day.year == year}, year


def test_an_ordinary_year_has_eight_holidays_none_at_a_weekend() -> None:
    for year in range(1990, 2100):
        holidays = usual_bank_holidays(year)
        assert len(holidays) == 8, year
        assert all(day.weekday() < 5 for day in holidays), year


@pytest.mark.parametrize(
    "day",
    [
        date(2022, 9, 19),  # the state funeral
        date(2023, 5, 8),  # the coronation
        date(2020, 5, 8),  # moved to Victory in Europe Day
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2021, 12, 28),
    ],
)
def test_holidays_are_known(day: date) -> None:
    assert day in england_bank_holidays()


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 3, 17),  # Northern Ireland
        date(2026, 11, 30),  # Scotland
        date(2026, 1, 2),  # Scotland
        date(2020, 5, 4),  # moved away
        date(2026, 4, 5),  # Easter Sunday is none
    ],
)
def test_what_is_no_holiday_in_england_is_none(day: date) -> None:
    assert day not in england_bank_holidays()


def test_holidays_are_foreseen_beyond_the_published_list() -> None:
    holidays = england_bank_holidays()
    assert max(holidays).year == FORESEEN_UNTIL
    for year in range(max(published_bank_holidays()).year + 1, FORESEEN_UNTIL + 1):
        assert easter_sunday(year) + timedelta(days=1) in holidays


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("The network was asked.")

    monkeypatch.setattr(socket, "socket", refuse)
    published_bank_holidays.cache_clear()
    england_bank_holidays.cache_clear()
    assert date(2026, 12, 25) in england_bank_holidays()
