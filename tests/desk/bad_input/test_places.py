"""A postcode that does not exist, and a street name that many streets bear: said so, and a choice offered."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.desk.report.calling import TAKE, beside, call, everything_is_kept, page, reports, send
from tests.places.data import add_point, add_postcode
from tests.support import acting, signed_in

pytestmark = pytest.mark.usefixtures("transactional_db")
DAWN = "dawn.ashby@charnwood.example"


def test_a_postcode_that_does_not_exist_is_said_so_and_the_rest_is_kept(
    database_urls: dict[str, str],
) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2, "E07000130")
    sent = call(q__where="14 Sparrow Lane LE11 9ZZ")
    answer = signed_in(DAWN).post(TAKE, sent)
    assert "LE11 9ZZ" in beside(answer, "q-where")
    everything_is_kept(answer, sent)
    assert reports(DAWN) == []


def test_a_name_of_many_streets_is_a_choice(database_urls: dict[str, str]) -> None:
    for number in range(30):
        add_point(
            database_urls,
            "High Street",
            52.6 + number / 200,
            -1.1,
            f"E0102{number:04}",
            f"Town {number} 001A",
        )
    dawn = signed_in(DAWN)
    sent = call(q__where="High Street")
    answer = dawn.post(TAKE, sent)
    assert answer.status_code == 200
    assert beside(answer, "r-place_choice")
    assert page(answer).count('name="r-place_choice"') > 2
    everything_is_kept(answer, sent)
    taken = dawn.post(TAKE, {**sent, "r-place_choice": "as_typed"})
    assert taken.status_code == 302, "none of these is an answer too"


def test_words_that_are_no_address_stay_words() -> None:
    send(signed_in(DAWN), q__where="By the old bandstand")
    [report] = reports(DAWN)
    assert report.incident is not None
    assert (report.incident.place_id, report.incident.place_words) == (None, "By the old bandstand")


def test_a_postcode_that_exists_is_taken_as_it_is(database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2, "E07000130")
    answer = signed_in(DAWN).post(TAKE, call(q__where="le111aa"))
    assert answer.status_code == 302, "there is nothing to choose from"
    (report,) = reports(DAWN)
    with transaction.atomic():
        acting(DAWN)
        place = report.incident.place
        assert place is not None
        assert (place.postcode, place.latitude) == ("LE11 1AA", 52.77)


def test_one_place_is_not_called_more_than_one(database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2, "E07000130")
    answer = signed_in(DAWN).post(TAKE, call(q__where="behind the shops, LE11 1AA"))
    assert beside(answer, "r-place_choice") == "Error: Say whether it is this place."


def test_a_place_that_is_a_postcode_is_called_so_once(database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.77, -1.2, "E07000130")
    dawn = signed_in(DAWN)
    taken = dawn.post(TAKE, call(q__where="LE11 1AA"))
    assert "LE11 1AA, LE11 1AA" not in page(dawn.get(taken["Location"]))  # type: ignore[arg-type]
