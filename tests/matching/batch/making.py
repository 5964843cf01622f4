"""Invented persons in an extract, for tests of the comparison of all."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow
import pyarrow.parquet

from sentinel.matching.batch.faces import COLUMNS, Told, faces

GIVEN = (
    "Margaret", "Gregory", "Aisha", "Mohammed", "Agnieszka", "Piotr", "Priya", "Sunil", "Faduma", "Abdi", "Joan", "Ruth", "Colin",
    "Tariq", "Walter", "Esther",
)  # fmt: skip
FAMILY = (
    "Ellis", "Shaw", "Khan", "Hussain", "Nowak", "Kowalski", "Patel", "Desai", "Warsame", "Jama", "Webb", "Carr", "Okafor", "Ashby",
    "Thornton", "Whitfield",
)  # fmt: skip


def told(
    given: str,
    family: str,
    born: str = "",
    home: tuple[str, str] = ("", ""),
    phone: str = "",
    email: str = "",
) -> Told:
    """What is known of somebody, once each."""
    return Told(
        names=[(given, family, f"{given} {family}")], births=[born] if born else [], homes=[home] if any(home) else [],
        phones=[phone] if phone else [], emails=[email] if email else [],
    )  # fmt: skip


def twice_told(many: int, again: int, seed: int = 3) -> tuple[list[Told], set[tuple[int, int]]]:
    """`many` persons, the first `again` of them told of once more with a slip; and which are one person's."""
    draw = random.Random(seed)
    people, second, pairs = [], [], set()
    for at in range(many):
        given, family = draw.choice(GIVEN), draw.choice(FAMILY) + draw.choice(("", "son", "by", "field"))
        born = f"{draw.randrange(1940, 2008)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        home = (
            f"{draw.randrange(1, 99)} Tern Street",
            f"LE{draw.randrange(1, 19)} {draw.randrange(9)}{draw.choice('ABDE')}{draw.choice('XYZ')}",
        )
        phone = f"+441632960{draw.randrange(1000):03}"
        people.append(told(given, family, born, home, phone))
        if at < again:
            slip = family[:2] + family[3:] if at % 2 else family
            moved = born[:5] + born[8:] + "-" + born[5:7] if at % 3 == 0 and int(born[8:]) <= 12 else born
            second.append(told(given, slip, moved, home if at % 4 else ("", ""), phone if at % 5 else ""))
            pairs.add((at, many + len(second) - 1))
    return [*people, *second], pairs


def write(path: Path, people: list[Told]) -> int:
    """An extract of these, numbered in their order. Returns how many rows it has."""
    rows = [(number, face) for number, one in enumerate(people) for face in faces(one)]
    columns: dict[str, list[object]] = {
        "unique_id": list(range(len(rows))), "person": [number for number, _ in rows],
        **{name: [face[at] for _, face in rows] for at, name in enumerate(COLUMNS)},
    }  # fmt: skip
    schema = pyarrow.schema(
        [
            ("unique_id", pyarrow.int64()),
            ("person", pyarrow.int64()),
            *((name, pyarrow.string()) for name in COLUMNS),
        ]
    )
    pyarrow.parquet.write_table(pyarrow.table(columns, schema=schema), path)
    return len(rows)
