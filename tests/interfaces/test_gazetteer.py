"""Published lists of places: landmarks with their names, addresses with their UPRN. Bad rows are said with the line."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path

import pytest
from django.db import transaction

from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.gazetteer import BUNDLED, import_gazetteer
from sentinel.kernel.addresses import read_address, street_key
from sentinel.places.models import GazetteerEntry, GazetteerName
from sentinel.places.operations import place_of_choice
from sentinel.places.queries import look_up
from tests.support import NOW, acting

PRIYA = "priya.nair@charnwood.example"
LANDMARKS = (
    "ref,name,what,locality,latitude,longitude,aliases\n"
    "a,Heron Park,park,Shepshed,52.77,-1.29,the Rec|Herons\n"
    "b,Tern Stores,shop,Shepshed,52.771,-1.291,\n"
)


def written(folder: Path, text: str, name: str = "places.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_comes_with_sentinel_is_whole(owner_db: dict[str, str]) -> None:
    figures = import_gazetteer(BUNDLED)
    assert (figures.refused, figures.created) == (0, figures.read)
    assert figures.created >= 50
    again = import_gazetteer(BUNDLED)
    assert (again.created, again.changed, again.present) == (0, 0, figures.read)


def test_a_newer_list_brings_an_entry_up_to_date_with_its_names(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    import_gazetteer(written(tmp_path, LANDMARKS))
    newer = LANDMARKS.replace("the Rec|Herons", "the Rec|Heron Field").replace("52.77,", "52.78,")
    figures = import_gazetteer(written(tmp_path, newer))
    assert (figures.created, figures.changed, figures.present) == (0, 1, 1)
    entry = GazetteerEntry.objects.get(name="Heron Park")
    assert entry.latitude == 52.78
    names = GazetteerName.objects.filter(entry=entry).values_list("name_key", flat=True)
    assert set(names) == {"heron park", "rec", "heron field"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("c,Far Park,park,Nowhere,48.8,2.3,", "its point is not in the United Kingdom"),
        ("c,Far Park,park,Nowhere,x,y,", "its latitude or longitude is not a number"),
        ("c,,park,Nowhere,52.7,-1.2,", "it has no name"),
        ("c,Far Park,park", "it has 3 fields where the heading has 7"),
    ],
)
def test_a_row_that_cannot_be_taken_is_said_with_its_line(
    owner_db: dict[str, str], tmp_path: Path, row: str, why: str
) -> None:
    figures = import_gazetteer(written(tmp_path, LANDMARKS + row + "\n"))
    assert (figures.created, figures.refusals) == (2, [("places.csv", 4, why)])


def test_what_is_no_list_of_places_is_refused_and_nothing_is_kept(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(FileRefused, match="needs a name"):
        import_gazetteer(written(tmp_path, "colour,size\nred,2\n"))
    with pytest.raises(FileRefused, match="no row"):
        import_gazetteer(written(tmp_path, "name,what\n"))
    assert not GazetteerEntry.objects.exists()


def test_a_published_list_of_addresses_with_their_uprns(
    owner_db: dict[str, str], shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "geo" / "uprn_shaped_example_addresses.csv"
    assert import_gazetteer(path).refusals[0] == (path.name, 2, "Enter a whole UK postcode, like LE1 1AA")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    # Its postcodes are of a shape that there is none of.
    figures = import_gazetteer(written(tmp_path, re.sub(r"ZZ\d \d[A-Z]{2}", "", path.read_text("utf-8"))))
    assert (figures.refused, figures.created) == (0, len(rows))
    with transaction.atomic():
        me = acting(PRIYA)
        for row in rows[:40]:
            found = look_up(me, f"UPRN {row['uprn']}")
            assert found.exact
            made = place_of_choice(actor=me, now=NOW, choice=found.candidates[0].choice)
            assert made.uprn == row["uprn"]
            assert look_up(me, row["uprn"]).candidates[0].choice == f"place:{made.id}"
            typed = (
                f"{row['number']} {row['streetname'].lower()}, {row['locality']}, {row['townname'].lower()}"
            )
            if row["number"] and not row["subname"] and not row["name"]:
                assert look_up(me, typed).candidates[0].choice == f"place:{made.id}", typed


def test_of_real_streets_nearly_all_are_read_whole_wherever_they_stand(shared_data: Path) -> None:
    """6 of 8,403 are not: "Asda, Thurmaston" has a comma of its own, "Ellis Park, Glenfield" too."""
    path = shared_data / "geo" / "leicestershire-police-anonymised-points.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        names = sorted({row["street"] for row in csv.DictReader(lines)})
    for ways in ("14 {}, Loughborough, LE11 0ZZ", "14 {} Loughborough LE11 0ZZ", "Flat 3, 14 {} le110zz"):
        wrong = [name for name in names if read_address(ways.format(name)).street != street_key(name)]
        assert len(wrong) <= 10, (ways, wrong[:20])
