"""What stands in a cell becomes something to compare, whatever was typed, and never an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.matching.rules.levels import Day, Kind, Name
from sentinel.matching.rules.values import address_of, day_of, is_nothing, name_of, order_of, value_of


@pytest.mark.parametrize("cell", ["", "  ", "unknown", "UNKNOWN", "N/A", "-", "?", "Not known", "null", "xx"])
def test_a_cell_that_says_nothing(cell: str) -> None:
    assert is_nothing(cell)
    assert day_of(cell, "dmy") is None
    assert name_of([cell], [cell], [cell]) is None
    assert value_of(Kind.TEXT, [cell]) is None


@pytest.mark.parametrize("cell", ["Na", "Noone", "0", "Ng"])
def test_a_cell_that_says_something_short(cell: str) -> None:
    assert not is_nothing(cell)


@pytest.mark.parametrize(
    "texts",
    [
        ["1956-04-03", "1988-12-29"],
        ["19560403", "19881229"],
        ["03/04/1956", "29/12/1988"],
        ["04/03/1956", "12/29/1988"],
        ["03/04/1956", "hello"],
        ["3 April 1956", ""],
        ["03.04.1956"],
    ],
)
def test_a_column_of_dates_says_its_order_and_is_british_where_it_does_not(texts: list[str]) -> None:
    assert day_of(texts[0], order_of(texts)) == Day("1956", "04", "03")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1956-04-03", "ymd", Day("1956", "04", "03")),
        ("19560403", "ymd", Day("1956", "04", "03")),
        ("3/4/1956", "dmy", Day("1956", "04", "03")),
        ("4/3/1956", "mdy", Day("1956", "04", "03")),
        ("3 April 1956", "dmy", Day("1956", "04", "03")),
        ("03-Sept-1956", "dmy", Day("1956", "09", "03")),
        ("1956-04-03T00:00:00", "ymd", Day("1956", "04", "03")),
        ("1956", "dmy", Day("1956", "", "")),
        ("April 1956", "dmy", Day("1956", "04", "")),
        ("1956-31-02", "ymd", Day("1956", "31", "02")),
        ("19q6-04-03", "ymd", Day("19q6", "04", "03")),
        ("1956-04-03", "dmy", Day("1956", "04", "03")),
    ],
)
def test_dates_of_birth_as_people_write_them(text: str, order: str, day: Day) -> None:
    assert day_of(text, order) == day


@pytest.mark.parametrize(
    ("given", "family", "whole", "name"),
    [
        ("Margaret", "Ellis", "", Name(("margaret",), ("ellis",))),
        ("Mrs", "Ellis", "", Name((), ("ellis",))),
        ("Sir Henry", "Ellis", "", Name(("henry",), ("ellis",))),
        ("", "", "Henry Arthur Ellis", Name(("henry", "arthur"), ("ellis",))),
        ("Henry", "Ellis", "Henry Arthur Ellis", Name(("henry", "arthur"), ("ellis",))),
        (
            "Henry",
            "Thurnby",
            "Henry Ellis, 1st Baron Ellis of Thurnby",
            Name(("henry", "ellis"), ("thurnby",)),
        ),
        ("O'Brien", "unknown", "", Name(("obrien",), ())),
        ("", "Smith-Jones", "", Name((), ("smith", "jones"))),
        ("Łukasz", "Müller", "", Name(("lukasz",), ("muller",))),
    ],
)
def test_names_as_people_write_them(given: str, family: str, whole: str, name: Name) -> None:
    assert name_of([given], [family], [whole]) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 Sparrow Lane", "14, sparrow ln."),
        ("Flat 2, 14 Sparrow Road", "Apt 2 14 Sparrow Rd"),
        ("12 A Tern St", "12a tern street"),
        ("St Mary's Close", "st marys cl"),
    ],
)
def test_one_address_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert address_of(one) == address_of(other)


def test_values_of_several_columns_are_kept_once_each() -> None:
    assert value_of(Kind.PHONE, ["01632 960142", "", "+441632960142"]) == ("+441632960142",)
    assert value_of(Kind.NUMBER, ["007"]) == ("7",)
    assert value_of(Kind.CATEGORY, ["Female"]) == value_of(Kind.CATEGORY, ["F"])


@given(st.text(max_size=80), st.sampled_from(["ymd", "dmy", "mdy"]))
def test_whatever_was_typed_is_read_without_an_error(text: str, order: str) -> None:
    day_of(text, order)
    name_of([text], [text[::-1]], [text])
    for kind in set(Kind) - {Kind.NAME, Kind.BIRTH}:
        value = value_of(kind, [text])
        assert value is None or all(value)
