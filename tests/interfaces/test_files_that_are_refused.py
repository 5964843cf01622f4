"""A file that is not what it should be is refused with the reason, and nothing of it is kept."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from sentinel.interfaces import files
from sentinel.interfaces.files import FileRefused
from sentinel.interfaces.police_uk import import_files
from tests.interfaces.street_files import packed, plain, published, row, text

NOW = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)


def refused(urls: dict[str, str], path: Path) -> str:
    """The reason, after making sure that nothing was kept."""
    with pytest.raises(FileRefused) as error:
        import_files([path], now=NOW)
    with psycopg.connect(urls["postgres"]) as connection:
        for table in (
            "places_historiccount",
            "places_historicpoint",
            "places_importedmonth",
            "audit_entry",
        ):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    return error.value.reason


def many(count: int = 20_000) -> list[str]:
    return [row(street=f"On or near Street {number * 7919 % 10007}") for number in range(count)]


def test_other_columns(owner_db: dict[str, str], tmp_path: Path) -> None:
    reason = refused(owner_db, plain(tmp_path / "a.csv", "1,2", heading="Name,Age"))
    assert "not a street-level file" in reason
    assert "Month" in reason


def test_one_column_missing_is_named(owner_db: dict[str, str], tmp_path: Path) -> None:
    heading = text().replace("LSOA code,", "").strip()
    assert "no column LSOA code." in refused(owner_db, plain(tmp_path / "a.csv", heading=heading))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file(owner_db: dict[str, str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert "empty" in refused(owner_db, tmp_path / "a.csv")


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_cut_gzip(owner_db: dict[str, str], tmp_path: Path, share: float) -> None:
    file = packed(tmp_path / "a.csv.gz", *many())
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert "cut off" in refused(owner_db, file)


def test_a_gzip_with_a_wrong_sum(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = packed(tmp_path / "a.csv.gz", *many(200))
    whole = bytearray(file.read_bytes())
    whole[-6] ^= 0xFF
    file.write_bytes(bytes(whole))
    assert "broken" in refused(owner_db, file)


def test_a_cut_zip(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = published(tmp_path / "a.zip", {"2021-06-x-street.csv": text(*many())})
    file.write_bytes(file.read_bytes()[:-2_000])
    assert "cut off or broken" in refused(owner_db, file)


def test_a_zip_with_broken_data(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = published(tmp_path / "a.zip", {"2021-06-x-street.csv": text(*many())})
    whole = bytearray(file.read_bytes())
    whole[5_000:5_200] = os.urandom(200)
    file.write_bytes(bytes(whole))
    refused(owner_db, file)


def test_a_zip_with_nothing_of_use(owner_db: dict[str, str], tmp_path: Path) -> None:
    assert "none of the files" in refused(owner_db, published(tmp_path / "a.zip", {"xl/sheet1.xml": "<x/>"}))


def test_an_empty_zip(owner_db: dict[str, str], tmp_path: Path) -> None:
    assert "empty" in refused(owner_db, published(tmp_path / "a.zip", {}))


def test_a_gzip_bomb_is_stopped_early(
    owner_db: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RATIO_FROM", 1 << 20)
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb") as stream:
        stream.write(text().encode())
        for _ in range(40):
            stream.write((row() + "\n").encode() * 10_000)
    (tmp_path / "a.csv.gz").write_bytes(bomb.getvalue())
    assert "far more than such a file holds" in refused(owner_db, tmp_path / "a.csv.gz")


def test_a_zip_bomb_of_one_endless_line_is_stopped(owner_db: dict[str, str], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2021-06-x-street.csv", text() + "0" * 50_000_000)
    assert "line of more than a million" in refused(owner_db, tmp_path / "a.zip")


def test_a_zip_whose_members_overlap(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = published(tmp_path / "a.zip", {f"{n}-street.csv": text(row()) for n in range(3)})
    whole = bytearray(file.read_bytes())
    at = whole.find(b"PK\x01\x02")
    whole[at + 20 : at + 24] = (1 << 30).to_bytes(4, "little")
    file.write_bytes(bytes(whole))
    assert "overlap" in refused(owner_db, file)


def test_a_zip_with_a_password(owner_db: dict[str, str], tmp_path: Path) -> None:
    file = published(tmp_path / "a.zip", {"2021-06-x-street.csv": text(row())})
    whole = bytearray(file.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.find(mark) + offset] |= 1
    file.write_bytes(bytes(whole))
    assert "password" in refused(owner_db, file)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_how_to_be_saved(owner_db: dict[str, str], tmp_path: Path, encoding: str) -> None:
    mark = b"\xff\xfe" if encoding.endswith("le") else b"\xfe\xff"
    (tmp_path / "a.csv").write_bytes(mark + text(row()).encode(encoding))
    assert "UTF-16" in refused(owner_db, tmp_path / "a.csv")


def test_a_quote_that_is_never_closed(owner_db: dict[str, str], tmp_path: Path) -> None:
    reason = refused(owner_db, plain(tmp_path / "a.csv", row(), row(street='"On or near'), row()))
    assert "line 3 is never closed" in reason


def test_a_folder_or_missing_file(owner_db: dict[str, str], tmp_path: Path) -> None:
    assert "cannot be opened" in refused(owner_db, tmp_path)
    assert "cannot be opened" in refused(owner_db, tmp_path / "nothing.csv")


def test_more_kinds_of_row_than_there_are(
    owner_db: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.interfaces.police_uk.rows.MOST_KINDS", 5)
    rows = [row(force=f"Force {number}") for number in range(20)]
    assert "more months, forces and outcomes" in refused(owner_db, plain(tmp_path / "a.csv", *rows))
