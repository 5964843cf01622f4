"""Nothing that stands after a heading is lost, however the heading and the lines before it are written."""

from __future__ import annotations

import io

import pytest

from sentinel.interfaces.files import Part, Table


def table(text: str) -> Table:
    return Table(Part("rows.csv", lambda: io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4\n",
        "\na,b\n1,2\n3,4\n",
        "\n\na,b\n\n1,2\n3,4",
        '"a",b\n1,2\n3,4\n',
        '"a\nx",b\n1,2\n3,4\n',
        'a,b\r\n"1",2\r\n3,4\r\n',
        '"a",b\n"1",2\n\n3,4\n',
    ],
)
def test_every_record_after_the_heading_is_read(text: str) -> None:
    found = table(text)
    assert found.width == 2
    assert list(found.rows()) == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("\na,b\n1,2\n\n3,4\n", [3, 5]),
        ('a,b\n"1\n1",2\n3,4\n', [3, 4]),
        ('"a",b\n1,2\n"3",4\n', [2, 3]),
    ],
)
def test_each_is_told_by_the_line_where_it_ends(text: str, lines: list[int]) -> None:
    found = table(text)
    assert [found.line for _ in found.records()] == lines


def test_in_runs_the_line_of_each_is_counted_from_the_tables() -> None:
    found = table("a,b\n1,2\n3,4\n")
    assert [(found.line + at, record) for run in found.runs() for at, record in enumerate(run, 1)] == [
        (2, "1,2"),
        (3, "3,4"),
    ]
