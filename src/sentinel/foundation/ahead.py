"""Rows that are written one after the other are sent without waiting for the answer to each (PostgreSQL's pipeline mode).

A report leaves some forty rows in twenty statements. Most of the time of writing them went by while one side waited for
the other; sent ahead, the database writes a row while the next is made (docs/decisions/0015).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from psycopg.pq import PipelineStatus

_TELLS = re.compile(r" (RETURNING|ON CONFLICT) ")
# Where all before it was waited for, neither can fail.
_SAVEPOINTS = ("SAVEPOINT ", "RELEASE SAVEPOINT ")
_UNREAD: ContextVar[bool] = ContextVar("unread", default=False)


@contextmanager
def unread() -> Iterator[None]:
    """Within this, nobody looks at how many rows a statement changed: it is `sent_ahead` like an insert."""
    token = _UNREAD.set(True)
    try:
        yield
    finally:
        _UNREAD.reset(token)


@contextmanager
def sent_ahead() -> Iterator[None]:
    """Within this, statements that only insert, functions called for what they do (`SELECT FROM f(...)`, which has no column
    to look at) and what is `unread` are sent and not waited for; any other waits for all before it.

    So every query sees what was inserted, every number of changed rows is true, and the end of each transaction or
    savepoint tells of what failed in it. What an insert breaks is raised by a later statement than its own, at the latest
    by the end of this: whoever catches it has an `atomic` of their own around the insert, as everywhere. Within another,
    this adds nothing: the end of the other is the last that waits.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    if not psycopg.Pipeline.is_supported() or _is_on(
        connection.connection
    ):  # a client library older than 14, or within
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline() as pipeline:
        waiting = False

        def wait(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal waiting
            try:
                answer = execute(sql, params, many, context)
                if not many and _gives_nothing(sql):
                    waiting = True
                elif waiting or not sql.startswith(_SAVEPOINTS):
                    with connection.wrap_database_errors:
                        pipeline.sync()
                    waiting = False
            except DatabaseError:
                # After an error the database takes nothing more until the next point of waiting: so that whoever rolls a
                # savepoint back can.
                with suppress(psycopg.Error):
                    pipeline.sync()
                waiting = False
                raise
            return answer

        with connection.execute_wrapper(wait):
            yield


def _gives_nothing(sql: str) -> bool:
    return (
        _UNREAD.get()
        or sql.startswith("SELECT FROM ")
        or (sql.startswith("INSERT INTO ") and not _TELLS.search(sql))
    )


def _is_on(connection: psycopg.Connection[Any]) -> bool:
    return connection.pgconn.pipeline_status != PipelineStatus.OFF
