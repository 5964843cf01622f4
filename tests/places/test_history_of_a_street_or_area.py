"""What open data tells, by month: of the neighbourhood, street or area, never of an address."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from sentinel.places.queries import (
    area_history,
    imported_period,
    nearby,
    street_history,
)
from tests.places.data import add_incidents, add_point, loaded
from tests.support import acting

PRIYA = "priya.nair@charnwood.example"
JUNE, JULY, AUGUST = date(2021, 6, 1), date(2021, 7, 1), date(2021, 8, 1)


@pytest.fixture
def data(transactional_db: None, database_urls: dict[str, str]) -> dict[str, str]:
    here = add_point(
        database_urls, "Sparrow Lane", 52.7700, -1.2000, "E01000001", "Charnwood 001A", "E07000130"
    )
    close = add_point(
        database_urls, "Lark Road", 52.7705, -1.2010, "E01000001", "Charnwood 001A", "E07000130"
    )
    far = add_point(database_urls, "Sparrow Lane", 52.9000, -0.9000, "E01000002", "Melton 001A", "E07000133")
    add_incidents(database_urls, here, JUNE, 3)
    add_incidents(database_urls, close, AUGUST, 2)
    add_incidents(database_urls, far, JUNE, 7)
    loaded(database_urls, JULY)
    return database_urls


def test_nearby_counts_the_neighbourhood_and_not_the_rest(data: dict[str, str]) -> None:
    with transaction.atomic():
        found = nearby(acting(PRIYA), 52.7701, -1.2001)
    assert [(m.month, m.count) for m in found.months] == [(JUNE, 3), (JULY, 0), (AUGUST, 2)]
    assert found.total == 5


def test_streets_of_one_name_are_counted_apart(data: dict[str, str]) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        assert street_history(me, "sparrow ln", "E01000001").total == 3
        assert street_history(me, "Sparrow Lane", "E01000002").total == 7
        assert street_history(me, "Sparrow Lane").total == 10


def test_a_district_and_a_small_area_are_counted(data: dict[str, str]) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        assert area_history(me, "district", "E07000130").total == 5
        assert area_history(me, "lsoa", "E01000002").total == 7


def test_only_the_last_months_are_counted(data: dict[str, str]) -> None:
    with transaction.atomic():
        found = area_history(acting(PRIYA), "district", "E07000130", months=1)
    assert [(m.month, m.count) for m in found.months] == [(AUGUST, 2)]


def test_a_month_that_was_not_imported_is_not_called_quiet(data: dict[str, str]) -> None:
    loaded(data, date(2021, 10, 1))
    with transaction.atomic():
        found = area_history(acting(PRIYA), "district", "E07000130")
    assert [(m.month.month, m.loaded) for m in found.months] == [
        (6, True),
        (7, True),
        (8, True),
        (9, False),
        (10, True),
    ]


def test_the_period_that_was_imported_is_known(data: dict[str, str]) -> None:
    with transaction.atomic():
        assert imported_period(acting(PRIYA)) == (JUNE, AUGUST)


def test_without_imports_the_history_is_empty(transactional_db: None) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        found = nearby(me, 52.77, -1.2)
        assert (found.total, found.since, found.most, imported_period(me)) == (0, None, 0, None)
