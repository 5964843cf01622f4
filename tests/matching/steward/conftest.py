"""Time to read a pair, without waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.test import Client

from tests.matching.hits.making import clock_moved
from tests.matching.steward.reading import Read, shown


@pytest.fixture
def read(database_urls: dict[str, str]) -> Iterator[Read]:
    """The hidden fields of a pair's page after a second, by the one clock, which goes on for everybody."""
    moved = timedelta(0)
    with ExitStack() as stack:

        def looked(client: Client, address: str) -> dict[str, str]:
            nonlocal moved
            sent = shown(client, address)
            moved += timedelta(seconds=1)
            stack.enter_context(clock_moved(database_urls, moved))
            return sent

        yield looked
