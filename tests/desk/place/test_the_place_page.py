"""The page of a place: what its reader may see there, and what happened around it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from sentinel.kernel.ids import new_id
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, say_one_place
from sentinel.reports.operations import take_report
from sentinel.reports.telling import WhenGiven
from tests.access.world import strangers
from tests.desk.case.counting import statements
from tests.desk.case.opened import committed
from tests.desk.place.making import a_place, audited, cases_here, neighbourhood
from tests.reports.telling import MARGARET, telling
from tests.support import BACKEND, NOW, PRIYA, signed_in, user
from tests.web.checks import faults

KOFI = "kofi.mensah@soar-valley.example"
DAWN = "dawn.ashby@charnwood.example"
RAVI = "ravi.desai@police.example"
TITLE = "Threats and noise at 14 Sparrow Lane, Loughborough"


@pytest.fixture
def urls(transactional_db: None, database_urls: dict[str, str]) -> dict[str, str]:
    neighbourhood(database_urls)
    return database_urls


def page_of(client: Client, place_id: uuid.UUID) -> str:
    answer = client.get(f"/places/{place_id}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert faults(html) == []
    return html


def test_it_shows_the_cases_reports_people_and_history(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    report = committed(
        PRIYA, lambda priya: take_report(actor=priya, now=NOW, telling=telling(place_id=a_place(priya).id))
    )
    html = page_of(signed_in(PRIYA), case.place_id)
    for words in (
        TITLE, case.reference, report.reference, "Not assessed", "Incidents recorded here <strong>1</strong>",
        "7 incidents within about 500 metres, May 2021 to July 2021.", '<a href="/areas/E05000001">Storer</a>',
        'href="/streets/sparrow-lane?near=LE11"', "never for an address or anybody in it",
    ):  # fmt: skip
        assert words in html.replace("&#39;", "'"), words
    assert "<title>June 2021: 5</title>" in html
    assert "n/a" not in html, "May was imported and was empty"


def test_whoever_lives_there_is_named_to_whom_may_see_people(urls: dict[str, str]) -> None:
    def tell(priya):
        place = a_place(priya)
        take_report(
            actor=priya,
            now=NOW,
            telling=telling(place_id=place.id, caller=replace(MARGARET, lives_at=place.id)),
        )
        return place

    place = committed(PRIYA, tell)
    assert "Margaret Ellis" in page_of(signed_in(PRIYA), place.id)
    assert "Margaret Ellis" not in page_of(signed_in(DAWN), place.id), "a call taker looks at no people"


def test_a_stranger_learns_of_nothing_not_even_that_the_place_is_there(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    client = Client(headers={"host": "localhost"})
    client.force_login(strangers()["case_officer"], backend=BACKEND)
    there, absent = client.get(f"/places/{case.place_id}"), client.get(f"/places/{new_id()}")
    assert there.status_code == absent.status_code == 404
    assert len(there.content) == len(absent.content)
    for address in (f"/places/{case.place_id}/map", f"/places/{new_id()}/map"):
        assert client.get(address).status_code == 404


def test_who_may_only_know_is_told_a_desk_and_the_owner_sees_it_in_the_ledger(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    there, absent = (signed_in(KOFI).get(f"/places/{one}") for one in (case.place_id, new_id()))
    assert there.status_code == absent.status_code == 404, "nothing is told to who has nothing in hand here"
    assert len(there.content) == len(absent.content)
    committed(KOFI, lambda kofi: take_report(actor=kofi, now=NOW, telling=telling(place_id=case.place_id)))
    html = page_of(signed_in(KOFI), case.place_id)
    assert "Charnwood sharing desk" in html
    for secret in (TITLE, case.reference, str(case.id), "Not assessed", ">High<"):
        assert secret not in html, secret
    assert "Open cases <strong>0</strong>" in html
    assert signed_in(KOFI).get(f"/places/{case.place_id}/map").status_code == 200
    readers = signed_in(PRIYA).get(f"/cases/{case.reference}/readers").content.decode()
    assert "Soar Valley" in readers


def test_counts_tell_only_what_the_reader_may_see(urls: dict[str, str]) -> None:
    cases = cases_here(3)
    place = cases[0].place_id
    assert "Open cases <strong>3</strong>" in page_of(signed_in(PRIYA), place)
    committed(KOFI, lambda kofi: take_report(actor=kofi, now=NOW, telling=telling(place_id=place)))
    assert "Open cases <strong>0</strong>" in page_of(signed_in(KOFI), place)


def test_roles_without_places_are_refused_at_every_address_of_them(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    client = signed_in(RAVI)
    for address in (
        f"/places/{case.place_id}", f"/places/{case.place_id}/map", "/areas/", "/areas/map", "/areas/E07000130",
        "/areas/E07000130/map", "/streets/sparrow-lane", "/streets/sparrow-lane/E01000001",
        "/streets/sparrow-lane/E01000001/map",
    ):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_every_reading_is_in_the_audit_and_the_map_is_part_of_it(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    client = signed_in(PRIYA)
    page_of(client, case.place_id)
    client.get(f"/places/{case.place_id}/map")
    assert audited(urls, "view", "place") == [(user(PRIYA).id, str(case.place_id))]


def test_a_place_that_nobody_can_find_on_the_map_says_so(urls: dict[str, str]) -> None:
    def tell(priya):
        place = find_or_make_place(actor=priya, now=NOW, words="Rose Cottage, Nether Broughton")
        take_report(actor=priya, now=NOW, telling=telling(place_id=place.id))
        return place

    place = committed(PRIYA, tell)
    html = page_of(signed_in(PRIYA), place.id)
    assert "Nobody knows where this is on the map" in html
    assert 'id="map"' not in html
    assert signed_in(PRIYA).get(f"/places/{place.id}/map").json()["features"] == []


def test_the_map_has_the_place_and_the_cells_around_it_with_their_counts(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    answer = signed_in(PRIYA).get(f"/places/{case.place_id}/map")
    assert answer["Content-Type"] == "application/geo+json"
    features = answer.json()["features"]
    cells = [one for one in features if one["geometry"]["type"] == "Polygon"]
    points = [one for one in features if one["geometry"]["type"] == "Point"]
    assert len(cells) == 19
    assert sum(one["properties"]["count"] for one in cells) == 7
    assert [one["geometry"]["coordinates"] for one in points] == [[-1.2, 52.77]]
    first = cells[0]["geometry"]["coordinates"][0]
    assert first[0] == first[-1], "a ring is closed"
    assert first[0][0] < 0 < first[0][1], "the longitude comes first"


def test_tiles_are_asked_for_only_where_a_setting_names_them(urls: dict[str, str], settings) -> None:
    case = cases_here()[0]
    client = signed_in(PRIYA)
    without = client.get(f"/places/{case.place_id}")
    assert "data-tiles" not in without.content.decode()
    assert "img-src 'self';" in without["Content-Security-Policy"]
    settings.MAP_TILES = "https://tiles.example/{z}/{x}/{y}.png"
    having = client.get(f"/places/{case.place_id}")
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in having.content.decode()
    assert "img-src 'self' https://tiles.example;" in having["Content-Security-Policy"]
    assert "tiles.example" not in client.get("/cases/")["Content-Security-Policy"]


def test_old_incidents_are_not_of_the_last_twelve_months(urls: dict[str, str]) -> None:
    def tell(priya):
        place = a_place(priya)
        old = NOW - timedelta(days=500)
        take_report(
            actor=priya, now=NOW,
            telling=telling(place_id=place.id, when=WhenGiven(start=old, end=old, precision="day")),
        )  # fmt: skip
        return place

    place: Place = committed(PRIYA, tell)
    assert "Incidents recorded here <strong>0</strong>" in page_of(signed_in(PRIYA), place.id)


@pytest.mark.parametrize("reader", [PRIYA, KOFI])
def test_fifteen_queries_however_much_is_known_and_none_is_planned_for_its_values(
    urls: dict[str, str], reader: str
) -> None:
    def more(priya):
        place = a_place(priya)
        for _ in range(4):
            take_report(
                actor=priya,
                now=NOW,
                telling=telling(place_id=place.id, caller=replace(MARGARET, lives_at=place.id)),
            )

    counts = []
    for number in (1, 6):
        place = cases_here(number)[0].place_id
        committed(PRIYA, more)
        if reader == KOFI:
            committed(
                KOFI, lambda kofi, at=place: take_report(actor=kofi, now=NOW, telling=telling(place_id=at))
            )
        client = signed_in(reader)
        client.get("/help/")
        with statements() as ran:
            page_of(client, place)
        counts.append(ran.count)
    assert counts[0] == counts[1] <= 15, "\n".join(ran.sql)
    assert sum("force_generic_plan" in one for one in ran.sql) == 1


def test_the_map_alone_tells_nobody_that_something_is_known(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    assert signed_in(KOFI).get(f"/places/{case.place_id}/map").status_code == 404


def test_where_reasons_are_asked_for_a_place_asks_too(urls: dict[str, str], settings) -> None:
    settings.REASON_REQUIRED = True
    case = cases_here()[0]
    browser, address = signed_in(PRIYA), f"/places/{case.place_id}"
    for one in (address, f"{address}/map"):
        asked = browser.get(one)
        assert (asked.status_code, asked["Location"].startswith("/why?next=%2Fplaces%2F")) == (302, True)
    assert browser.get("/areas/").status_code == 200, "open data is about nobody"
    assert browser.post("/why", {"reason": "She rang", "next": address})["Location"] == address
    assert TITLE in page_of(browser, case.place_id).replace("&#39;", "'")
    with psycopg.connect(urls["postgres"]) as connection:
        found = connection.execute(
            "SELECT reason FROM audit_entry WHERE kind = 'view' AND subject = 'place'"
        ).fetchall()
    assert found == [("She rang",)]


def test_rows_that_are_one_place_are_read_as_one_whichever_is_opened(urls: dict[str, str]) -> None:
    def two(priya: Any) -> tuple[Any, Any, list[str]]:
        kept, other = a_place(priya), a_place(priya, "Rose Villa, Sparrow Lane, LE11 2BB")
        say_one_place(actor=priya, now=NOW, kept=kept, other=other)
        told = [take_report(actor=priya, now=NOW, telling=telling(place_id=one.id)) for one in (kept, other)]
        return kept, other, [one.reference for one in told]

    kept, other, references = committed(PRIYA, two)
    for place in (kept, other):
        html = page_of(signed_in(PRIYA), place.id)
        assert all(reference in html for reference in references)
        assert "Incidents recorded here <strong>2</strong>" in html
