"""The postcode directory: read as published, again and again, and what has ended is taken out."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.db import transaction

from sentinel.foundation.actor import SYSTEM
from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.ons import import_postcodes
from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from tests.places.data import add_postcode
from tests.support import NOW

HEADING = "pcd,pcd2,pcds,dointr,doterm,oslaua,osward,lat,long,lsoa21"
GOOD = "LE1 1AA,LE1  1AA,LE1 1AA,198001,,E06000016,E05010459,52.63,-1.13,E01013609"


def write(path: Path, *rows: str, heading: str = HEADING) -> Path:
    path.write_text("\n".join([heading, *rows]) + "\n")
    return path


def stored(urls: dict[str, str]) -> dict[str, tuple[object, ...]]:
    with psycopg.connect(urls["postgres"]) as connection:
        rows = connection.execute(
            "SELECT postcode, latitude, longitude, district_code, lsoa_code, ward_code, source FROM places_postcode"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_a_row_of_the_directory(owner_db: dict[str, str], tmp_path: Path) -> None:
    figures = import_postcodes(write(tmp_path / "ONSPD.csv", GOOD))
    assert (figures.read, figures.created) == (1, 1)
    assert stored(owner_db) == {"LE1 1AA": (52.63, -1.13, "E06000016", "E01013609", "E05010459", "ONSPD.csv")}


def test_importing_again_changes_nothing_and_a_moved_one_is_changed(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    import_postcodes(write(tmp_path / "a.csv", GOOD))
    again = import_postcodes(tmp_path / "a.csv")
    moved = import_postcodes(write(tmp_path / "b.csv", GOOD.replace("52.63", "52.64")))
    assert (again.present, again.created, again.changed) == (1, 0, 0)
    assert (moved.present, moved.created, moved.changed) == (0, 0, 1)


def test_an_ended_postcode_is_left_out_and_taken_out(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_postcodes(write(tmp_path / "a.csv", GOOD, GOOD.replace("1AA", "1AB")))
    figures = import_postcodes(
        write(tmp_path / "b.csv", GOOD, GOOD.replace("1AA", "1AB").replace("198001,", "198001,202601"))
    )
    assert (figures.read, figures.more["ended"]) == (1, 1)
    assert set(stored(owner_db)) == {"LE1 1AA"}


def test_only_the_areas_asked_for_are_kept(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_postcodes(write(tmp_path / "a.csv", GOOD, GOOD.replace("LE1", "NG1")), areas=["le"])
    assert set(stored(owner_db)) == {"LE1 1AA"}


def test_a_postcode_without_a_place_is_known_without_one(owner_db: dict[str, str], tmp_path: Path) -> None:
    row = GOOD.replace("52.63,-1.13", "99.999999,0.0")
    import_postcodes(write(tmp_path / "a.csv", row))
    assert stored(owner_db)["LE1 1AA"][:2] == (None, None)


def test_the_same_postcode_twice_is_one(owner_db: dict[str, str], tmp_path: Path) -> None:
    figures = import_postcodes(write(tmp_path / "a.csv", GOOD, GOOD))
    assert (figures.read, figures.created, figures.present) == (2, 1, 1)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (GOOD.replace("LE1 1AA", "LE1"), "no whole postcode"),
        (GOOD.replace("52.63", "north"), "not a number"),
        (GOOD.replace("52.63", "42.63"), "not in the United Kingdom"),
        (GOOD.replace("E06000016", "Leicester"), "no ONS code"),
        (GOOD + ",x", "fields"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_taken(
    owner_db: dict[str, str], tmp_path: Path, bad: str, reason: str
) -> None:
    figures = import_postcodes(write(tmp_path / "a.csv", GOOD, bad))
    assert (figures.read, figures.created, figures.refused) == (2, 1, 1)
    assert reason in figures.refusals[0][2]


@pytest.mark.parametrize(
    ("heading", "rows"),
    [("Name,Age", ["1,2"]), ("postcode,note", ["LE1 1AA,x"]), (HEADING, []), ("lat,long", ["52,-1"])],
)
def test_no_directory(owner_db: dict[str, str], tmp_path: Path, heading: str, rows: list[str]) -> None:
    with pytest.raises(FileRefused):
        import_postcodes(write(tmp_path / "a.csv", *rows, heading=heading))
    assert stored(owner_db) == {}


def test_an_invented_postcode_gives_way_to_the_real_one(owner_db: dict[str, str], tmp_path: Path) -> None:
    add_postcode(owner_db, "LE1 1AA", 52.63, -1.13, "E06000016", source="Demonstration")
    import_postcodes(write(tmp_path / "a.csv", GOOD))
    assert stored(owner_db)["LE1 1AA"][-1] == "a.csv"


def test_places_named_before_are_located(owner_db: dict[str, str], tmp_path: Path) -> None:
    with transaction.atomic():
        place = find_or_make_place(actor=SYSTEM, now=NOW, words="1 Sparrow Lane LE1 1AA")
    figures = import_postcodes(write(tmp_path / "a.csv", GOOD))
    found = Place.objects.select_related("district").get(pk=place.pk)
    assert figures.more["places_located"] == 1
    assert (found.latitude, found.district and found.district.name) == (52.63, "Leicester")
    assert found.cell


def test_the_published_postcodes_of_the_partnership(owner_db: dict[str, str], shared_data: Path) -> None:
    figures = import_postcodes(shared_data / "geo" / "llr_postcodes.csv.gz")
    assert (figures.read, figures.created, figures.refused) == (37_867, 37_867, 0)
