"""While a report is taken: what has happened near the postcode or street that was typed, live and by the form's own step."""

from __future__ import annotations

import pytest
from django.test import Client

from sentinel.kernel.ids import new_id
from sentinel.places.geometry import cell_of
from tests.desk.place.making import LAT, LON, neighbourhood
from tests.places.data import add_postcode
from tests.support import signed_in

DAWN = "dawn.ashby@charnwood.example"
ANONYMOUS = "It is anonymised, and says nothing of this address."


@pytest.fixture
def client(transactional_db: None, database_urls: dict[str, str]) -> Client:
    neighbourhood(database_urls)
    add_postcode(database_urls, "LE11 1AA", LAT, LON, "E07000130")
    return signed_in(DAWN)


def asked(client: Client, where: str, *, live: bool, **more: str) -> str:
    """The page or panel after `where` was typed."""
    said = {"r-submission": str(new_id()), "q-where": where, "do": "known", **more}
    answer = client.post("/reports/take/known" if live else "/reports/take", said)
    assert answer.status_code in {200, 422}, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("live", [True, False])
def test_a_postcode_shows_the_neighbourhood_by_month_with_the_link(client: Client, live: bool) -> None:
    html = asked(client, "LE11 1AA", live=live)
    assert "7 incidents within about 500 metres from May 2021 to July 2021" in html
    assert "the most were 5, in June 2021" in html
    assert f'href="/areas/{cell_of(LAT, LON)}"' in html
    assert 'class="s-spark"' in html
    assert ANONYMOUS in html


@pytest.mark.parametrize("live", [True, False])
def test_the_only_street_of_its_name_shows_its_own(client: Client, live: bool) -> None:
    html = asked(client, "Lark Road", live=live)
    assert "2 incidents on or near this street" in html
    assert 'href="/streets/lark-road/E01000001"' in html


@pytest.mark.parametrize("live", [True, False])
def test_a_street_name_that_many_bear_offers_a_choice_and_shows_the_chosen_one(
    client: Client, live: bool
) -> None:
    html = asked(client, "Sparrow Lane", live=live)
    assert "2 streets here are called Sparrow Lane." in html
    assert "s-spark" not in html, "which street is meant is not known yet"
    assert "Choose which place it is." in html.partition('id="known-short"')[2].partition("</span>")[0]
    chosen = asked(client, "Sparrow Lane", live=live, **{"r-place_choice": "street:E01000002:sparrow lane"})
    assert "9 incidents on or near this street" in chosen
    assert "Choose which place" not in chosen
    assert 'href="/streets/sparrow-lane/E01000002"' in chosen


@pytest.mark.parametrize("live", [True, False])
def test_a_postcode_that_does_not_exist_is_said_so(client: Client, live: bool) -> None:
    html = asked(client, "LE11 9ZZ", live=live)
    assert "LE11 9ZZ is not in the postcode directory." in html
    assert "s-spark" not in html


def test_where_nothing_happened_that_is_said(client: Client, database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE15 6AA", 52.67, -0.73)
    html = asked(client, "LE15 6AA", live=True)
    assert "No incident within about 500 metres in the police’s open data, May 2021 to July 2021." in html


def test_open_data_never_suggests_that_it_is_ongoing(client: Client) -> None:
    html = asked(client, "14 Sparrow Lane, LE11 1AA", live=True)
    assert "7 incidents within about 500 metres" in html
    assert "known at this address" not in html
