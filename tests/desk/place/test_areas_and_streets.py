"""Areas and streets: open data by month, by part and by street. No case is counted on them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from sentinel.desk.place.maps import band_of
from sentinel.places.geometry import cell_of
from tests.desk.case.counting import statements
from tests.desk.place.making import DISTRICT, LAT, LON, LSOA, WARD, cases_here, neighbourhood
from tests.places.data import add_boundary, add_incidents, add_point, add_postcode, loaded
from tests.support import PRIYA, signed_in
from tests.web.checks import faults


@pytest.fixture
def urls(transactional_db: None, database_urls: dict[str, str]) -> dict[str, str]:
    neighbourhood(database_urls)
    return database_urls


def page(address: str, status: int = 200) -> str:
    answer = signed_in(PRIYA).get(address)
    assert answer.status_code == status, address
    html = answer.content.decode()
    assert faults(html) == []
    return html


def main_of(address: str) -> str:
    """What a page says itself: what stands around it counts other things and tells the time."""
    return page(address).split("<main")[1].split("</main>")[0]


def test_all_areas_lead_to_the_districts_with_their_figures(urls: dict[str, str]) -> None:
    html = page("/areas/")
    assert '<a href="/areas/E07000130">Charnwood</a></th><td class="s-number">7</td>' in html
    assert '<a href="/areas/E07000133">Melton</a></th><td class="s-number">9</td>' in html
    assert "May 2021 to July 2021" in html


def test_a_district_tells_its_months_wards_and_streets(urls: dict[str, str]) -> None:
    html = page(f"/areas/{DISTRICT}")
    assert "7 incidents in this area, May 2021 to July 2021." in html
    assert f'<a href="/areas/{WARD}">Storer</a></th><td class="s-number">7</td>' in html
    assert (
        '<a href="/streets/sparrow-lane/E01000001">Sparrow Lane</a></th><td class="s-number">5</td>' in html
    )
    assert "Lark Road" in html
    assert f"/cases/?area={DISTRICT}" in html


@pytest.mark.parametrize("code", [WARD, LSOA, cell_of(LAT, LON)])
def test_wards_small_areas_and_cells_have_a_page_that_leads_up(urls: dict[str, str], code: str) -> None:
    html = page(f"/areas/{code}")
    assert "7 incidents in this area" in html
    assert f'<a href="/areas/{DISTRICT}">Charnwood</a>' in html


def test_a_cell_is_called_after_the_postcodes_near_it(urls: dict[str, str]) -> None:
    add_postcode(urls, "LE11 1AA", LAT, LON)
    assert "<h1>The neighbourhood near LE11 1</h1>" in page(f"/areas/{cell_of(LAT, LON)}")


def test_an_area_that_nobody_loaded_is_not_there(urls: dict[str, str]) -> None:
    client = signed_in(PRIYA)
    for code in ("E05999999", "nonsense", "8" * 15, "%00"):
        assert client.get(f"/areas/{code}").status_code == 404, code
        assert client.get(f"/areas/{code}/map").status_code == 404, code


def test_no_case_is_counted_on_an_area_or_street(urls: dict[str, str]) -> None:
    addresses = (f"/areas/{DISTRICT}", "/streets/sparrow-lane/E01000001", "/areas/")
    before = [main_of(one) for one in addresses]
    cases_here(2)
    assert [main_of(one) for one in addresses] == before


def test_what_is_drawn_are_the_loaded_outlines_else_cells(urls: dict[str, str]) -> None:
    client = signed_in(PRIYA)
    cells = client.get("/areas/E07000133/map").json()["features"]
    assert [one["properties"]["count"] for one in cells] == [9]
    add_boundary(urls, DISTRICT, (-1.3, 52.7, -1.1, 52.8))
    drawn = client.get("/areas/map").json()["features"]
    assert [(one["properties"]["name"], one["properties"]["count"]) for one in drawn] == [("Charnwood", 7)]
    own = client.get(f"/areas/{DISTRICT}/map").json()["features"][-1]
    assert own["properties"]["here"]
    assert own["geometry"]["coordinates"][0][0] == [-1.3, 52.7]
    assert len(json.dumps(drawn)) < 10_000


def test_a_street_has_its_months_and_its_place_among_areas(urls: dict[str, str]) -> None:
    html = page("/streets/sparrow-lane/E01000001")
    assert "5 incidents on or near this street" in html
    for words in ("Storer", "Charnwood", 'href="/streets/sparrow-lane"', "never for an address"):
        assert words in html
    drawn = signed_in(PRIYA).get("/streets/sparrow-lane/E01000001/map").json()["features"]
    assert drawn[-1]["properties"]["name"] == "Sparrow Lane"


def test_a_name_that_many_streets_bear_offers_a_choice_and_near_sorts_it(urls: dict[str, str]) -> None:
    html = page("/streets/sparrow-lane")
    assert "Sparrow Lane: which one?" in html
    assert html.index("Storer, Charnwood") < html.index("Melton")
    near = page("/streets/sparrow-lane?near=Melton")
    assert near.index("Sparrow Lane, Melton") < near.index("Storer")


def test_more_streets_of_a_name_than_are_shown_are_counted_and_found_by_their_town(
    urls: dict[str, str],
) -> None:
    for number in range(118):
        add_point(
            urls, "Main Street", 52.4 + number / 300, -1.0, f"E0102{number:04d}", f"Harborough {number:03d}B", "E07000131"
        )  # fmt: skip
    client = signed_in(PRIYA)
    client.get("/help/")
    with statements() as ran:
        html = client.get("/streets/main-street").content.decode()
    assert "98 more streets of this name are not shown." in html
    assert ran.count <= 15, "\n".join(ran.sql)


def test_the_only_street_of_a_name_is_gone_to(urls: dict[str, str]) -> None:
    answer = signed_in(PRIYA).get("/streets/lark-road")
    assert answer.status_code == 302
    assert answer["Location"] == "/streets/lark-road/E01000001"


def test_a_street_that_nobody_knows_is_not_there(urls: dict[str, str]) -> None:
    client = signed_in(PRIYA)
    for address in (
        "/streets/nowhere-street", "/streets/lark-road/E09999999", "/streets/lark-road/E09999999/map", "/streets/%00", "/cases/%00", "/reports/%00",
    ):  # fmt: skip
        assert client.get(address).status_code in {400, 404}, address
    assert "No street of this name" in page("/streets/nowhere-street?near=Melton")


def test_without_a_lookup_the_small_areas_of_the_file_still_have_a_page(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    point = add_point(database_urls, "Lark Road", LAT, LON, LSOA, "Charnwood 001A", DISTRICT)
    add_incidents(database_urls, point, date(2021, 6, 1), 2)
    assert "2 incidents" in page(f"/areas/{LSOA}")
    assert "Charnwood" in page(f"/streets/lark-road/{LSOA}")


def test_before_anything_is_imported_the_pages_say_how(transactional_db: None) -> None:
    assert "No open data has been imported" in page("/areas/")
    assert "No open data has been imported" in page(f"/areas/{DISTRICT}")


def test_a_month_between_that_was_not_imported_is_not_called_empty(urls: dict[str, str]) -> None:
    loaded(urls, date(2021, 9, 1))
    html = page(f"/areas/{DISTRICT}")
    assert "August 2021: not loaded" in html
    assert "n/a: no file has been imported for that month." in html


@pytest.mark.parametrize("address", ["/areas/", f"/areas/{DISTRICT}", f"/areas/{WARD}", f"/areas/{LSOA}",
                                     f"/areas/{cell_of(LAT, LON)}", "/streets/sparrow-lane/E01000001",
                                     f"/areas/{DISTRICT}/map", "/areas/map"])  # fmt: skip
def test_fifteen_queries_at_most(urls: dict[str, str], address: str) -> None:
    client = signed_in(PRIYA)
    client.get("/help/")
    with statements() as ran:
        assert client.get(address).status_code == 200
    assert ran.count <= 15, "\n".join(ran.sql)


@pytest.mark.parametrize(("count", "band"), [(0, 0), (1, 1), (25, 1), (26, 2), (60, 3), (100, 4)])
def test_shading_goes_by_the_share_of_the_highest(count: int, band: int) -> None:
    assert band_of(count, 100) == band
