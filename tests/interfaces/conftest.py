"""Imports run as the owner: a database connection in that role, real commits, emptied afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def owner_db(
    clean: None, database_urls: dict[str, str], django_db_blocker: pytest.FixtureRequest
) -> Iterator[dict[str, str]]:
    """Django as the owner role for one test; gives the database's address for each role."""
    from django.db import connections

    from sentinel.settings import database

    wrapper = connections["default"]
    before: dict[str, Any] = dict(wrapper.settings_dict)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections.close_all()
        wrapper.settings_dict.update(database(database_urls["sentinel_owner"]))
        wrapper.settings_dict["CONN_MAX_AGE"] = 0
        try:
            yield database_urls
        finally:
            connections.close_all()
            wrapper.settings_dict.update(before)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real open data that is kept beside the project, never in it; skips where there is none."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("SENTINEL_SHARED_DATA") or root.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the shared data is not here (SENTINEL_SHARED_DATA)")
    return folder
