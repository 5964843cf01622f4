"""What the extract holds of a person: normalised, little, and every value in one row at least."""

from __future__ import annotations

from sentinel.matching.batch.faces import COLUMNS, Told, faces
from tests.matching.batch.making import told


def named(one: Told) -> list[dict[str, str | None]]:
    return [dict(zip(COLUMNS, face, strict=True)) for face in faces(one)]


def test_a_person_is_a_row_of_normalised_values_and_no_more() -> None:
    [face] = named(
        told(
            "Mrs Margaret",
            "O’Brien",
            "1955-04-03",
            ("Flat 2, 14 Sparrow Lane", "le2 7ab"),
            "+441632960101",
            "M.O@Mail.Example",
        )
    )
    assert face["given"] == "margaret"
    assert face["family"] == "obrien"
    assert "|peggy|" in str(face["given_forms"])
    assert (face["born"], face["born_key"], face["born_year"]) == ("1955-04-03", "1955-03-04", "1955")
    assert (face["postcode"], face["district"], face["home"]) == ("le27ab", "le27", "le27ab 2 14")
    assert face["email"] == "m.o@mail.example"
    assert not any("sparrow" in str(value) for value in face.values()), "a line of an address is left out"


def test_every_value_stands_in_a_row_and_no_person_has_more_than_four() -> None:
    one = told("Ann", "Lee", "1960-01-02", ("1 Tern Street", "LE1 1AA"))
    one.names.append(("Ann", "Shaw", ""))
    one.homes += [(f"{at} Tern Street", f"LE1 {at}AB") for at in range(2, 9)]
    found = named(one)
    assert len(found) == 4
    assert {face["family"] for face in found} == {"lee", "shaw"}
    assert len({face["home"] for face in found}) == 4
    assert {face["born"] for face in found} == {"1960-01-02"}


def test_day_and_month_in_either_order_have_one_key() -> None:
    [one], [other] = named(told("Ann", "Lee", "1960-04-03")), named(told("Ann", "Lee", "1960-03-04"))
    assert one["born_key"] == other["born_key"]
    assert one["born"] != other["born"]


def test_a_year_alone_is_no_day() -> None:
    [face] = named(told("Ann", "Lee", "1960"))
    assert (face["born"], face["born_key"], face["born_year"]) == (None, None, "1960")


def test_a_name_typed_the_wrong_way_round_is_put_right_where_the_lists_can_tell() -> None:
    [face] = named(told("Whitfield", "Margaret"))
    assert (face["given"], face["family"]) == ("margaret", "whitfield")
    [alone] = named(Told(names=[("", "", "Margaret Whitfield")]))
    assert (alone["given"], alone["family"]) == ("margaret", "whitfield")


def test_who_has_no_name_is_left_out() -> None:
    assert faces(Told(phones=["+441632960101"])) == []
    assert faces(told("", "unknown")) in ([], faces(told("", "unknown")))
    assert faces(told("🙂", "")) == []


def test_names_in_another_script_stand_for_themselves() -> None:
    [face] = named(told("Фатима", "Ахмедова"))
    assert face["given_sound"] == f"={face['given']}"
