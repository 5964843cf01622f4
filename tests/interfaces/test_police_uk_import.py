"""Street-level files become historic incidents: equal rows are so many incidents, and importing again adds none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest

from sentinel.interfaces.figures import Figures
from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.police_uk import import_files
from tests.interfaces.street_files import HEADING, packed, plain, published, row, text

NOW = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)


def run(*paths: Path, dry_run: bool = False) -> Figures:
    return import_files(list(paths), now=NOW, dry_run=dry_run)


def counts(figures: Figures) -> tuple[int, int, int, int]:
    assert figures.read == figures.created + figures.present + figures.refused
    return figures.read, figures.created, figures.present, figures.refused


def incidents(urls: dict[str, str]) -> int:
    with psycopg.connect(urls["postgres"]) as connection:
        found = connection.execute(
            "SELECT coalesce(sum(times), 0)::integer FROM places_historiccount"
        ).fetchone()
    assert found
    return int(found[0])


def test_only_asb_rows_are_read(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = plain(
        tmp_path / "a.csv", row(), row(kind="Burglary", crime_id="f" * 64), row(street="On or near Lark Road")
    )
    assert counts(run(file)) == (2, 2, 0, 0)


def test_two_equal_rows_are_two_incidents(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = plain(tmp_path / "a.csv", row(), row(), row())
    assert counts(run(file)) == (3, 3, 0, 0)
    assert incidents(owner_db) == 3


def test_importing_again_makes_nothing(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = plain(tmp_path / "a.csv", row(), row(), row(street="On or near Lark Road"))
    run(file)
    assert counts(run(file)) == (3, 0, 3, 0)
    assert incidents(owner_db) == 3


def test_files_that_overlap_make_each_incident_once(owner_db: dict[str, str], tmp_path: Path) -> None:
    june = [row(), row(), row(street="On or near Lark Road")]
    first = plain(tmp_path / "june.csv", *june)
    both = plain(tmp_path / "june-july.csv", *june, row(month="2021-07"), row())
    assert counts(run(first)) == (3, 3, 0, 0)
    assert counts(run(both)) == (5, 2, 3, 0)
    assert incidents(owner_db) == 5


def test_overlapping_files_in_one_command_are_the_same(owner_db: dict[str, str], tmp_path: Path) -> None:
    one = plain(tmp_path / "one.csv", row(), row())
    two = packed(tmp_path / "two.csv.gz", row(), row(), row())
    figures = run(one, two)
    assert counts(figures) == (5, 3, 2, 0)
    assert incidents(owner_db) == 3


def test_the_published_zip_is_read_street_files_alone(owner_db: dict[str, str], tmp_path: Path) -> None:
    archive = published(
        tmp_path / "latest.zip",
        {
            "2021-06/2021-06-leicestershire-street.csv": text(row(), row()),
            "2021-07/2021-07-leicestershire-street.csv": text(row(month="2021-07")),
            "2021-06/2021-06-leicestershire-outcomes.csv": "Crime ID,Outcome type\nx,y\n",
            "2021-06/2021-06-leicestershire-stop-and-search.csv": "Type,Date\nx,y\n",
        },
    )
    assert counts(run(archive)) == (3, 3, 0, 0)


def test_a_dry_run_reports_and_keeps_nothing(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = plain(tmp_path / "a.csv", row(), row())
    figures = run(file, dry_run=True)
    assert counts(figures) == (2, 2, 0, 0)
    assert figures.more["dry_run"] is True
    assert incidents(owner_db) == 0


def test_columns_may_stand_in_another_order(owner_db: dict[str, str], tmp_path: Path) -> None:
    names = HEADING.split(",")[::-1]
    rows = [",".join(row().split(",")[::-1]), ",".join(row().split(",")[::-1])]
    assert counts(run(plain(tmp_path / "a.csv", *rows, heading=",".join(names)))) == (2, 2, 0, 0)
    assert counts(run(plain(tmp_path / "b.csv", row(), row()))) == (2, 0, 2, 0)


def test_quotes_commas_and_line_ends_within_a_field_are_read(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    quoted = row(street='"On or near Smith, Jones ""and"" Sons Yard"')
    two_lines = row(street='"On or near Two\nLines Lane"')
    figures = run(plain(tmp_path / "a.csv", quoted, quoted, two_lines, row()))
    assert counts(figures) == (4, 4, 0, 0)
    with psycopg.connect(owner_db["postgres"]) as connection:
        streets = {r[0] for r in connection.execute("SELECT street FROM places_historicpoint").fetchall()}
    assert 'Smith, Jones "and" Sons Yard' in streets


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xef\xbb\xbf" + text(row(), row()).replace("\n", "\r\n").encode())
    assert counts(run(file)) == (2, 2, 0, 0)
    assert counts(run(plain(tmp_path / "b.csv", row(), row()))) == (2, 0, 2, 0)


def test_latin_1_is_read_as_it_was_meant(owner_db: dict[str, str], tmp_path: Path) -> None:
    rows = [row(), row(), row(street="On or near Café Row")]
    figures = run(plain(tmp_path / "a.csv", *rows, encoding="latin-1"))
    assert counts(figures) == (3, 3, 0, 0)
    # The same in UTF-8 is the same incidents.
    assert counts(run(plain(tmp_path / "b.csv", *rows))) == (3, 0, 3, 0)


def test_latin_1_late_in_a_long_file_counts_no_row_twice(owner_db: dict[str, str], tmp_path: Path) -> None:
    rows = [row()] * 3_000 + [row(lat="abroad")] + [row(street="On or near Café Row")]
    figures = run(plain(tmp_path / "a.csv", *rows, encoding="latin-1"))
    assert counts(figures) == (3_002, 3_001, 0, 1)
    assert len(figures.refusals) == 1


def test_a_street_with_a_backslash_or_tab_is_kept(owner_db: dict[str, str], tmp_path: Path) -> None:
    assert counts(run(plain(tmp_path / "a.csv", row(street="On or near A\\tB\\N"), row(street="C\tD")))) == (
        2,
        2,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(month="2021-13"), "month is not written"),
        (row(month="June 2021"), "month is not written"),
        (row(month=""), "month is not written"),
        (row(month="2027-01"), "month is in the future"),
        (row(lat="91"), "not in the United Kingdom"),
        (row(lat="nan"), "not in the United Kingdom"),
        (row(lat="", lon="-1.2"), "not a number"),
        (row(lat="fifty"), "not a number"),
        (row(lon="52.77", lat="-1.2"), "not in the United Kingdom"),
        (row(lsoa="Charnwood"), "LSOA code"),
        (row(force=""), "which force"),
        (row(street="x" * 161), "longer"),
        (row(street="On or near \x00"), "cannot be stored"),
        (row() + ",more", "13 fields where the heading has 12"),
        (",2021-06,Leicester", "3 fields where the heading has 12"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_is_taken(
    owner_db: dict[str, str], tmp_path: Path, bad: str, reason: str
) -> None:
    figures = run(plain(tmp_path / "a.csv", row(), bad, row()))
    assert counts(figures) == (3, 2, 0, 1)
    file, line, why = figures.refusals[0]
    assert (file, line) == ("a.csv", 3)
    assert reason in why


def test_a_row_without_a_place_is_an_incident_of_its_month(owner_db: dict[str, str], tmp_path: Path) -> None:
    nowhere = row(street="No Location", lon="", lat="", lsoa="", name="")
    figures = run(plain(tmp_path / "a.csv", nowhere, nowhere))
    assert counts(figures) == (2, 2, 0, 0)
    assert figures.more["outside_area"] == 0


def test_a_row_cut_off_at_the_end_of_the_file_is_refused_alone(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(text(row(), row()).rstrip("\n")[:-40])
    figures = run(file)
    assert counts(figures) == (2, 1, 0, 1)


def test_rows_outside_the_partnership_are_counted_and_flagged(
    owner_db: dict[str, str], tmp_path: Path
) -> None:
    away = row(lat="51.46", lon="-0.19", lsoa="E01004500", name="Wandsworth 003B")
    figures = run(plain(tmp_path / "a.csv", row(), away, away))
    assert figures.more["outside_area"] == 2
    again = run(plain(tmp_path / "b.csv", row(), away, away, away))
    assert (again.created, again.more["outside_area"]) == (1, 1)
    with psycopg.connect(owner_db["postgres"]) as connection:
        found = connection.execute(
            "SELECT lsoa_name, outside_area, district_code FROM places_historicpoint"
        ).fetchall()
    assert set(found) == {("Charnwood 002D", False, "E07000130"), ("Wandsworth 003B", True, "")}


def test_an_empty_month_is_still_a_month_that_was_imported(owner_db: dict[str, str], tmp_path: Path) -> None:
    run(plain(tmp_path / "a.csv", row(kind="Burglary", month="2021-05"), row()))
    with psycopg.connect(owner_db["postgres"]) as connection:
        months = connection.execute(
            "SELECT month, incidents FROM places_importedmonth ORDER BY month"
        ).fetchall()
    assert months == [(date(2021, 5, 1), 0), (date(2021, 6, 1), 1)]


def test_the_import_is_in_the_audit(owner_db: dict[str, str], tmp_path: Path) -> None:
    run(plain(tmp_path / "a.csv", row(), row(lat="no")))
    with psycopg.connect(owner_db["postgres"]) as connection:
        found = connection.execute("SELECT subject, detail FROM audit_entry WHERE kind = 'import'").fetchall()
    assert found == [("police_uk", {"read": 2, "created": 1, "refused": 1, "outside_area": 0})]


def test_more_points_than_are_remembered_stay_one_each(
    owner_db: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.interfaces.police_uk.rows.MOST_REMEMBERED", 3)
    streets = [row(street=f"On or near Street {number}") for number in range(10)]
    assert counts(run(plain(tmp_path / "a.csv", *streets, *streets))) == (20, 20, 0, 0)
    with psycopg.connect(owner_db["postgres"]) as connection:
        points = connection.execute("SELECT count(*) FROM places_historicpoint").fetchone()
    assert points == (10,)
    assert counts(run(plain(tmp_path / "b.csv", *streets, *streets))) == (20, 0, 20, 0)


def test_a_good_file_before_a_bad_one_keeps_nothing_either(owner_db: dict[str, str], tmp_path: Path) -> None:
    good = plain(tmp_path / "a.csv", row())
    bad = plain(tmp_path / "b.csv", "x", heading="Name,Age")
    with pytest.raises(FileRefused):
        run(good, bad)
    assert incidents(owner_db) == 0
