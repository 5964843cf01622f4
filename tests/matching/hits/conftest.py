"""What the tests of hits and of watching share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from sentinel.foundation.actor import SYSTEM, state_actor
from sentinel.foundation.clock import now
from sentinel.matching.hits.watching import watch


@pytest.fixture
def watched(as_worker: Callable[[], Any]) -> Callable[[], int]:
    """A round of the worker."""

    def once() -> int:
        with as_worker(), transaction.atomic():
            state_actor(SYSTEM)
            return watch(now=now())

    return once
