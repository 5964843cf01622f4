"""Counting the statements of a page, as the log of requests counts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


class Statements:
    """The statements that ran."""

    def __init__(self) -> None:
        self.sql: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql.append(sql)
        return execute(sql, params, many, context)

    @property
    def count(self) -> int:
        """How many ran, without the savepoints of the test's own transaction."""
        return len([one for one in self.sql if "SAVEPOINT" not in one])


@contextmanager
def statements() -> Iterator[Statements]:
    """Count what runs within."""
    counter = Statements()
    with connection.execute_wrapper(counter):
        yield counter
