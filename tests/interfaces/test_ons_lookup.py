"""Which small area lies in which larger one, and which LSOA of 2011 is which of 2021."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.ons import import_lookup
from sentinel.interfaces.placing import Locator
from tests.places.data import add_point

HEADING = "LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM"
ROW = "E01025700,Charnwood 002D,E05005500,Outwoods,E07000130,Charnwood"


def write(path: Path, *rows: str, heading: str = HEADING) -> Path:
    path.write_text("\n".join([heading, *rows]) + "\n")
    return path


def stored(urls: dict[str, str]) -> set[tuple[object, ...]]:
    with psycopg.connect(urls["postgres"]) as connection:
        return set(connection.execute("SELECT lsoa_code, kind, code, name FROM places_arealookup").fetchall())


def test_each_row_says_where_a_small_area_lies(owner_db: dict[str, str], tmp_path: Path) -> None:
    figures = import_lookup(write(tmp_path / "a.csv", ROW))
    assert (figures.read, figures.created) == (1, 1)
    assert stored(owner_db) == {
        ("E01025700", "ward", "E05005500", "Outwoods"),
        ("E01025700", "district", "E07000130", "Charnwood"),
    }


def test_importing_again_adds_nothing(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_lookup(write(tmp_path / "a.csv", ROW))
    again = import_lookup(tmp_path / "a.csv")
    assert (again.read, again.created, again.present) == (1, 0, 1)


def test_a_ward_that_was_redrawn_replaces_the_old_one(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_lookup(write(tmp_path / "a.csv", ROW))
    figures = import_lookup(
        write(tmp_path / "b.csv", ROW.replace("E05005500,Outwoods", "E05014000,Nanpantan"))
    )
    assert (figures.created, figures.more["replaced"]) == (1, 1)
    assert {row[2] for row in stored(owner_db)} == {"E05014000", "E07000130"}


def test_the_older_small_area_is_tied_to_the_newer(owner_db: dict[str, str], tmp_path: Path) -> None:
    heading = "lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code"
    import_lookup(
        write(tmp_path / "a.csv", "A 1,E01000001,S,A 1B,E01099999,Charnwood,E07000130", heading=heading)
    )
    assert stored(owner_db) == {
        ("E01000001", "lsoa", "E01099999", "A 1B"),
        ("E01000001", "district", "E07000130", "Charnwood"),
        ("E01099999", "district", "E07000130", "Charnwood"),
    }


def test_the_lookup_places_the_points_of_the_older_areas(owner_db: dict[str, str], tmp_path: Path) -> None:
    add_point(owner_db, "Sparrow Lane", 52.75, -1.2, "E01000001", "Renamed 001A")
    heading = "LSOA11CD,LSOA21CD"
    import_lookup(write(tmp_path / "a.csv", "E01000001,E01025700", heading=heading))
    figures = import_lookup(write(tmp_path / "b.csv", ROW))
    assert figures.more["points_placed"] == 1
    with psycopg.connect(owner_db["postgres"]) as connection:
        found = connection.execute("SELECT district_code, outside_area FROM places_historicpoint").fetchall()
    assert found == [("E07000130", False)]


def test_a_small_area_of_another_district_is_outside(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_lookup(write(tmp_path / "a.csv", ROW.replace("E07000130,Charnwood", "E06000014,York")))
    assert Locator().place("E01025700", "Charnwood 002D", None, None) == ("E06000014", True)


def test_where_nothing_tells_nothing_is_called_outside(owner_db: dict[str, str]) -> None:
    assert Locator().place("", "", 54.0, -1.0) == ("", False)
    assert Locator().place("", "", None, None) == ("", False)


@pytest.mark.parametrize(
    ("heading", "rows"), [("Name,Age", ["1,2"]), ("LSOA21CD,LSOA21NM", ["E01025700,x"]), ("WD24CD,LAD24CD", ["E05005500,E07000130"]), (HEADING, [])]
)  # fmt: skip
def test_no_lookup(owner_db: dict[str, str], tmp_path: Path, heading: str, rows: list[str]) -> None:
    with pytest.raises(FileRefused):
        import_lookup(write(tmp_path / "a.csv", *rows, heading=heading))


def test_a_bad_row_is_named_and_the_rest_is_taken(owner_db: dict[str, str], tmp_path: Path) -> None:
    figures = import_lookup(write(tmp_path / "a.csv", ROW, ROW.replace("E05005500", "ward"), "short"))
    assert (figures.read, figures.created, figures.refused) == (3, 1, 2)
    assert [row for _, row, _ in figures.refusals] == [3, 4]


def test_latin_1_names_are_read(owner_db: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f"{HEADING}\n{ROW.replace('Outwoods', 'Café')}\n".encode("latin-1"))
    import_lookup(tmp_path / "a.csv")
    assert ("E01025700", "ward", "E05005500", "Café") in stored(owner_db)


def test_the_published_lookups_of_the_partnership(owner_db: dict[str, str], shared_data: Path) -> None:
    geo = shared_data / "geo"
    assert import_lookup(geo / "llr_lookup_lsoa21_ward24_lad24_csp24_pfa24.csv").created == 634
    assert import_lookup(geo / "llr_lookup_lsoa11_lsoa21.csv").created == 635
