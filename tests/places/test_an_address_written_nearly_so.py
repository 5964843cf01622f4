"""A letter wrong in the street or postcode does not hide an address on file, and tells of no other than the one that was meant."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from sentinel.accounts.models import Area
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place, place_of_choice
from sentinel.places.queries import look_up, nearly
from sentinel.places.queries.look_up import NOT_WRITTEN, WRITTEN_NEARLY
from tests.desk.case.counting import statements
from tests.desk.report.calling import call
from tests.places.data import add_point, add_postcode
from tests.support import NOW, PRIYA, acting, signed_in


def on_file(words: str = "14 Sparrow Lane, Loughborough, LE11 0ZZ") -> Place:
    return find_or_make_place(actor=acting(PRIYA), now=NOW, words=words)


def lines(typed: str) -> list[str]:
    return [one.label for one in look_up(acting(PRIYA), typed).candidates]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "14 Sparow Lane LE11 0ZZ",
        "14 sparow lane, loughborough",
        "14 sparow lane",
        "14 sparow ln le11",
        "14 spraorw lane",
        "14 sparowlane le11",
        "14 Sparrow Lane LE11 0ZX",
        "14 Sparow Lane LE11 0XZ",
        "14 Sparrow Lane LE11 3QT",
        "14 Wren Close LE11 0ZZ",
    ],
)
def test_what_is_written_nearly_so_is_a_guess(typed: str) -> None:
    place = on_file()
    found = look_up(acting(PRIYA), typed)
    assert [one.choice for one in found.candidates] == [f"place:{place.id}"]
    assert found.guessed
    assert not found.exact
    assert found.says == (WRITTEN_NEARLY,)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "16 Sparow Lane LE11 0ZZ",
        "1 Sparow Lane LE11 0ZZ",
        "14a Sparow Lane LE11 0ZX",
        "Flat 2, 14 Sparow Lane LE11 0ZZ",
        "Rose House, 14 Sparow Lane",
        "14 Spro Lane",
        "14 Sparrow Close",
        "14 Lane",
        "14 Sparow Lane LE12",
        "14 Sparrow Lane CV9 4AB",
        "14 Wren Close LE11 0ZX",
        "14 LE11 0ZX",
        "14, Loughborough",
        "Sparow Lane LE11 0ZZ",
        "Sparow Lane, Loughborough",
    ],
)
def test_what_shares_less_is_told_nothing(typed: str) -> None:
    on_file()
    found = look_up(acting(PRIYA), typed)
    assert found.candidates == ()
    assert not found.guessed
    assert WRITTEN_NEARLY not in found.says


@pytest.mark.django_db
def test_short_words_are_one_letter_off_and_no_more() -> None:
    on_file("14 South Road, LE11 0ZZ")
    on_file("14 Park Road, LE11 0ZY")
    assert lines("14 North Road") == []
    assert lines("14 Perk Road") == ["14 Park Road, LE11 0ZY"]


@pytest.mark.django_db
def test_a_flat_is_guessed_by_its_own_number_and_no_other_flat_with_it() -> None:
    on_file()
    flat = on_file("Flat 2, 14 Sparrow Lane LE11 0ZZ")
    on_file("Flat 3, 14 Sparrow Lane LE11 0ZZ")
    found = look_up(acting(PRIYA), "Flat 2, 14 Sparow Lane LE11 0ZZ")
    assert [one.choice for one in found.candidates] == [f"place:{flat.id}"]


@pytest.mark.django_db
def test_at_most_three_and_of_other_towns_none_where_one_is_in_the_town_that_was_typed() -> None:
    for words in ("Syston, LE7 1AA", "Oadby, LE2 1AA", "Melton, LE13 1AA", "Loughborough, LE11 0ZZ"):
        on_file(f"14 Sparrow Lane, {words}")
    assert len(lines("14 Sparow Lane")) == nearly.MOST
    assert lines("14 Sparow Lane, Oadby") == ["14 Sparrow Lane, Oadby, LE2 1AA"]
    assert lines("14 Sparow Lane LE13 1AA")[0] == "14 Sparrow Lane, Melton, LE13 1AA"


def test_whoever_takes_a_report_is_offered_it_and_made_to_choose_nothing(transactional_db: None) -> None:
    with transaction.atomic():
        place = on_file()
    client, typed = signed_in(PRIYA), "14 Sparow Lane, Loughborough"
    shown = client.post("/reports/take/known", call(q__where=typed)).content.decode()
    assert f'value="place:{place.id}"' in shown
    assert WRITTEN_NEARLY in shown
    assert client.post("/reports/take", call(q__where=typed)).status_code == 302


@pytest.mark.django_db
def test_what_was_chosen_for_the_words_is_found_at_once_the_next_time() -> None:
    place, typed = on_file(), "14 sparow lane, loughborough"
    place_of_choice(actor=acting(PRIYA), now=NOW, choice=f"place:{place.id}", words=typed)
    found = look_up(acting(PRIYA), typed)
    assert found.exact
    assert [one.choice for one in found.candidates] == [f"place:{place.id}"]


@pytest.mark.django_db
def test_what_is_one_with_another_place_is_not_guessed_beside_it() -> None:
    kept, other = on_file(), on_file("14 Sparrow Lane, Loughborough")
    Place.objects.filter(pk=other.pk).update(same_as=kept)
    assert [one.choice for one in look_up(acting(PRIYA), "14 Sparow Lane").candidates] == [f"place:{kept.id}"]


@pytest.mark.django_db
def test_nothing_more_is_asked_where_the_address_is_found_at_once_or_no_guess_is_wanted() -> None:
    on_file()
    for typed in ("14 Sparrow Lane LE11 0ZZ", "14 LE11 0ZZ", "Flat 2, 14 Sparrow Lane"):
        with statements() as ran:
            look_up(acting(PRIYA), typed)
        with statements() as without:
            look_up(acting(PRIYA), typed, guess=False)
        assert ran.count == without.count, typed
        assert not any("similarity" in one for one in ran.sql), typed
    assert look_up(acting(PRIYA), "14 Sparow Lane", guess=False).says == (NOT_WRITTEN,)


@pytest.mark.django_db
def test_a_guess_that_takes_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    on_file()
    monkeypatch.setattr(nearly, "_LIKE", f"SELECT pg_sleep(2) FROM ({nearly._LIKE}) x")
    assert look_up(acting(PRIYA), "14 Sparow Lane").says == (NOT_WRITTEN,)


@pytest.mark.django_db
def test_the_number_is_looked_up_in_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        given = dict.fromkeys(("postcode", "street", "outward", "town"), "x")
        cursor.execute(f"EXPLAIN {nearly._LIKE}", {**given, "begins": "14 ", "ends": "14!", "listed": False})
        assert "place_what" in "".join(line for (line,) in cursor.fetchall())


def test_with_streets_and_postcodes_loaded_the_address_on_file_still_comes_first(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_postcode(database_urls, "LE11 0ZZ", 52.77, -1.2, "E07000130")
    add_postcode(database_urls, "LE11 0ZX", 52.771, -1.2, "E07000130")
    add_point(database_urls, "Sparrow Lane", 52.77, -1.2, "E01025700", "Charnwood 002D", "E07000130")
    add_point(database_urls, "Sparrow Lane", 52.5, -1.0, "E01025766", "Harborough 003B", "E07000131")
    with transaction.atomic():
        place = on_file("14 Sparrow Lane LE11 0ZZ")
        charnwood = Area.objects.get(code="E07000130").name
        for typed in ("14 Sparow Lane LE11 0ZX", "14 Sparrow Lane LE11 0ZX", "14 Sparow Lane, Loughborough"):
            found = look_up(acting(PRIYA), typed)
            assert found.candidates[0].choice == f"place:{place.id}", typed
            assert found.candidates[0].label == f"14 Sparrow Lane, LE11 0ZZ, {charnwood}"
            assert not found.whole, "there is something to choose"
            assert len([one for one in found.says if "exactly" in one]) == 1


def test_a_street_that_is_known_is_not_taken_for_another(
    transactional_db: None, database_urls: dict[str, str]
) -> None:
    add_point(database_urls, "Dark Road", 52.77, -1.2, "E01025700", "Charnwood 002D", "E07000130")
    with transaction.atomic():
        on_file("14 Park Road LE11 0ZZ")
        assert [one.kind for one in look_up(acting(PRIYA), "14 Dark Road").candidates] == ["house"]
