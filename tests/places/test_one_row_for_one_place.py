"""find_or_make_place: one row whoever names it, also at once; located as well as the loaded data allows."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from sentinel.kernel.errors import Invalid, NotFound
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, place_of_choice
from sentinel.places.queries import candidate_of, look_up
from tests.places.data import add_boundary, add_point, add_postcode
from tests.support import NOW, acting, actor

PRIYA = "priya.nair@charnwood.example"


@pytest.mark.django_db
def test_the_second_naming_finds_the_first_row() -> None:
    me = acting(PRIYA)
    first = find_or_make_place(actor=me, now=NOW, words="14 sparrow ln le11 0zz")
    again = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane, Loughborough", postcode="LE11 0ZZ")
    assert first.id == again.id
    assert (first.line, first.postcode, first.created_at) == ("14 Sparrow Lane", "LE11 0ZZ", NOW)


def test_two_at_once_get_the_same_row(transactional_db: None) -> None:
    made: list[Any] = []
    both = threading.Barrier(2)

    def name_it() -> None:
        try:
            with transaction.atomic():
                me = acting(PRIYA)
                both.wait(10)
                made.append(find_or_make_place(actor=me, now=NOW, words="3 Lark Road, LE11 0ZZ").id)
        finally:
            connection.close()

    threads = [threading.Thread(target=name_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 2
    assert made[0] == made[1]
    with transaction.atomic():
        assert Place.objects.filter(street_key="lark road").count() == 1


def test_a_postcode_places_it_in_its_district(transactional_db: None, database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 0ZZ", 52.77, -1.20, "E07000130")
    with transaction.atomic():
        place = find_or_make_place(actor=acting(PRIYA), now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    assert place.district is not None
    assert place.district.name == "Charnwood"
    assert (place.latitude, place.longitude) == (52.77, -1.20)
    assert len(place.cell) == 15


def test_a_point_on_the_map_finds_its_district_by_the_outline(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_boundary(database_urls, "E07000133", (-1.0, 52.7, -0.8, 52.9))
    with transaction.atomic():
        place = find_or_make_place(
            actor=acting(PRIYA), now=NOW, words="Play area", kind="area", latitude=52.8, longitude=-0.9
        )
    assert place.district is not None
    assert place.district.name == "Melton"


def test_a_place_named_before_the_directory_was_loaded_is_located_when_named_again(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    with transaction.atomic():
        before = find_or_make_place(actor=acting(PRIYA), now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    add_postcode(database_urls, "LE11 0ZZ", 52.77, -1.20, "E07000130")
    with transaction.atomic():
        after = find_or_make_place(actor=acting(PRIYA), now=NOW, words="14 Sparrow Lane LE11 0ZZ")
    assert before.latitude is None
    assert (after.id, after.latitude) == (before.id, 52.77)


@pytest.mark.django_db
def test_a_postcode_that_nobody_knows_is_kept_as_typed() -> None:
    place = find_or_make_place(actor=acting(PRIYA), now=NOW, words="14 Sparrow Lane", postcode="LE11 9ZZ")
    assert (place.postcode, place.latitude, place.district) == ("LE11 9ZZ", None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["", "   ", ",,"])
def test_no_words_make_no_place(words: str) -> None:
    with pytest.raises(Invalid):
        find_or_make_place(actor=acting(PRIYA), now=NOW, words=words)


@pytest.mark.django_db
def test_a_point_abroad_is_refused() -> None:
    with pytest.raises(Invalid) as error:
        find_or_make_place(actor=acting(PRIYA), now=NOW, words="Café", latitude=48.85, longitude=2.35)
    assert "latitude" in error.value.errors


@pytest.mark.django_db
def test_a_choice_of_a_known_place_is_that_place() -> None:
    me = acting(PRIYA)
    place = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane, LE11 0ZZ")
    assert place_of_choice(actor=me, now=NOW, choice=candidate_of(place).choice) == place


def test_a_street_that_was_chosen_becomes_a_place_in_its_own_area(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_point(database_urls, "Main Street", 52.5, -1.0, "E01025766", "Harborough 003B", "E07000131")
    add_point(database_urls, "Main Street", 52.8, -1.2, "E01025700", "Charnwood 002D", "E07000130")
    with transaction.atomic():
        me = acting(PRIYA)
        choices = look_up(me, "Main Street").candidates
        places = [place_of_choice(actor=me, now=NOW, choice=one.choice) for one in choices]
        again = place_of_choice(actor=me, now=NOW, choice=choices[0].choice)
    assert len({place.id for place in places}) == 2
    assert {place.district.name for place in places if place.district} == {"Harborough", "Charnwood"}
    assert again == places[0]
    assert {place.kind for place in places} == {"street"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "choice", ["", "place:x", "place:0192f0c1-0000-7000-8000-000000000000", "street:E0:no", "what"]
)
def test_a_made_up_choice_is_not_found(choice: str) -> None:
    with pytest.raises(NotFound):
        place_of_choice(actor=acting(PRIYA), now=NOW, choice=choice)


def test_making_a_place_is_in_the_history(transactional_db: None, database_urls: dict[str, str]) -> None:
    me = actor(PRIYA)
    with transaction.atomic():
        acting(PRIYA)
        place = find_or_make_place(actor=me, now=NOW, words="14 Sparrow Lane, LE11 0ZZ")
    with psycopg.connect(database_urls["postgres"]) as found:
        row = found.execute(
            "SELECT operation, user_id FROM audit_history WHERE \"table\" = 'places_place' AND row_id = %s",
            [str(place.id)],
        ).fetchone()
    assert row == ("I", me.user_id)
