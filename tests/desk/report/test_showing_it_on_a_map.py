"""Where it happened, shown on a map: what lies there is asked by post, answered from open data alone, and written into the form."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.test import Client

from sentinel.audit.models import Entry
from sentinel.foundation.jobs import state_actor
from tests.desk.place.making import LAT, LON
from tests.places.data import add_boundary, add_point, add_postcode
from tests.support import actor, signed_in

DAWN = "dawn.ashby@charnwood.example"
NEAR, STREETS = "/reports/take/near", "/reports/take/streets"


@pytest.fixture
def client(transactional_db: None, database_urls: dict[str, str]) -> Client:
    add_postcode(database_urls, "LE11 1AA", LAT, LON)
    add_postcode(database_urls, "LE11 9ZZ", LAT + 0.005, LON)
    add_postcode(database_urls, "LE11 2XX", LAT, LON, source="Demonstration")
    add_point(database_urls, "Lark Road", LAT + 0.001, LON)
    add_point(database_urls, "Lark Road", LAT + 0.0005, LON)
    add_point(database_urls, "O'Hara <b>Way</b>", LAT, LON + 0.002)
    add_point(database_urls, "Elsewhere Street", LAT + 0.3, LON, outside=True)
    return signed_in(DAWN)


def lying_at(client: Client, **point: object) -> str:
    answer = client.post(NEAR, point)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_nearest_streets_and_postcodes_are_offered_nearest_first_as_one_would_write_them(
    client: Client,
) -> None:
    html = lying_at(client, latitude=LAT, longitude=LON)
    order = [
        'data-words="LE11 1AA"',
        'data-words="Lark Road, LE11 1AA"',
        'data-words="O&#39;Hara',
        'data-words="LE11 9ZZ"',
    ]
    assert sorted(order, key=html.index) == order
    assert html.count("Lark Road, LE11 1AA") == 2, "once in the words, once to be written"
    assert "about 56 metres away" in html
    assert "LE11 2XX" not in html, "an invented postcode lies nowhere"
    assert "<b>" not in html


def test_what_is_chosen_is_understood_by_the_form(client: Client) -> None:
    answer = client.post("/reports/take/known", {"q-where": "Lark Road, LE11 1AA", "r-submission": ""})
    assert "LE11 1AA, the postcode" in answer.content.decode()


@pytest.mark.parametrize(
    "point",
    [{}, {"latitude": "north", "longitude": LON}, {"latitude": "nan", "longitude": LON}, {"latitude": 91, "longitude": 0},
     {"latitude": 40.4, "longitude": -3.7}, {"latitude": LAT + 1, "longitude": LON}],
)  # fmt: skip
def test_a_point_that_is_none_or_where_nothing_is_known_is_told_so(
    client: Client, point: dict[str, object]
) -> None:
    assert "No street or postcode is known there." in lying_at(client, **point)


def test_streets_in_view_are_named_and_none_where_too_much_is_in_view(client: Client) -> None:
    def view(size: float) -> list[str]:
        box = {"south": LAT - size, "north": LAT + size, "west": LON - size, "east": LON + size}
        found = json.loads(client.post(STREETS, box).content)["features"]
        return [one["properties"]["name"] for one in found]

    assert view(0.01) == ["Lark Road", "O'Hara <b>Way</b>"]
    assert view(0.4) == []
    assert json.loads(client.post(STREETS, {"south": "x"}).content)["features"] == []


@pytest.mark.parametrize("address", [NEAR, STREETS])
def test_it_is_posted_by_who_takes_reports_and_nothing_of_it_is_written_down(
    client: Client, address: str
) -> None:
    assert client.get(address).status_code == 405
    assert signed_in("ravi.desai@police.example").post(address, {}).status_code == 403
    auditor = actor("ravi.desai@police.example")
    client.post(address, {"latitude": LAT, "longitude": LON})
    with transaction.atomic():
        state_actor(auditor)
        assert not Entry.objects.filter(kind="search").exists()


def test_the_map_is_offered_only_where_it_would_show_something(
    client: Client, database_urls: dict[str, str]
) -> None:
    assert "Show it on a map" not in client.get("/reports/take").content.decode()
    add_boundary(database_urls, "E07000130", (LON - 1, LAT - 1, LON + 1, LAT + 1))
    page = client.get("/reports/take")
    assert "Show it on a map" in page.content.decode()
    assert "sentinel/map" in page.content.decode()
    assert '<script type="module" src="/static/sentinel/map' not in page.content.decode(), (
        "brought when it is opened"
    )
