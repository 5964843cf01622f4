"""Rows that are written one after the other are sent without waiting for the answer to each (PostgreSQL's pipeline mode).

A report leaves some forty rows in twenty statements. Most of the time of writing them went by while one side waited for
the other; sent ahead, the database writes a row while the next is made (docs/decisions/0015).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

_TELLS = re.compile(r" (RETURNING|ON CONFLICT) ")


@contextmanager
def sent_ahead() -> Iterator[None]:
    """Within this, statements that only insert are sent and not waited for; any other waits for all before it.

    So every query sees what was inserted, every number of changed rows is true, and the end of each transaction or
    savepoint tells of what failed in it. What an insert breaks is raised by a later statement than its own, at the latest
    by the end of this: whoever catches it has an `atomic` of their own around the insert, as everywhere.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if not psycopg.Pipeline.is_supported():  # a client library older than 14
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline() as pipeline:

        def wait(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            try:
                answer = execute(sql, params, many, context)
                if many or not sql.startswith("INSERT INTO ") or _TELLS.search(sql):
                    with connection.wrap_database_errors:
                        pipeline.sync()
            except DatabaseError:
                # After an error the database takes nothing more until the next point of waiting: so that whoever rolls a
                # savepoint back can.
                with suppress(psycopg.Error):
                    pipeline.sync()
                raise
            return answer

        with connection.execute_wrapper(wait):
            yield
