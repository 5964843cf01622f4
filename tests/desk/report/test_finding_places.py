"""Find: what is typed leads to a place, a street or a neighbourhood; a place of which one may see nothing has no page."""

from __future__ import annotations

import re

import pytest

from sentinel.foundation.actor import Actor
from sentinel.kernel.births import birth_date
from sentinel.places.geometry import cell_of
from sentinel.reports.operations import take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.case.counting import statements
from tests.desk.case.opened import committed
from tests.desk.place.making import LAT, LON, cases_here, neighbourhood
from tests.places.data import add_point, add_postcode
from tests.reports.telling import telling
from tests.support import NOW, PRIYA, signed_in

KOFI = "kofi.mensah@soar-valley.example"


@pytest.fixture
def urls(transactional_db: None, database_urls: dict[str, str]) -> dict[str, str]:
    neighbourhood(database_urls)
    add_postcode(database_urls, "LE11 1AA", LAT, LON, "E07000130")
    return database_urls


def found(email: str, words: str) -> str:
    answer = signed_in(email).post("/find", {"q": words, "reason": "A call about it"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_address_leads_to_its_page_or_to_its_neighbourhood(urls: dict[str, str]) -> None:
    place = cases_here()[0].place_id
    assert f'href="/places/{place}"' in found(PRIYA, "14 Sparrow Lane, Loughborough")
    without = found(KOFI, "14 Sparrow Lane, Loughborough")
    assert f"/places/{place}" not in without
    assert f'href="/areas/{cell_of(LAT, LON)}"' in without


def test_a_postcode_leads_to_its_neighbourhood_and_one_that_is_none_is_said_so(urls: dict[str, str]) -> None:
    assert f'href="/areas/{cell_of(LAT, LON)}"' in found(PRIYA, "le11 1aa")
    assert "LE11 9ZZ is not in the postcode directory." in found(PRIYA, "LE11 9ZZ")


def test_a_flat_leads_to_the_house_that_it_is_in_and_no_more_than_the_house_does(
    urls: dict[str, str],
) -> None:
    place = cases_here()[0].place_id
    for words in ("Flat 2, 14 Sparrow Lane", "LE11 2BB 14"):
        assert f'href="/places/{place}"' in found(PRIYA, words)
        assert f"/places/{place}" not in found(KOFI, words)
    assert "the building, LE11 2BB" in found(PRIYA, "Flat 2, 14 Sparrow Lane")


def test_nothing_is_said_to_be_kept_nor_a_street_or_postcode_to_be_unknown(urls: dict[str, str]) -> None:
    cases_here()
    for words in ("Nowhere Lane", "LE11 2BB", "Margaret Ellis", "16 Nowhere Lane"):
        html = found(PRIYA, words)
        assert "kept" not in html.partition("<main")[2], words
        assert ("are not listed" in html) == (words != "Margaret Ellis"), words
        assert "Nothing known" not in html, words


def test_a_name_with_a_misheard_birth_is_shown_and_what_differs_is_said(urls: dict[str, str]) -> None:
    def make(priya: Actor) -> None:
        caller = CallerGiven(name="Margaret Ellis", birth=birth_date("3/4/1955", NOW.date()))
        take_report(actor=priya, now=NOW, telling=telling(caller=caller))

    committed(PRIYA, make)
    sent = {"q": "Margaret Ellis", "born": "30/4/1955", "reason": "A call"}
    html = signed_in(PRIYA).post("/find", sent).content.decode()
    assert "Nobody whom you may see" not in html
    assert "Very likely" in html
    assert "the date of birth differs in one figure" in html
    html = signed_in(PRIYA).post("/find", {**sent, "born": "17/9/1971"}).content.decode()
    assert "Very likely" not in html
    assert "but another date of birth is known" in html


def test_a_street_leads_to_itself_and_many_of_a_name_to_a_choice(urls: dict[str, str]) -> None:
    html = found(PRIYA, "Sparrow Lane")
    assert 'href="/streets/sparrow-lane/E01000001"' in html
    assert 'href="/streets/sparrow-lane/E01000002"' in html
    for number in range(118):
        add_point(
            urls, "Main Street", 52.4 + number / 300, -1.0, f"E0102{number:04d}", f"Harborough {number:03d}B", "E07000131"
        )  # fmt: skip
    many = found(PRIYA, "Main Street")
    assert "118 streets here are called Main Street." in many
    assert 'href="/streets/main-street">Or look through them' in many


def test_the_case_page_leads_to_its_place(urls: dict[str, str]) -> None:
    case = cases_here()[0]
    html = signed_in(PRIYA).get(f"/cases/{case.reference}").content.decode()
    assert f'<a href="/places/{case.place_id}">Map and history</a>' in html


def test_finding_asks_as_often_for_many_places_as_for_one(urls: dict[str, str]) -> None:
    client = signed_in(PRIYA)
    client.post("/find", {"q": "Elm Road", "reason": "A call"})
    counts = []
    for words in ("Lark Road", "Main Street"):
        for number in range(20):
            add_point(
                urls, "Main Street", 52.4 + number / 100, -1.0, f"E0103{number:04d}", "Blaby 1A", "E07000129"
            )
        with statements() as ran:
            client.post("/find", {"q": words, "reason": "A call"})
        counts.append(ran.count)
    assert counts[0] == counts[1]


def test_the_box_on_every_page_posts_what_is_typed_and_finds_it(urls: dict[str, str]) -> None:
    client = signed_in(PRIYA)
    form = re.search(r'<form class="s-find"[^>]*>', client.get("/help/").content.decode())
    assert form
    assert 'method="post"' in form[0], "an address ends up in logs and histories"
    action = re.search(r'action="([^"]+)"', form[0])
    assert action
    html = client.post(action[1], {"q": "le11 1aa", "reason": "A call"}).content.decode()
    assert f'href="/areas/{cell_of(LAT, LON)}"' in html


def test_who_may_find_nobody_is_offered_no_box(transactional_db: None) -> None:
    assert "s-find" not in signed_in("ravi.desai@police.example").get("/help/").content.decode()
