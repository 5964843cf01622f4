"""Outlines as published become areas with boundaries; anything else is refused and leaves those that are there."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sentinel.cli.demo.partnership import DISTRICTS
from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.ons import boundaries as module
from sentinel.interfaces.ons import import_boundaries
from tests.places.data import add_point

SQUARE = [[[-1.3, 52.7], [-1.1, 52.7], [-1.1, 52.8], [-1.3, 52.8], [-1.3, 52.7]]]


@pytest.fixture(autouse=True)
def areas_as_they_were(database_urls: dict[str, str]) -> Any:
    """Areas are kept between tests: those that a test makes are taken out again."""
    yield
    with psycopg.connect(database_urls["postgres"]) as connection:
        connection.execute("DELETE FROM places_boundary")
        connection.execute("DELETE FROM accounts_area WHERE source <> 'Demonstration'")


def feature(
    code: str = "E07000130", kind: str = "LAD24", geometry: Any = None, **more: Any
) -> dict[str, Any]:
    properties = {f"{kind}CD": code, f"{kind}NM": "Somewhere", **more}
    shape = geometry if geometry is not None else {"type": "Polygon", "coordinates": SQUARE}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def write(path: Path, *features: Any) -> Path:
    content = json.dumps({"type": "FeatureCollection", "name": "x", "features": list(features)}).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def stored(urls: dict[str, str]) -> list[tuple[Any, ...]]:
    with psycopg.connect(urls["postgres"]) as connection:
        return connection.execute(
            "SELECT a.kind, a.code, a.name, b.west, b.north FROM places_boundary b JOIN accounts_area a ON a.id = b.area_id"
            " ORDER BY a.code"
        ).fetchall()


def test_a_district_that_is_known_gets_its_outline_and_keeps_its_name(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    figures = import_boundaries(write(tmp_path / "a.geojson", feature()))
    assert (figures.read, figures.created) == (1, 1)
    assert stored(owner_db) == [("district", "E07000130", "Charnwood", -1.3, 52.8)]


def test_a_ward_that_is_new_becomes_an_area(owner_db: dict[str, str], tmp_path: Path) -> None:
    import_boundaries(write(tmp_path / "a.geojson.gz", feature("E05005408", "WD22", LAD22CD="E07000129")))
    assert stored(owner_db) == [("ward", "E05005408", "Somewhere", -1.3, 52.8)]


def test_importing_again_changes_nothing_and_a_new_outline_replaces_the_old(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    first = write(tmp_path / "a.geojson", feature())
    import_boundaries(first)
    again = import_boundaries(first)
    moved = [[[x - 0.2, y] for x, y in SQUARE[0]]]
    newer = import_boundaries(
        write(
            tmp_path / "b.geojson", feature(kind="LAD25", geometry={"type": "Polygon", "coordinates": moved})
        )
    )
    assert (again.present, again.created) == (1, 0)
    assert (newer.changed, newer.created) == (1, 0)
    assert stored(owner_db)[0][3] == pytest.approx(-1.5)


def test_points_without_a_small_area_are_placed_by_the_outlines(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    codes = sorted(DISTRICTS)
    add_point(owner_db, "Sparrow Lane", 52.75, -1.2)
    add_point(owner_db, "Far Lane", 54.0, -1.2)
    shapes = [
        feature(code, geometry={"type": "Polygon", "coordinates": [[[x + n * 0.3, y] for x, y in SQUARE[0]]]})
        for n, code in enumerate(codes, start=-3)
    ]
    figures = import_boundaries(write(tmp_path / "a.geojson", *shapes))
    assert figures.more["points_placed"] == 2
    with psycopg.connect(owner_db["postgres"]) as connection:
        found = connection.execute(
            "SELECT street, district_code, outside_area FROM places_historicpoint ORDER BY street"
        ).fetchall()
    assert found == [("Far Lane", "", True), ("Sparrow Lane", "E07000130", False)]


@pytest.mark.parametrize(
    ("features", "reason"),
    [
        ([feature(kind="MSOA11", code="E02005345", LAD13CD="E07000130")], "MSOA11CD is no kind of area"),
        ([feature(kind="XYZ", code="E07000130")], "no code of a district"),
        ([feature(code="Charnwood")], "no ONS code"),
        ([feature(geometry={"type": "Point", "coordinates": [-1.2, 52.7]})], "no Polygon"),
        ([feature(geometry={"type": "Polygon", "coordinates": [[[-1.3, 52.7], [-1.1, 52.7]]]})], "fewer than four"),
        ([feature(geometry={"type": "Polygon", "coordinates": [[["a", "b"]] * 4]})], "cannot be read"),
        (
            [feature(geometry={"type": "Polygon", "coordinates": [[[452000, 315000], [453000, 315000], [453000, 316000], [452000, 315000]]]})],
            "British National Grid",
        ),
        ([feature(), feature()], "two of its outlines have the code E07000130"),
        ([], "holds no outline"),
        (["x"], "no properties"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_whole(
    owner_db: dict[str, str], tmp_path: Path, features: list[Any], reason: str
) -> None:
    with pytest.raises(FileRefused) as error:
        import_boundaries(write(tmp_path / "a.geojson", *features))
    assert reason in error.value.reason
    assert stored(owner_db) == []


def test_one_bad_outline_among_good_ones_is_left_out_and_named(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    figures = import_boundaries(write(tmp_path / "a.geojson", feature(), feature("E07000131", geometry={})))
    assert (figures.read, figures.created, figures.refused) == (2, 1, 1)
    assert figures.refusals[0][1] == 2


@pytest.mark.parametrize(
    "content", ["", "{}", '{"features": [', '{"features": [{"a": ', '{"features": [}]}', "not json"]
)
def test_no_geojson_or_a_cut_one(owner_db: dict[str, str], tmp_path: Path, content: str) -> None:
    (tmp_path / "a.geojson").write_text(content)
    with pytest.raises(FileRefused):
        import_boundaries(tmp_path / "a.geojson")


def test_a_cut_file_keeps_nothing_of_what_came_before(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = write(tmp_path / "a.geojson", *(feature(f"E0700013{n}") for n in range(5)))
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(FileRefused):
        import_boundaries(file)
    assert stored(owner_db) == []


def test_an_outline_larger_than_any_is_not_swallowed(
    owner_db: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_FEATURE", 600_000)
    ring = [[-1.3 + n / 1e6, 52.7] for n in range(100_000)]
    file = write(tmp_path / "a.geojson", feature(geometry={"type": "Polygon", "coordinates": [ring]}))
    with pytest.raises(FileRefused) as error:
        import_boundaries(file)
    assert "larger than any" in error.value.reason


def test_the_published_outlines_of_the_partnership(owner_db: dict[str, str], shared_data: Path) -> None:
    geo = shared_data / "geo"
    assert import_boundaries(geo / "llr_lad_2024.geojson").created == 9
    assert import_boundaries(geo / "llr_wards_2022.geojson").created == 181
    assert import_boundaries(geo / "llr_lsoa_2011.geojson.gz").created == 611
    assert import_boundaries(geo / "leicestershire_police_force_area.geojson").created == 1
    with pytest.raises(FileRefused):
        import_boundaries(geo / "llr_msoa_2011.geojson.gz")
