"""Landmarks by the names that people say, UPRNs, corners, houses of a street, misspelt streets, and how far off each is."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection, transaction

from sentinel.foundation.limited import answered_within
from sentinel.kernel.errors import Invalid, NotFound
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, place_of_choice, say_one_place, say_two_places
from sentinel.places.queries import Candidate, Origin, look_up, origin_of_team
from sentinel.places.rules import distance_words
from tests.desk.case.counting import statements
from tests.places.data import add_boundary, add_listed, add_point, add_postcode
from tests.support import NOW, acting

PRIYA = "priya.nair@charnwood.example"
HERE = Origin(52.77, -1.20, "where the caller lives")

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def listed(database_urls: dict[str, str]) -> dict[str, str]:
    add_listed(
        database_urls, "Queen's Park", "park", "Loughborough", 52.771, -1.209, ("carillon", "the Carillon")
    )
    add_listed(database_urls, "Queen's Park", "park", "Hinckley", 52.54, -1.37)
    add_listed(database_urls, "Loughborough Railway Station", "station", "Loughborough", 52.779, -1.196)
    return database_urls


@pytest.mark.parametrize(
    "words",
    [
        "Queens Park", "queen's park", "the Queen’s Park", "opp Queens Park", "in the vicinity of queens park",
        "Queens Park, Loughborough", "queens park loughborough", "Queens Park LE11 1AA", "queens pa",
    ],
)  # fmt: skip
def test_a_landmark_is_found_by_the_ways_in_which_people_say_it(listed: dict[str, str], words: str) -> None:
    with transaction.atomic():
        found = look_up(acting(PRIYA), words, origin=HERE)
    parks = [one for one in found.candidates if one.kind == "landmark"]
    assert [one.where.split(", ")[1] for one in parks] == ["Hinckley", "Loughborough"] or parks[0].where == (
        "park, Loughborough"
    )


def test_the_town_that_was_said_puts_its_landmark_first(listed: dict[str, str]) -> None:
    with transaction.atomic():
        found = look_up(acting(PRIYA), "queens park loughborough")
    assert found.candidates[0].where == "park, Loughborough"


def test_an_alias_leads_to_the_landmark_and_a_misspelt_one_is_a_guess(listed: dict[str, str]) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        [one] = look_up(me, "the carillon").candidates
        guess = look_up(me, "Loughbrough Raleway Station")
        place = place_of_choice(actor=me, now=NOW, choice=one.choice)
        again = place_of_choice(actor=me, now=NOW, choice=look_up(me, "Carillon").candidates[0].choice)
    assert one.words == "Queen's Park"
    assert [one.words for one in guess.candidates] == ["Loughborough Railway Station"]
    assert guess.says == ("Nothing is called exactly that. These are spelt nearly so.",)
    assert (place.kind, place.line, place.latitude) == ("landmark", "Queen's Park", 52.771)
    assert again == place


def test_how_far_off_each_is_stands_beside_it(listed: dict[str, str]) -> None:
    with transaction.atomic():
        found = look_up(acting(PRIYA), "Queens Park", origin=HERE)
    away = {one.where: one.away for one in found.candidates}
    assert away["park, Loughborough"] == "about 600 m away"
    assert away["park, Hinckley"] == "about 28 km away"
    assert found.measured_from == "where the caller lives"
    assert found.candidates[0].label.endswith(" away")


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "less than 50 m"), (60, "about 50 m"), (130, "about 100 m"), (949, "about 900 m"), (960, "about 1.0 km"), (12_300, "about 12 km")],
)  # fmt: skip
def test_distances_are_as_fine_as_the_points_are(metres: int, words: str) -> None:
    assert distance_words(metres) == words


def test_the_house_of_a_street_that_open_data_knows_is_offered_and_is_one_place(
    database_urls: dict[str, str],
) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.7701, -1.2001, "E07000130")
    add_point(database_urls, "Tern Street", 52.77, -1.2, "E01000001", "Charnwood 001A", "E07000130")
    with transaction.atomic():
        me = acting(PRIYA)
        [offered] = look_up(me, "Flat 2, 14 tern st").candidates
        place = place_of_choice(actor=me, now=NOW, choice=offered.choice, words="Flat 2, 14 tern st")
        in_full = look_up(me, "flat 2, 14 Tern Street, LE11 1AA")
        again = find_or_make_place(actor=me, now=NOW, words="flat 2 14 tern street le111aa")
        sixth = find_or_make_place(actor=me, now=NOW, words="14 Tern St, Flat 2, Loughborough LE11 1AA")
        other = find_or_make_place(actor=me, now=NOW, words="Flat 3, 14 Tern Street LE11 1AA")
    assert (offered.kind, offered.words) == ("house", "Flat 2, 14 Tern Street")
    assert (place.kind, place.line, place.postcode) == ("address", "Flat 2, 14 Tern Street", "")
    assert in_full.exact
    assert (again.id, again.postcode) == (place.id, "LE11 1AA"), "it has its postcode now"
    assert sixth.id == place.id
    assert other.id != place.id


def test_a_house_of_that_number_in_a_street_elsewhere_is_another(database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.7701, -1.2001, "E07000130")
    add_point(database_urls, "Tern Street", 52.54, -1.37, "E01000009", "Hinckley 001A", "E07000132")
    with transaction.atomic():
        me = acting(PRIYA)
        there = place_of_choice(actor=me, now=NOW, choice=look_up(me, "14 Tern Street").candidates[0].choice)
        here = find_or_make_place(actor=me, now=NOW, words="14 Tern Street LE11 1AA")
        found = look_up(me, "14 Tern Street LE11 1AA")
    assert there.id != here.id
    assert [one.choice for one in found.candidates] == [f"place:{here.id}"]


def test_an_address_in_full_has_nothing_to_choose_from(database_urls: dict[str, str]) -> None:
    add_postcode(database_urls, "LE11 1AA", 52.7701, -1.2001, "E07000130")
    add_point(database_urls, "Tern Street", 52.77, -1.2, "E01000001", "Charnwood 001A", "E07000130")
    with transaction.atomic():
        assert look_up(acting(PRIYA), "14 Tern Street LE11 1AA").whole
        assert not look_up(acting(PRIYA), "14 Turn Street LE11 1AA").whole


def test_a_misspelt_street_is_offered_as_a_guess_with_the_house(database_urls: dict[str, str]) -> None:
    add_point(database_urls, "Sparrowhawk Lane", 52.77, -1.2, "E01000001", "Charnwood 001A", "E07000130")
    with transaction.atomic():
        found = look_up(acting(PRIYA), "14 Sparowhawk Lane")
    assert [one.words for one in found.candidates] == ["14 Sparrowhawk Lane"]
    assert found.says == ("Nothing is called exactly that. These are spelt nearly so.",)


def test_a_corner_is_where_two_streets_come_near_each_other(database_urls: dict[str, str]) -> None:
    for street, lat, lsoa in (
        ("Tern Street", 52.77, "E1"),
        ("Tern Street", 52.9, "E2"),
        ("Gull Road", 52.771, "E1"),
    ):
        add_point(database_urls, street, lat, -1.2, lsoa, "Charnwood 001A", "E07000130")  # fmt: skip
    with transaction.atomic():
        me = acting(PRIYA)
        [corner] = look_up(me, "corner of Tern St and Gull Rd").candidates
        place = place_of_choice(actor=me, now=NOW, choice=corner.choice)
        same = place_of_choice(
            actor=me, now=NOW, choice=look_up(me, "gull road / tern street junction").candidates[0].choice
        )
    assert corner.words == "Corner of Gull Road and Tern Street"
    assert place.latitude == pytest.approx(52.7705)
    assert same == place


@pytest.mark.parametrize(
    "choice",
    ["listed:1", "listed:x", "listed:²", "house:E9:no street:14", "house:E01000001:tern street:14; drop", "corner:E1:a:b", "listed:99999999999999"],
)  # fmt: skip
def test_a_choice_that_was_made_up_is_not_found(database_urls: dict[str, str], choice: str) -> None:
    add_point(database_urls, "Tern Street", 52.77, -1.2, "E01000001", "Charnwood 001A", "E07000130")
    with transaction.atomic(), pytest.raises(NotFound):
        place_of_choice(actor=acting(PRIYA), now=NOW, choice=choice)


def test_a_uprn_that_nobody_knows_is_said() -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        found = look_up(me, "100030123456")
        assert found.candidates == ()
        assert found.says == ("No address with this UPRN is known here. Give the address instead.",)
        with pytest.raises(Invalid):
            find_or_make_place(actor=me, now=NOW, words="UPRN 100030123456")


def test_what_was_typed_for_a_place_finds_it_the_next_time() -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        place = find_or_make_place(actor=me, now=NOW, words="14 Sparrowhawk Lane LE11 0ZZ")
        typed = "14 Sparowhawk Lane, Loughborough"
        assert not look_up(me, typed).exact
        place_of_choice(actor=me, now=NOW, choice=f"place:{place.id}", words=typed)
        found = look_up(me, "14 sparowhawk ln loughborough")
        assert found.exact
        assert found.candidates[0].choice == f"place:{place.id}"
        place_of_choice(
            actor=me, now=NOW, choice=f"place:{place.id}", words="41 Sparrowhawk Lane, Loughborough"
        )
        assert look_up(me, "41 Sparrowhawk Lane, Loughborough").candidates == (), (
            "another number is never learnt"
        )
        place_of_choice(actor=me, now=NOW, choice=f"place:{place.id}", words="14 Sparrohawk Lane")
        assert not look_up(me, "14 Sparrohawk Lane").exact, "nor what says nothing of where it is"


def test_two_rows_that_are_one_place_are_found_as_the_kept_one_and_can_be_told_apart_again() -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        kept = find_or_make_place(actor=me, now=NOW, words="Rose Villa, Mill Lane, LE11 0ZZ")
        other = find_or_make_place(actor=me, now=NOW, words="3 Mill Lane LE11 0ZZ")
        say_one_place(actor=me, now=NOW, kept=kept, other=other)
        for words in ("Rose Villa, Mill Lane, LE11 0ZZ", "3 mill ln le110zz"):
            assert find_or_make_place(actor=me, now=NOW, words=words).id == kept.id
            assert [one.choice for one in look_up(me, words).candidates][:1] == [f"place:{kept.id}"]
        assert place_of_choice(actor=me, now=NOW, choice=f"place:{other.id}").id == kept.id
        with pytest.raises(Invalid):
            say_one_place(actor=me, now=NOW, kept=kept, other=Place.objects.get(pk=other.pk))
        say_two_places(actor=me, now=NOW, other=Place.objects.select_related("same_as").get(pk=other.pk))
        assert find_or_make_place(actor=me, now=NOW, words="3 Mill Lane LE11 0ZZ").id == other.id


def test_the_middle_of_the_teams_district_is_what_is_measured_from(database_urls: dict[str, str]) -> None:
    with transaction.atomic():
        assert origin_of_team(acting(PRIYA)) is None, "no outline is loaded"
    add_boundary(database_urls, "E07000130", (-1.4, 52.6, -1.0, 52.9))
    with transaction.atomic():
        found = origin_of_team(acting(PRIYA))
    assert found is not None
    assert (round(found.latitude, 3), found.words) == (52.75, "the middle of Charnwood")


def test_a_look_up_takes_as_many_statements_however_much_is_known(database_urls: dict[str, str]) -> None:
    with transaction.atomic():
        me = acting(PRIYA)
        with statements() as ran:
            look_up(me, "14 Main Street")
    few = len(ran.sql)
    for number in range(30):
        add_point(
            database_urls, "Main Street", 52.5 + number / 100, -1.0, f"E0102{number:04d}", "Harborough 001B", "E07000131"
        )  # fmt: skip
        add_listed(database_urls, "Main Street Stores", "shop", f"Town {number}", 52.5, -1.0)
    with transaction.atomic():
        me = acting(PRIYA)
        with statements() as ran:
            look_up(me, "14 Main Street")
    assert (few, len(ran.sql)) == (13, 7), "of a street that nobody knows two guesses are asked for"
    with transaction.atomic():
        me = acting(PRIYA)
        with statements() as ran:
            look_up(me, "14 Main Street, LE11 0ZZ")
    assert len(ran.sql) <= 16, "five of them the guess at one on file"


def test_a_statement_that_takes_too_long_answers_nothing_and_the_transaction_goes_on() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        acting(PRIYA)
        assert answered_within(20, "SELECT pg_sleep(%s)", [5]) == []
        assert answered_within(500, "SELECT %s", [1]) == [(1,)]
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] in ("0", "30s", "10s", "60s", "1min")


@pytest.mark.parametrize(
    "words",
    ["", " ", "x", "%", "%%%%", "*", "'; DROP TABLE places_place; --", "a" * 400, "😀 park", "st " * 100, "& / and junction", "\u202eqrst"],
)  # fmt: skip
def test_bad_input_is_an_answer_and_never_an_error(words: str) -> None:
    with transaction.atomic():
        found = look_up(acting(PRIYA), words)
        assert isinstance(found.candidates, tuple)


def test_ten_thousand_letters_are_refused_in_words() -> None:
    with transaction.atomic(), pytest.raises(Invalid):
        look_up(acting(PRIYA), "a" * 10_000)


def test_keys_that_were_made_otherwise_are_read_again(database_urls: dict[str, str]) -> None:
    """The migration: a flat that was written with its number first is one with the flat that stood first."""
    from importlib import import_module

    from django.apps import apps

    with transaction.atomic():
        me = acting(PRIYA)
        now = find_or_make_place(actor=me, now=NOW, words="Flat 12, Elm Court, LE11 0ZZ")
        same = Place.objects.create(
            id=uuid.uuid4(), kind="address", key="address:LE11 0ZZ:flat 12 elm court", line="Flat 12, Elm Court",
            postcode="LE11 0ZZ", source="entered", created_at=NOW,
        )  # fmt: skip
        alone = Place.objects.create(
            id=uuid.uuid4(), kind="address", key="address:LE11 0ZZ:14 flat 2 tern street", line="14, Flat 2, Tern Street",
            postcode="LE11 0ZZ", source="entered", created_at=NOW,
        )  # fmt: skip
        import_module("sentinel.places.migrations.0006_keys_read_again").read_again(apps, None)
        same.refresh_from_db()
        alone.refresh_from_db()
        assert same.same_as_id == now.id
        assert alone.key == "address:LE11 0ZZ:flat 2 14 tern street"
        assert look_up(me, "flat 12 elm ct le110zz").exact


def test_candidates_without_a_point_have_no_distance() -> None:
    one = Candidate("place:x", "place", "14 Tern Street").seen_from(HERE)
    assert (one.metres, one.away, one.label) == (None, "", "14 Tern Street")
