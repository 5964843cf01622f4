"""The published files themselves, with all their quirks. Skipped where the shared data is not at hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg

from sentinel.interfaces.police_uk import import_files

NOW = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)


def test_twenty_three_months_of_leicestershire_import_whole(
    owner_db: dict[str, str], shared_data: Path
) -> None:
    file = shared_data / "police" / "leicestershire-asb-2019-12_2021-10.csv.gz"
    first = import_files([file], now=NOW)
    again = import_files([file], now=NOW)
    assert (first.read, first.created, first.refused) == (23_329, 23_329, 0)
    assert (again.created, again.present) == (0, 23_329)
    # A few in London, York and over the border: 0.27 per cent.
    assert first.more["outside_area"] == 63
    with psycopg.connect(owner_db["postgres"]) as connection:
        months = connection.execute("SELECT count(*) FROM places_importedmonth").fetchone()
    assert months == (23,)


def test_a_month_that_is_in_two_files_is_imported_once(owner_db: dict[str, str], shared_data: Path) -> None:
    folder = shared_data / "police"
    month = import_files([folder / "2021-06-leicestershire-street.csv.gz"], now=NOW)
    assert month.created == month.read > 0
    import_files([folder / "leicestershire-asb-2019-12_2021-10.csv.gz"], now=NOW)
    with psycopg.connect(owner_db["postgres"]) as connection:
        total = connection.execute(
            "SELECT coalesce(sum(times), 0)::integer FROM places_historiccount"
        ).fetchone()
    assert total == (23_329,)


def test_the_lockdown_surge_is_there(owner_db: dict[str, str], shared_data: Path) -> None:
    figures = import_files([shared_data / "police" / "2020-04-leicestershire-street.csv.gz"], now=NOW)
    assert figures.created == 1_736


def test_another_force_is_taken_and_flagged_as_outside(owner_db: dict[str, str], shared_data: Path) -> None:
    figures = import_files([shared_data / "police" / "2021-07-lancashire-street.csv.gz"], now=NOW)
    assert figures.created == figures.read > 0
    assert figures.more["outside_area"] == figures.created


def test_noise_reports_of_a_council_are_no_police_file(owner_db: dict[str, str], shared_data: Path) -> None:
    import pytest

    from sentinel.interfaces.files import FileRefused

    with pytest.raises(FileRefused):
        import_files([shared_data / "police" / "leeds_asb_team_noise_2017-07_2017-09.csv"], now=NOW)
