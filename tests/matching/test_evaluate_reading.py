"""A labelled file is read, or it is said in which line it cannot be."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sentinel.kernel.errors import Invalid
from sentinel.matching.evaluate.columns import Role, mapped, recognise
from sentinel.matching.evaluate.fields import fields_of
from sentinel.matching.evaluate.reading import Table, read
from sentinel.matching.rules.levels import Day, Kind

GOOD = "person,given,family\n1,Margaret,Ellis\n1,Peggy,Ellis\n2,Gregory,Shaw\n"


def write(folder: Path, text: str | bytes, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "data", [GOOD.encode(), gzip.compress(GOOD.encode(), mtime=0), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace(",", "; ").encode(),
             GOOD.replace("\n", "\r\n\r\n").encode()]
)  # fmt: skip
def test_a_file_plain_packed_marked_or_with_another_separator_is_the_same(
    tmp_path: Path, data: bytes
) -> None:
    table = read([write(tmp_path, data)], truth="person")
    assert table.truth == ["1", "1", "2"]
    assert table.columns == {"given": ["Margaret", "Peggy", "Gregory"], "family": ["Ellis", "Ellis", "Shaw"]}


def test_a_part_of_the_truth_and_several_files_of_one_head(tmp_path: Path) -> None:
    first = write(tmp_path, "id,name\nrec-1-org,Ellis\nrec-2-org,Shaw\n", "a.csv")
    second = write(tmp_path, "id,name\nrec-1-dup-0,Elis\n", "b.csv")
    assert read([first, second], truth="id", pattern=r"rec-(\d+)").truth == ["1", "2", "1"]
    assert read([first, second], truth="id", pattern=r"rec-\d+").truth == ["rec-1", "rec-2", "rec-1"]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (GOOD, {"truth": "cluster"}, 'line 1: there is no column "cluster". There are: person, given, family'),
        (GOOD, {"truth": "person", "ignored": ["nhs"]}, 'line 1: there is no column "nhs"'),
        (GOOD.replace("\n2,", "\n,"), {"truth": "person"}, 'people.csv line 4: "person" is empty'),
        (GOOD.replace("\n2,", "\nunknown,"), {"truth": "person"}, 'people.csv line 4: "person" is empty'),
        (GOOD, {"truth": "person", "pattern": r"rec-(\d+)"}, "line 2: --truth-pattern finds nothing"),
        (GOOD, {"truth": "person", "pattern": "("}, "not a regular expression"),
        (GOOD, {"truth": "given"}, 'no two records have the same "given"'),
        (GOOD + "3,Joan\n", {"truth": "person"}, "people.csv line 5: 2 cells where the head has 3"),
        (GOOD.encode() + "3,Zoë,Shaw\n".encode("latin-1"), {"truth": "person"}, "people.csv line 5: byte 0xeb is not UTF-8"),
        (GOOD.encode() + b"3,Z\x00,Shaw\n", {"truth": "person"}, "people.csv line 5: a NUL character"),
        (GOOD + '3,"Joan,Shaw\n', {"truth": "person"}, "people.csv line 5: unexpected end"),
        (GOOD.replace("given", "family", 1), {"truth": "person"}, 'two columns are called "family"'),
        ("", {"truth": "person"}, "the file is empty"),
        ("person,given\n1,Joan\n", {"truth": "person"}, "not two records"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], {"truth": "person"}, "cut short or damaged"),
        (GOOD, {"truth": "person", "encoding": "utf-9"}, 'no encoding "utf-9"'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_line(
    tmp_path: Path, text: str | bytes, options: dict[str, object], words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read([write(tmp_path, text)], **options)  # type: ignore[arg-type]
    assert words in refused.value.message


def test_another_encoding_may_be_said(tmp_path: Path) -> None:
    path = write(tmp_path, (GOOD + "3,Zoë,Shaw\n").encode("cp1252"))
    assert read([path], truth="person", encoding="cp1252").columns["given"][-1] == "Zoë"


def test_a_second_file_with_another_head_is_refused(tmp_path: Path) -> None:
    paths = [write(tmp_path, GOOD, "a.csv"), write(tmp_path, "person,given\n1,Joan\n", "b.csv")]
    with pytest.raises(Invalid, match="not those of"):
        read(paths, truth="person")


def column(*cells: str) -> list[str]:
    return list(cells) * 10


@pytest.mark.parametrize(
    ("name", "cells", "role"),
    [
        ("First Name", column("Joan", "Ali"), Role.GIVEN),
        ("firstName", column("Joan", "Ali"), Role.GIVEN),
        ("fname_c1", column("Joan", "Ali"), Role.GIVEN),
        ("last_name", column("Shaw", "Ali"), Role.FAMILY),
        ("Full name", column("Joan Shaw", "Ali Khan"), Role.NAME),
        ("DOB", column("1956-04-03", "1988-12-29"), Role.BIRTH),
        ("by", column("1956", "1988"), Role.BIRTH_YEAR),
        ("place_of_birth", column("Thurnby", "Syston"), Role.BIRTH_PLACE),
        ("zip_code", column("4011", "4022"), Role.POSTCODE),
        ("Mobile phone", column("07700900123", "07700900124"), Role.PHONE),
        ("e-mail", column("a@b.example", "c@d.example"), Role.EMAIL),
        ("NHS number", column("1", "2"), Role.IDENTIFIER),
        ("street_number", column("1", "2"), Role.HOUSE),
        ("address_1", column("Tern Street", "Sparrow Lane"), Role.ADDRESS),
        ("suburb", column("Thurnby", "Syston"), Role.PLACE),
        ("occupation", column("cook", "nurse"), Role.TEXT),
        ("c1", column("1956-04-03", "1988-12-29"), Role.BIRTH),
        ("c2", column("a@b.example", "c@d.example"), Role.EMAIL),
        ("c3", column("LE11 0ZZ", "LE3 9QP"), Role.POSTCODE),
        ("c4", column("07700 900123", "01632 960142"), Role.PHONE),
        ("c5", column("F", "M"), Role.SEX),
        ("c6", column("Margaret", "Mohammed"), Role.GIVEN),
        ("c7", column("Margaret Ellis", "Mohammed Khan"), Role.NAME),
        ("c8", column("14 Sparrow Lane", "9 Tern Street"), Role.ADDRESS),
        ("c9", column("red", "blue"), Role.CATEGORY),
        ("notes", column("", "unknown"), Role.IGNORE),
        ("unique_id", [str(at) for at in range(20)], Role.IGNORE),
        ("row", [str(at) for at in range(20)], Role.IGNORE),
        ("title", column("Mr", "Mrs"), Role.IGNORE),
    ],
)
def test_a_column_is_recognised_by_its_name_and_else_by_what_stands_in_it(
    name: str, cells: list[str], role: Role
) -> None:
    assert recognise({name: cells}, {})[name] is role


def test_an_age_beside_a_date_of_birth_is_left_out_and_what_is_said_goes_before_all() -> None:
    columns = {
        "age": column("70", "38"),
        "dob": column("1956-04-03", "1988-12-29"),
        "x": column("Shaw", "Ali"),
    }
    assert recognise(columns, {})["age"] is Role.IGNORE
    assert recognise(columns, mapped(["x=family", "age=number"], list(columns))) == {
        "age": Role.NUMBER, "dob": Role.BIRTH, "x": Role.FAMILY,
    }  # fmt: skip


@pytest.mark.parametrize("said", ["nobody=family", "family", "given=colour"])
def test_a_map_of_what_is_not_there_is_refused(said: str) -> None:
    with pytest.raises(Invalid):
        mapped([said], ["given"])


def fields(**columns: list[str]) -> dict[str, tuple[Kind, object]]:
    table = Table(columns, ["1"] * len(next(iter(columns.values()))))
    return {field.name: (field.kind, field.values[0]) for field in fields_of(table, recognise(columns, {}))}


def test_parts_of_a_birth_date_are_put_together() -> None:
    assert fields(by=["1956", "1988"], bm=["4", "12"], bd=["3", "29"]) == {
        "birth": (Kind.BIRTH, Day("1956", "04", "03"))
    }


def test_an_address_does_not_say_again_what_other_columns_say() -> None:
    found = fields(
        address=["14 Sparrow Lane, Thurnby LE11 0ZZ", "9 Tern Street Syston"], town=["Thurnby", "Syston"],
        postcode=["LE11 0ZZ", "LE3 9QP"],
    )  # fmt: skip
    assert found["address"] == (Kind.ADDRESS, ("14 sparrow lane",))


def test_a_postcode_that_only_the_address_says_is_taken_from_it() -> None:
    found = fields(address=["14 Sparrow Lane, LE11 0ZZ", "9 Tern Street, LE3 9QP"])
    assert found["postcode"] == (Kind.POSTCODE, ("le110zz",))
    assert found["address"] == (Kind.ADDRESS, ("14 sparrow lane",))
