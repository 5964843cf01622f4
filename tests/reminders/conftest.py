"""The sweep is the worker's: it runs as the worker's role, over what the application's role committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from sentinel.settings import database

AsWorker = Callable[[], "contextmanager"]


@contextmanager
def role(url: str) -> Iterator[None]:
    """The default connection in another role of the database."""
    wrapper = connections["default"]
    before = dict(wrapper.settings_dict)
    connection.close()
    wrapper.settings_dict.update({key: value for key, value in database(url).items() if key != "TEST"})
    wrapper.settings_dict["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connection.close()
        wrapper.settings_dict.clear()
        wrapper.settings_dict.update(before)


@pytest.fixture
def as_worker(transactional_db: None, database_urls: dict[str, str]) -> Callable[[], object]:
    """A context in which Django's connection is the worker's."""
    return lambda: role(database_urls["sentinel_worker"])
