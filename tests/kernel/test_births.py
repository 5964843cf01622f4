"""A birth is known by day, month, year or age; whether somebody is a child may be unknown, and says so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.kernel.births import Birth, BirthPrecision, age, birth_date, years_before
from sentinel.kernel.errors import Invalid

TODAY = date(2026, 11, 21)
births = st.dates(date(1900, 1, 1), TODAY)
BAD = "Enter a date of birth"


def is_a_sentence(error: Invalid) -> None:
    """Fail where an error is not said in words."""
    assert error.message[:1].isupper() or error.message[:1].isdigit()
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("typed", "earliest", "latest", "precision"),
    [
        ("3/4/56", date(1956, 4, 3), date(1956, 4, 3), BirthPrecision.DAY),
        ("3 April 1956", date(1956, 4, 3), date(1956, 4, 3), BirthPrecision.DAY),
        ("1956-04-03", date(1956, 4, 3), date(1956, 4, 3), BirthPrecision.DAY),
        ("030456", date(1956, 4, 3), date(1956, 4, 3), BirthPrecision.DAY),
        ("3/4/26", date(2026, 4, 3), date(2026, 4, 3), BirthPrecision.DAY),
        ("3/12/26", date(1926, 12, 3), date(1926, 12, 3), BirthPrecision.DAY),
        ("3/4/30", date(1930, 4, 3), date(1930, 4, 3), BirthPrecision.DAY),
        ("April 1956", date(1956, 4, 1), date(1956, 4, 30), BirthPrecision.MONTH),
        ("4/1956", date(1956, 4, 1), date(1956, 4, 30), BirthPrecision.MONTH),
        ("Dec 1956", date(1956, 12, 1), date(1956, 12, 31), BirthPrecision.MONTH),
        ("November 2026", date(2026, 11, 1), TODAY, BirthPrecision.MONTH),
        ("1956", date(1956, 1, 1), date(1956, 12, 31), BirthPrecision.YEAR),
        ("2026", date(2026, 1, 1), TODAY, BirthPrecision.YEAR),
        ("70", date(1955, 11, 22), date(1956, 11, 21), BirthPrecision.AGE),
        ("aged 70", date(1955, 11, 22), date(1956, 11, 21), BirthPrecision.AGE),
        ("70 years old", date(1955, 11, 22), date(1956, 11, 21), BirthPrecision.AGE),
        ("70 yrs", date(1955, 11, 22), date(1956, 11, 21), BirthPrecision.AGE),
        ("0", date(2025, 11, 22), TODAY, BirthPrecision.AGE),
        ("about 70", date(1950, 11, 22), date(1961, 11, 21), BirthPrecision.ABOUT),
        ("70ish", date(1950, 11, 22), date(1961, 11, 21), BirthPrecision.ABOUT),
        ("in his 70s", date(1946, 11, 22), date(1956, 11, 21), BirthPrecision.ABOUT),
        ("late 60s", date(1956, 11, 22), date(1959, 11, 21), BirthPrecision.ABOUT),
        ("mid-20s", date(1999, 11, 22), date(2002, 11, 21), BirthPrecision.ABOUT),
        ("about 3", date(2021, 11, 22), date(2024, 11, 21), BirthPrecision.ABOUT),
    ],
)
def test_a_birth_is_read_as_it_is_known(
    typed: str, earliest: date, latest: date, precision: BirthPrecision
) -> None:
    assert birth_date(typed, TODAY) == Birth(earliest, latest, precision)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12/12/2030", "12 December 2030 is in the future"),
        ("December 2026", "December 2026 is in the future"),
        ("2027", "2027 is in the future"),
        ("3/4/1899", "1900 or later"),
        ("1850", "1900 or later"),
        ("150", "nobody is that old"),
        ("31/2/56", "31 February 1956 is not a real date"),
        ("4/13/56", "no month 13"),
        ("3 April", BAD),
        ("yesterday", BAD),
        ("Friday", BAD),
        ("", BAD),
        ("young", BAD),
        ("1956\x00", BAD),
        ("x" * 100, BAD),
        ("13/1956", BAD),
        ("Smarch 1956", BAD),
    ],
)
def test_an_impossible_birth_is_answered_in_plain_words(typed: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        birth_date(typed, TODAY)


@given(births)
def test_a_day_of_birth_is_read_back_with_its_year(born: date) -> None:
    for typed in (born.isoformat(), f"{born:%d/%m/%Y}", f"{born.day} {born:%B %Y}"):
        assert birth_date(typed, TODAY).day == born


@given(st.text(max_size=70))
def test_whatever_is_typed_is_a_birth_or_refused(typed: str) -> None:
    try:
        born = birth_date(typed, TODAY)
    except Invalid as error:
        is_a_sentence(error)
        return
    assert date(1900, 1, 1) <= born.earliest <= born.latest <= TODAY


@given(births)
def test_an_age_given_back_as_an_age_holds_the_birth(born: date) -> None:
    years = age(born, TODAY)
    for typed in (str(years), f"about {years}", str(born.year), f"{born:%B %Y}"):
        known = birth_date(typed, TODAY)
        assert known.earliest <= born <= known.latest, typed


@given(births, births)
def test_age_grows_by_one_in_a_year_at_the_most(born: date, on: date) -> None:
    assert 0 <= age(born, on + timedelta(days=365)) - age(born, on) <= 1


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2008, 11, 22), TODAY, 17),
        (date(2008, 11, 21), TODAY, 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 11, 21), TODAY, 0),
    ],
)
def test_an_age_is_reached_on_the_birthday(born: date, on: date, years: int) -> None:
    assert age(born, on) == years


def test_the_same_day_years_before_a_leap_day_is_the_first_of_march() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 3, 1)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("typed", "under_18", "under_10"),
    [
        ("22/11/2008", True, False),
        ("21/11/2008", False, False),
        ("17", True, False),
        ("18", False, False),
        ("about 18", None, False),
        ("2008", None, False),
        ("November 2008", None, False),
        ("9", True, True),
        ("10", True, False),
        ("about 9", True, None),
        ("in her 20s", False, False),
    ],
)
def test_whether_somebody_is_a_child_is_yes_no_or_unknown(
    typed: str, under_18: bool | None, under_10: bool | None
) -> None:
    born = birth_date(typed, TODAY)
    assert born.is_under(18, TODAY) is under_18
    assert born.is_under(10, TODAY) is under_10


@given(births, births, births, st.integers(1, 100))
def test_unknown_is_said_exactly_where_the_two_ends_disagree(
    one: date, other: date, on: date, years: int
) -> None:
    born = Birth(min(one, other), max(one, other), BirthPrecision.ABOUT)
    ends = {age(born.earliest, on) < years, age(born.latest, on) < years}
    assert born.is_under(years, on) is (ends.pop() if len(ends) == 1 else None)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("3/4/56", "3 April 1956 (age 70)"),
        ("April 1956", "April 1956 (age 70)"),
        ("1956", "1956 (age 69 to 70)"),
        ("70", "age 70"),
        ("about 70", "age 65 to 75"),
    ],
)
def test_a_birth_is_shown_no_more_exactly_than_it_is_known(typed: str, shown: str) -> None:
    assert birth_date(typed, TODAY).show(TODAY) == shown


def test_only_a_whole_date_has_a_day() -> None:
    assert birth_date("3/4/56", TODAY).day == date(1956, 4, 3)
    assert birth_date("1956", TODAY).day is None
