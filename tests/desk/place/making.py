"""A neighbourhood with open data and a case in it, with real commits."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import psycopg

from sentinel.places.models import Place
from sentinel.places.operations import find_or_make_place
from tests.cases.making import a_case, a_party
from tests.desk.case.opened import committed
from tests.places.data import add_incidents, add_point, loaded
from tests.support import NOW, PRIYA

LAT, LON = 52.7700, -1.2000
LSOA, WARD, DISTRICT = "E01000001", "E05000001", "E07000130"
MAY, JUNE, JULY = date(2021, 5, 1), date(2021, 6, 1), date(2021, 7, 1)


def a_place(actor: Any, words: str = "14 Sparrow Lane, Loughborough, LE11 2BB") -> Place:
    """An address in the neighbourhood."""
    return find_or_make_place(actor=actor, now=NOW, words=words, latitude=LAT, longitude=LON)


def a_case_here(actor: Any, words: str = "14 Sparrow Lane, Loughborough, LE11 2BB", **given: Any) -> Any:
    """A case of Priya's there with its victim."""
    case = a_case(actor, place=a_place(actor, words), **given)
    a_party(actor, case, "Margaret Ellis", "victim")
    return case


def cases_here(count: int = 1, **given: Any) -> list[Any]:
    """So many committed cases at one place."""
    return committed(PRIYA, lambda priya: [a_case_here(priya, **given) for _ in range(count)])  # type: ignore[no-any-return]


def neighbourhood(urls: dict[str, str]) -> None:
    """Open data: five incidents on Sparrow Lane, two on Lark Road, in June and July 2021; the lookup of its areas."""
    sparrow = add_point(urls, "Sparrow Lane", LAT, LON, LSOA, "Charnwood 001A", DISTRICT)
    lark = add_point(urls, "Lark Road", LAT + 0.0005, LON, LSOA, "Charnwood 001A", DISTRICT)
    far = add_point(urls, "Sparrow Lane", 52.9, -0.9, "E01000002", "Melton 001A", "E07000133")
    add_incidents(urls, sparrow, JUNE, 5)
    add_incidents(urls, lark, JULY, 2)
    add_incidents(urls, far, JULY, 9)
    loaded(urls, MAY)
    look_up = [
        (LSOA, "ward", WARD, "Storer"), (LSOA, "district", DISTRICT, "Charnwood"),
        ("E01000002", "district", "E07000133", "Melton"),
    ]  # fmt: skip
    with psycopg.connect(urls["sentinel_owner"]) as connection:
        connection.execute(
            "INSERT INTO places_postcode (postcode, latitude, longitude, district_code, lsoa_code, ward_code, source)"
            " VALUES ('LE11 2BB', %s, %s, %s, %s, %s, 'Test directory')",
            [LAT, LON, DISTRICT, LSOA, WARD],
        )
        for row in look_up:
            connection.execute(
                "INSERT INTO places_arealookup (lsoa_code, kind, code, name, source) VALUES (%s, %s, %s, %s, 'Test')",
                row,
            )


def audited(urls: dict[str, str], kind: str, subject: str) -> list[tuple[uuid.UUID, str]]:
    """Who did this to whom, in the audit's order."""
    with psycopg.connect(urls["postgres"]) as connection:
        return connection.execute(
            "SELECT user_id, subject_id FROM audit_entry WHERE kind = %s AND subject = %s ORDER BY at",
            [kind, subject],
        ).fetchall()
