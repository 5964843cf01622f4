"""Invented open data, put in by the owner as the imports do. For tests with real commits."""

from __future__ import annotations

import json
import uuid
from datetime import date

import psycopg

from sentinel.places.geometry import cell_of
from sentinel.places.rules import landmark_key, street_key


def add_postcode(
    urls: dict[str, str],
    postcode: str,
    lat: float | None,
    lon: float | None,
    district: str = "",
    source: str = "Test directory",
) -> None:
    """One postcode of the directory."""
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        connection.execute(
            "INSERT INTO places_postcode (postcode, latitude, longitude, district_code, lsoa_code, ward_code, source)"
            " VALUES (%s, %s, %s, %s, '', '', %s)",
            [postcode, lat, lon, district, source],
        )


def add_boundary(urls: dict[str, str], district: str, box: tuple[float, float, float, float]) -> None:
    """A square outline for a district of the partnership: west, south, east, north."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        connection.execute(
            "INSERT INTO places_boundary (id, area_id, geometry, west, south, east, north, source)"
            " SELECT %s, id, %s, %s, %s, %s, %s, 'Test' FROM accounts_area WHERE kind = 'district' AND code = %s",
            [uuid.uuid4(), json.dumps({"type": "Polygon", "coordinates": [ring]}), *box, district],
        )


def add_point(
    urls: dict[str, str],
    street: str,
    lat: float,
    lon: float,
    lsoa: str = "",
    lsoa_name: str = "",
    district: str = "",
    outside: bool = False,
) -> int:
    """A point of police.uk; returns its id."""
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        row = connection.execute(
            "INSERT INTO places_historicpoint (key, street, street_key, latitude, longitude, cell, lsoa_code, lsoa_name,"
            " district_code, outside_area) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                uuid.uuid4(),
                street,
                street_key(street),
                lat,
                lon,
                cell_of(lat, lon),
                lsoa,
                lsoa_name,
                district,
                outside,
            ],
        ).fetchone()
    assert row
    return int(row[0])


def add_listed(
    urls: dict[str, str],
    name: str,
    what: str,
    locality: str,
    lat: float,
    lon: float,
    aliases: tuple[str, ...] = (),
) -> None:
    """One landmark of a published list, with the names that people call it."""
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        row = connection.execute(
            "INSERT INTO places_gazetteerentry (ref, kind, what, name, locality, key, uprn, postcode, latitude, longitude,"
            " district_code, source) VALUES (%s, 'landmark', %s, %s, %s, '', '', '', %s, %s, '', 'Test') RETURNING id",
            [f"{name}, {locality}", what, name, locality, lat, lon],
        ).fetchone()
        assert row
        for key in sorted({landmark_key(one) for one in (name, *aliases)}):
            connection.execute(
                "INSERT INTO places_gazetteername (entry_id, name_key) VALUES (%s, %s)", [row[0], key]
            )


def add_incidents(urls: dict[str, str], point: int, month: date, count: int) -> None:
    """So many incidents at a point in a month, and the month as imported."""
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        connection.execute(
            "INSERT INTO places_historickind (key, reported_by, falls_within, category, outcome, context)"
            " VALUES (%s, 'Test Police', 'Test Police', 'Anti-social behaviour', '', '') ON CONFLICT DO NOTHING",
            [uuid.UUID(int=1)],
        )
        connection.execute(
            "INSERT INTO places_historiccount (point_id, month, kind_id, times)"
            " SELECT %s, %s, k.id, %s FROM places_historickind k WHERE k.key = %s AND %s > 0",
            [point, month, count, uuid.UUID(int=1), count],
        )
        loaded(urls, month)


def loaded(urls: dict[str, str], month: date) -> None:
    """That a month has been imported."""
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        connection.execute(
            "INSERT INTO places_importedmonth (reported_by, month, incidents, imported_at)"
            " VALUES ('Test Police', %s, 0, now()) ON CONFLICT DO NOTHING",
            [month],
        )
