"""A flat is told of: what is known of the house that it is in stands beside the form, and the flat stays a place of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from sentinel.foundation import clock
from sentinel.places.operations import find_or_make_place
from sentinel.reports.operations import open_case_from_report, take_report
from sentinel.reports.telling import CallerGiven
from tests.desk.case.counting import Statements, statements
from tests.desk.case.opened import committed
from tests.desk.report.calling import TAKE, call, page, reports, shown
from tests.reports.telling import telling
from tests.support import PRIYA, acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
KNOWN = "/reports/take/known"
DAWN = "dawn.ashby@charnwood.example"
KOFI = "kofi.mensah@soar-valley.example"  # the landlord may know of Charnwood's cases, and read none
FLAT = "Flat 2, 14 Sparrow Lane"
ANONYMOUS = {"q__name_wish": "anonymous", "q__caller_name": None, "q__caller_number": None}


@pytest.fixture
def house() -> Any:
    """14 Sparrow Lane, the home of Margaret Ellis, who told of it sixteen hours ago; a case there is open."""

    def make(priya: Any) -> Any:
        now = clock.now() - timedelta(hours=16)
        place = find_or_make_place(actor=priya, now=now, words="14 Sparrow Lane, Loughborough, LE11 2BB")
        told = {"place_id": place.id, "told_at": now}
        caller = CallerGiven(name="Margaret Ellis", lives_at=place.id)
        first, second = (
            take_report(actor=priya, now=now, telling=telling(caller=caller, **told)) for _ in range(2)
        )
        open_case_from_report(actor=priya, now=now, report=first, title="Noise at Sparrow Lane")
        return place, second.reference

    return committed(PRIYA, make)


def panel(email: str, **said: Any) -> str:
    return page(signed_in(email).post(KNOWN, shown(email, do="known", **said)))  # type: ignore[arg-type]


def test_what_is_known_of_the_house_is_shown_for_a_flat_and_so_is_who_lives_there(house: Any) -> None:
    place, reference = house
    text = panel(PRIYA, q__where=FLAT, q__caller_name="Ellis", q__caller_number=None)
    assert f'href="/places/{place.id}"' in text
    assert "LE11 2BB: the building" in text
    assert "2 incidents in 12 months" in text
    assert "a case is open" in text
    assert f"a report of the building, 16 hours ago, {reference}" in text
    assert "they live at 14 Sparrow Lane, Loughborough" in text
    assert ", no flat known" in text


def test_it_is_offered_and_a_flat_that_nobody_chose_it_for_stays_a_flat(house: Any) -> None:
    place, _ = house
    dawn = signed_in(DAWN)
    choice = page(dawn.post(TAKE, call(do="known", q__where=FLAT)))  # type: ignore[arg-type]
    assert f'value="place:{place.id}"' in choice
    assert "14 Sparrow Lane, Loughborough, the building, LE11 2BB" in choice
    assert "Choose only where it is not a place of its own." in choice
    chosen = dawn.post(TAKE, call(q__where=FLAT, r__place_choice=f"place:{place.id}"))
    assert chosen.status_code == 302
    assert dawn.post(TAKE, call(q__where=FLAT)).status_code == 302, "nobody is made to choose"
    with transaction.atomic():
        acting(DAWN)
        house_of, as_typed = (one.incident.place for one in reports(DAWN)[-2:] if one.incident)
        assert as_typed is not None
        assert as_typed.line == FLAT
        assert house_of == place


def test_what_happened_in_the_building_does_not_answer_for_the_flat(house: Any) -> None:
    assert "known at this address" in panel(DAWN, q__where="14 Sparrow Lane", q__happened_before=None)
    assert "known at this address" not in panel(DAWN, q__where=FLAT, q__happened_before=None)


def test_a_flat_on_file_does_not_hide_its_house(house: Any) -> None:
    committed(
        PRIYA,
        lambda priya: find_or_make_place(
            actor=priya, now=clock.now(), words=f"{FLAT}, Loughborough, LE11 2BB"
        ),
    )
    text = panel(DAWN, q__where=FLAT)
    assert 'name="r-place_choice"' not in text, "what was typed is on file"
    assert "LE11 2BB: the building" in text


def test_who_may_only_know_is_told_as_much_by_the_flat_as_by_the_house(house: Any) -> None:
    place, reference = house
    text = panel(KOFI, q__where=FLAT, **ANONYMOUS)
    assert "about this address, or the building that it is in." in text
    for told in (f"/places/{place.id}", "a case is open", "2 incidents", reference, "Ellis"):
        assert told not in text, told


def test_a_report_of_a_flat_takes_as_many_statements_with_its_house_on_file(request: Any) -> None:
    client = signed_in(DAWN)
    client.post(TAKE, call(q__where="3 Tern Street"))
    without = recorded(client, "Flat 2, 9 Tern Street")
    request.getfixturevalue("house")
    with_house = recorded(client, FLAT)
    assert with_house.count == without.count, "\n".join(with_house.sql)


def recorded(client: Client, where: str) -> Statements:
    with statements() as ran:
        assert client.post(TAKE, call(q__where=where)).status_code == 302
    return ran


def test_what_is_not_on_file_is_said_to_be_kept_and_of_a_street_nothing_is_claimed() -> None:
    for where in ("Sparrow Lane", "16 Sparrow Lane"):
        text = panel(DAWN, q__where=where)
        assert (
            "in the same street or postcode are not listed" in text
            or "in a street or postcode are not listed" in text
        )
        assert "What you typed is kept with the report." in text
